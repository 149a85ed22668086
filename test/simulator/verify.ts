import type { Engine } from '../../host/engine/engine';
import { problemsOf, triesChildrenAgain, type Outcome } from './judge';
import { LEDGERS } from './make-program';
import type { Moves } from './moves';
import type { SimulatedHost } from './simulated-host';
import type { SimulatedInstance } from './simulated-instance';
import { endOf, inputOf, rowOf } from './simulated-row';

/** Compares what a simulation came to with what the model says, and notes what differs. */
export const verify = ({ problems, current, work, instances }: SimulatedHost, { signals }: Moves): void => {
  const { engine } = current;
  const ledgers = Object.fromEntries(
    LEDGERS.map((ledger) => [ledger, parsed(engine.entities.state(`@ledger@${ledger}`) ?? '{}')]),
  ) as Record<string, Record<string, number>>;
  const outcomes = [
    ...instances.map((instance) => outcomeOf(engine, instance)),
    ...ofChildren(engine, instances),
  ];
  problems.push(...problemsOf({ outcomes, ledgers, hasRun: (key) => work.runs.has(key) }));
  for (const instance of instances)
    if (instance.purged === 'accepted' && rowOf(engine, instance) !== undefined)
      problems.push(`${instance.path} is there again`);
  for (const [key, isAccepted] of signals)
    if (isAccepted && LEDGERS.every((ledger) => ledgers[ledger]?.[key] === undefined))
      problems.push(`the signal ${key} was lost`);
  const [running] = engine.list({ statuses: ['Running', 'Suspended'] }, 0, 1);
  if (running !== undefined) problems.push(`${running.id} is ${running.status} for ever`);
};

const outcomeOf = (engine: Engine, instance: SimulatedInstance): Outcome => {
  const row = rowOf(engine, instance);
  return { instance, row: instance.last ?? (row === undefined ? null : endOf(row)) };
};

/** Those that are left. Each has come to what it must by itself, whatever became of its parent. */
const ofChildren = (engine: Engine, instances: readonly SimulatedInstance[]): Outcome[] =>
  engine
    .list({}, 0, Number.MAX_SAFE_INTEGER)
    .filter(({ parentId }) => parentId !== null)
    .flatMap((row) => {
      const { program, path } = inputOf(row);
      const root = instances.find((instance) => path.startsWith(`${instance.path}.`));
      if (root === undefined) return [];
      const { isRewound } = root;
      const mayRepeat = isRewound || triesChildrenAgain(root.program);
      return [
        {
          instance: { id: row.id, path, program, terminated: 'never', isRewound },
          row: endOf(row),
          mayRepeat,
        },
      ];
    });

const parsed = (text: string | null): unknown => (text === null ? null : (JSON.parse(text) as unknown));
