import type { InstanceRow } from '../../host/storage/engine-store';
import { LEDGERS } from './make-program';
import { Model } from './model';
import type { Moves } from './moves';
import { TERMINATED_BECAUSE, type SimulatedInstance } from './simulated-instance';
import type { SimulatedHost } from './simulated-host';

/** Compares what a simulation came to with what the model says, and notes what differs. */
export const verify = (simulation: SimulatedHost, { signals }: Moves): void => {
  const { problems, current, work, instances } = simulation;
  const told = toldOf(simulation);
  for (const [key, isAccepted] of signals) {
    const times = told.get(key)?.length ?? 0;
    if (times > 1 || (isAccepted && times === 0)) problems.push(`the signal ${key} was taken ${times} times`);
  }
  for (const instance of instances) {
    const row = current.engine.find(instance.id);
    if (row === undefined) {
      problems.push(`${instance.id} is gone`);
      continue;
    }
    const { found } = judge(instance, row);
    problems.push(...found.broken);
    for (const key of found.ran) if (!work.runs.has(key)) problems.push(`the activity ${key} never ran`);
    for (const key of found.told) if (!told.has(key)) problems.push(`the message ${key} was lost`);
  }
  const running = current.engine.list({ statuses: ['Running', 'Suspended'] }, 0, 1);
  if (running[0] !== undefined) problems.push(`${running[0].id} is ${running[0].status} for ever`);
  problems.push(...repeated(instances, told));
};

const judge = (instance: SimulatedInstance, row: InstanceRow): Model => {
  const { id, program, terminated, isRewound } = instance;
  const model = new Model(isRewound);
  const { broken } = model.found;
  const output = row.output === null ? null : (JSON.parse(row.output) as unknown);
  if (terminated === 'accepted' && row.status !== 'Terminated')
    broken.push(`${id} was terminated, and is ${row.status}`);
  if (row.status === 'Completed') {
    model.completed(program, id, output);
    const status = row.customStatus === null ? null : (JSON.parse(row.customStatus) as string);
    if (!model.found.customStatus.has(status))
      broken.push(`${id} has the custom status ${status}, not ${[...model.found.customStatus].join(' or ')}`);
  } else if (row.status === 'Failed') {
    model.failed(program, id, output);
  } else if (row.status === 'Terminated') {
    if (terminated === 'never' || output !== TERMINATED_BECAUSE)
      broken.push(`${id} was terminated: ${row.output}`);
  } else {
    broken.push(`${id} is ${row.status} for ever`);
  }
  return model;
};

/** By key, the ledgers that were told it, as often as each was. */
const toldOf = ({ current }: SimulatedHost): Map<string, string[]> => {
  const told = new Map<string, string[]>();
  for (const ledger of LEDGERS) {
    const state = current.engine.entities.state(`@ledger@${ledger}`);
    for (const [key, times] of Object.entries(JSON.parse(state ?? '{}') as Record<string, number>))
      told.set(key, [...(told.get(key) ?? []), ...Array<string>(times).fill(ledger)]);
  }
  return told;
};

/** Only what was begun anew, by a rewind or another attempt of a sub-orchestration, may tell the same again. */
const repeated = (instances: readonly SimulatedInstance[], told: ReadonlyMap<string, string[]>): string[] => {
  const mayRepeat = instances.filter(
    ({ isRewound, program }) => isRewound || JSON.stringify(program).includes('"attempts":2,"hasId"'),
  );
  return [...told].flatMap(([key, ledgers]) =>
    ledgers.length === 1 || mayRepeat.some(({ id }) => key.startsWith(`${id}.`))
      ? []
      : [`${key} was taken ${ledgers.length} times, by ${ledgers.join(', ')}`],
  );
};
