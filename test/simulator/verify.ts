import type { InstanceRow } from '../../host/storage/engine-store';
import { problemsOf } from './judge';
import { LEDGERS } from './make-program';
import type { Moves } from './moves';
import type { SimulatedHost } from './simulated-host';

/** Compares what a simulation came to with what the model says, and notes what differs. */
export const verify = ({ problems, current, work, instances }: SimulatedHost, { signals }: Moves): void => {
  const { engine } = current;
  const ledgers = Object.fromEntries(
    LEDGERS.map((ledger) => [ledger, parsed(engine.entities.state(`@ledger@${ledger}`) ?? '{}')]),
  ) as Record<string, Record<string, number>>;
  const outcomes = instances.map((instance) => {
    const row = engine.find(instance.id);
    return { instance, row: row === undefined ? null : shown(row) };
  });
  problems.push(...problemsOf({ outcomes, ledgers, hasRun: (key) => work.runs.has(key) }));
  for (const [key, isAccepted] of signals)
    if (isAccepted && LEDGERS.every((ledger) => ledgers[ledger]?.[key] === undefined))
      problems.push(`the signal ${key} was lost`);
  const [running] = engine.list({ statuses: ['Running', 'Suspended'] }, 0, 1);
  if (running !== undefined) problems.push(`${running.id} is ${running.status} for ever`);
};

const shown = ({ status, output, customStatus }: InstanceRow) => ({
  status,
  output: parsed(output),
  customStatus: parsed(customStatus),
});

const parsed = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));
