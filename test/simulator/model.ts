import { failureIn, Fates, REFUSED } from './fate';
import { isCareless, keyOf, roundOf, type Program, type Step } from './program';

/** What must have happened for an orchestration to have come to what it did. */
export interface Consequences {
  /** Keys of activities that must have run. */
  readonly ran: Set<string>;
  /** Keys that ledgers must have been told; once each, where nothing was tried again. */
  readonly told: Set<string>;
  readonly broken: string[];
  /** One of these is the custom status that was set last; null where none was. */
  customStatus: Set<string | null>;
}

/**
 * What may come out of a program, derived from the program alone. Where its result leaves something open (who won a race), it is
 * followed; each of the other values can only be one.
 */
export class Model {
  readonly found: Consequences = {
    ran: new Set(),
    told: new Set(),
    broken: [],
    customStatus: new Set([null]),
  };
  private readonly fates: Fates;

  /** `isMended` of an instance that was rewound; `mayRepeat` where its keys may have been used by an attempt before. */
  constructor(
    private readonly isMended: boolean,
    private readonly mayRepeat = isMended,
  ) {
    this.fates = new Fates(isMended);
  }

  completed(program: Program, path: string, output: unknown): void {
    const rounds = this.list(path, output, program.rounds);
    rounds.forEach((results, index) => {
      this.found.customStatus = new Set([null]);
      this.steps(program.steps, roundOf(path, index + 1), results);
    });
  }

  failed(program: Program, path: string, output: unknown): void {
    const { failures } = this.fates.ofProgram(program, path);
    const failure = failureIn(String(output));
    // What its code throws whatever is mended, a rewind may lead to in another way.
    const isKnown = this.isMended ? failures.length > 0 : failures.includes(failure);
    if (!isKnown) this.broken(path, output, failures.length === 0 ? 'no failure' : failures.join(' or '));
    // Who is refused does not wait for what is under way.
    if (!this.isMended && failure !== REFUSED) this.certain(program.steps, roundOf(path, 1));
  }

  private steps(steps: readonly Step[], here: string, actual: unknown): void {
    const results = this.list(here, actual, steps.length);
    steps.forEach((step, index) => this.step(step, here, results[index]));
  }

  private step(step: Step, here: string, actual: unknown): void {
    const key = keyOf(here, step);
    if (this.fates.ofStep(step, here).must) this.broken(key, actual, 'a failure');
    switch (step.op) {
      case 'all':
        this.list(key, actual, step.of.length).forEach((value, index) =>
          this.step(step.of[index]!, here, value),
        );
        break;
      case 'any':
        step.of.forEach((task) => this.started(task, here));
        this.winner(step.of, here, key, actual);
        break;
      case 'race':
        this.race(step, here, actual);
        break;
      case 'try':
        this.tried(step.steps, here, key, actual);
        break;
      case 'child': {
        const child = new Model(this.isMended, this.mayRepeat || step.attempts > 1);
        child.completed(step.program, key, actual);
        this.take(child.found);
        break;
      }
      default:
        this.started(step, here);
        if (!this.isValue(step, actual)) this.broken(key, actual, JSON.stringify(valueOf(step)));
    }
  }

  private winner(tasks: readonly Step[], here: string, key: string, actual: unknown): void {
    const { any, value } = (actual ?? {}) as { any?: number; value?: unknown };
    const winner = tasks[any ?? -1];
    if (winner === undefined) this.broken(key, actual, 'a winner');
    else this.step(winner, here, value);
  }

  private race({ work, late, ...step }: Step & { op: 'race' }, here: string, actual: unknown): void {
    const results = (actual as { late?: unknown } | null)?.late;
    this.started(work, here);
    if (results === undefined) this.winner([work], here, keyOf(here, { ...step, work, late }), actual);
    else this.steps(late, here, results);
  }

  private tried(steps: readonly Step[], here: string, key: string, actual: unknown): void {
    const { caught, tried } = (actual ?? {}) as { caught?: string; tried?: unknown };
    if (caught === undefined) {
      this.steps(steps, here, tried);
      return;
    }
    const { failures } = this.fates.ofSteps(steps, here);
    if (!failures.includes(failureIn(caught))) this.broken(key, caught, failures.join(' or '));
    this.certain(steps, here);
    for (const status of statusesIn(steps, here)) this.found.customStatus.add(status);
  }

  /** What happens before anything can fail, and what is begun together with what fails. */
  private certain(steps: readonly Step[], here: string): void {
    for (const step of steps) {
      this.started(step, here);
      if (isCareless([step]) || this.fates.ofStep(step, here).failures.length > 0) return;
    }
  }

  /** What a step sets off at once, and nobody takes back. */
  private started(step: Step, here: string): void {
    const key = keyOf(here, step);
    switch (step.op) {
      case 'activity':
        this.found.ran.add(key);
        break;
      case 'call':
      case 'signal':
        this.found.told.add(key);
        break;
      case 'locked':
        this.found.ran.add(key);
        this.found.told.add(key);
        break;
      case 'status':
        this.found.customStatus = new Set([key]);
        break;
      case 'all':
      case 'any':
        step.of.forEach((task) => this.started(task, here));
        break;
      case 'race':
        this.started(step.work, here);
        break;
      default:
        break;
    }
  }

  private take({ ran, told, broken }: Consequences): void {
    ran.forEach((key) => this.found.ran.add(key));
    told.forEach((key) => this.found.told.add(key));
    this.found.broken.push(...broken);
  }

  private list(key: string, actual: unknown, length: number): unknown[] {
    if (Array.isArray(actual) && actual.length === length) return actual;
    this.broken(key, actual, `${length} results`);
    return [];
  }

  private isValue(step: Step, actual: unknown): boolean {
    const isCount = step.op === 'call' || step.op === 'locked';
    return actual === valueOf(step) || (this.mayRepeat && isCount && Number(actual) > 1);
  }

  private broken(key: string, actual: unknown, expected: string): void {
    this.found.broken.push(`${key} came to ${JSON.stringify(actual)}, not to ${expected}`);
  }
}

const valueOf = (step: Step): unknown => {
  switch (step.op) {
    case 'timer':
      return 'fired';
    case 'call':
    case 'locked':
      return 1;
    case 'signal':
    case 'status':
      return null;
    default:
      return step.n;
  }
};

const statusesIn = (steps: readonly Step[], here: string): string[] =>
  steps.flatMap((step) => {
    if (step.op === 'status') return [keyOf(here, step)];
    if (step.op === 'try') return statusesIn(step.steps, here);
    return step.op === 'race' ? statusesIn(step.late, here) : [];
  });
