/** A task takes part in Task.all and Task.any. `n` is unique within the whole program. */
export type Task =
  | {
      readonly op: 'activity';
      readonly n: number;
      /** A number is how often it fails at first. `untilMended` fails until whoever rewinds has mended it. */
      readonly fails: 'never' | 'always' | 'untilMended' | number;
      readonly attempts: number;
      readonly pauseMs: number;
    }
  | { readonly op: 'timer'; readonly n: number; readonly ms: number }
  | {
      readonly op: 'child';
      readonly n: number;
      readonly program: Program;
      readonly attempts: number;
      readonly hasId: boolean;
    }
  | { readonly op: 'event'; readonly n: number }
  | { readonly op: 'call'; readonly n: number; readonly ledger: string };

export type Step =
  | Task
  | { readonly op: 'all' | 'any'; readonly n: number; readonly of: readonly Task[] }
  | {
      readonly op: 'race';
      readonly n: number;
      readonly work: Task;
      readonly ms: number;
      readonly late: readonly Step[];
    }
  | { readonly op: 'locked'; readonly n: number; readonly ledgers: readonly string[] }
  | { readonly op: 'try'; readonly n: number; readonly steps: readonly Step[] }
  | { readonly op: 'signal'; readonly n: number; readonly ledger: string; readonly via?: string }
  | { readonly op: 'status' | 'throw'; readonly n: number };

/** What an orchestration does, as data: app/program.js does it. Begins again by continue-as-new until all its rounds are done. */
export interface Program {
  readonly rounds: number;
  readonly steps: readonly Step[];
}

/** The input of an orchestration that runs a program. */
export interface ProgramInput {
  readonly program: Program;
  readonly path: string;
  readonly round?: number;
}

/** Where a step is done: a round of the program that is on this path. */
export const roundOf = (path: string, round: number): string => `${path}.${round}`;
export const keyOf = (here: string, { n }: Step): string => `${here}#${n}`;

/** A longer timer runs in pieces. */
const LONGEST_PIECE_MS = 6 * 86_400_000;

export const mayFail = (task: Task): boolean =>
  task.op === 'child' ||
  (task.op === 'activity' && (task.fails === 'always' || task.fails === 'untilMended'));

/** True of steps that leave tasks behind which may go on while others are asked for, or beside a timer that is cancelled. */
export const isCareless = (steps: readonly Step[]): boolean =>
  steps.some((step) => {
    switch (step.op) {
      case 'all':
        return step.of.some(mayFail) && step.of.some(mayGoOn);
      case 'any':
        return step.of.some(mayGoOn);
      case 'race':
        return mayGoOn(step.work) || isCareless(step.late);
      case 'try':
        return isCareless(step.steps);
      default:
        return false;
    }
  });

const mayGoOn = (task: Task): boolean =>
  task.op === 'timer' ? task.ms > LONGEST_PIECE_MS : 'attempts' in task && task.attempts > 1;

/** The names of the events that this round may wait for, those of children left out, with what each is to bring. */
export const eventsOf = ({ program, path, round = 1 }: ProgramInput): { name: string; value: number }[] =>
  program.steps
    .flatMap(tasksOf)
    .filter(({ op }) => op === 'event')
    .map((step) => ({ name: keyOf(roundOf(path, round), step), value: step.n }));

const tasksOf = (step: Step): readonly Step[] => {
  switch (step.op) {
    case 'all':
    case 'any':
      return step.of;
    case 'race':
      return [step.work, ...step.late.flatMap(tasksOf)];
    case 'try':
      return step.steps.flatMap(tasksOf);
    default:
      return [step];
  }
};

/** The program in one line. */
export const programText = ({ rounds, steps }: Program): string =>
  `${rounds > 1 ? `${rounds} × ` : ''}[${steps.map(stepText).join(', ')}]`;

const stepText = (step: Step): string => {
  const name = `${step.op}#${step.n}`;
  switch (step.op) {
    case 'activity':
      return `${name}${step.fails === 'never' ? '' : ` fails ${step.fails}`}${step.attempts > 1 ? ` × ${step.attempts}` : ''}`;
    case 'timer':
      return `${name} ${step.ms} ms`;
    case 'child':
      return `${name} ${programText(step.program)}${step.attempts > 1 ? ` × ${step.attempts}` : ''}`;
    case 'all':
    case 'any':
      return `${name}(${step.of.map(stepText).join(', ')})`;
    case 'race':
      return `${name}(${stepText(step.work)} | ${step.ms} ms: ${step.late.map(stepText).join(', ')})`;
    case 'try':
      return `${name}(${step.steps.map(stepText).join(', ')})`;
    case 'locked':
      return `${name} ${step.ledgers.join('+')}`;
    case 'call':
    case 'signal':
      return `${name} ${step.ledger}`;
    default:
      return name;
  }
};
