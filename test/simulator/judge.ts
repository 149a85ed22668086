import { Model, type Consequences } from './model';
import type { Program } from './program';
import { TERMINATED_BECAUSE, type Ended, type SimulatedInstance } from './simulated-instance';

/** What an instance came to; null where there is none. */
export interface Outcome {
  readonly instance: Pick<SimulatedInstance, 'id' | 'path' | 'program' | 'terminated' | 'isRewound'>;
  readonly row: Ended | null;
  /** Its keys may have been used by an attempt before. */
  readonly mayRepeat?: boolean;
}

/** What the world around the engine saw. */
export interface Seen {
  readonly outcomes: readonly Outcome[];
  /** States of the ledgers, by their keys. */
  readonly ledgers: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly hasRun: (key: string) => boolean;
}

/** What differs from what the model says. */
export const problemsOf = ({ outcomes, ledgers, hasRun }: Seen): string[] => {
  const told = toldOf(ledgers);
  const problems = outcomes.flatMap((outcome) => {
    const { broken, ran, told: expected } = consequencesOf(outcome);
    const idle = [...ran].filter((key) => !hasRun(key)).map((key) => `the activity ${key} never ran`);
    const lost = [...expected].filter((key) => !told.has(key)).map((key) => `the message ${key} was lost`);
    return [...broken, ...idle, ...lost];
  });
  return [...problems, ...repeated(outcomes, told)];
};

const consequencesOf = ({ instance, row, mayRepeat = instance.isRewound }: Outcome): Consequences => {
  const { id, path, program, terminated, isRewound } = instance;
  const model = new Model(isRewound, mayRepeat);
  const { broken } = model.found;
  if (row === null) broken.push(`${id} is gone`);
  else if (terminated === 'accepted' && row.status !== 'Terminated')
    broken.push(`${id} was terminated, and is ${row.status}`);
  else if (row.status === 'Completed') {
    model.completed(program, path, row.output);
    const { customStatus } = model.found;
    if (!customStatus.has(row.customStatus as string | null))
      broken.push(
        `${id} has the status ${JSON.stringify(row.customStatus)}, not ${[...customStatus].join(' or ')}`,
      );
  } else if (row.status === 'Failed') model.failed(program, path, row.output);
  else if (row.status !== 'Terminated') broken.push(`${id} is ${row.status} for ever`);
  else if (terminated === 'never' || row.output !== TERMINATED_BECAUSE)
    broken.push(`${id} was terminated: ${JSON.stringify(row.output)}`);
  return model.found;
};

/** By key, the ledgers that were told it, as often as each was. */
const toldOf = (ledgers: Seen['ledgers']): Map<string, string[]> => {
  const told = new Map<string, string[]>();
  for (const [ledger, state] of Object.entries(ledgers))
    for (const [key, times] of Object.entries(state))
      told.set(key, [...(told.get(key) ?? []), ...Array<string>(times).fill(ledger)]);
  return told;
};

/** Only what was begun anew, by a rewind or another attempt of a sub-orchestration, may tell the same again. */
const repeated = (outcomes: readonly Outcome[], told: ReadonlyMap<string, readonly string[]>): string[] => {
  const mayRepeat = outcomes
    .map(({ instance }) => instance)
    .filter(({ isRewound, program }) => isRewound || triesChildrenAgain(program));
  return [...told].flatMap(([key, ledgers]) =>
    ledgers.length === 1 || mayRepeat.some(({ path }) => key.startsWith(`${path}.`))
      ? []
      : [`${key} was taken ${ledgers.length} times, by ${ledgers.join(', ')}`],
  );
};

export const triesChildrenAgain = (program: Program): boolean =>
  JSON.stringify(program).includes('"attempts":2,"hasId"');
