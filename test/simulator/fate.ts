import { isCareless, keyOf, roundOf, type Program, type Step } from './program';

/** How something may fail: with the text of one of these. `must` where it cannot end well. */
export interface Fate {
  readonly failures: readonly string[];
  readonly must: boolean;
}

const WELL: Fate = { failures: [], must: false };
const failureOf = (key: string): string => `boom(${key})`;
export const REFUSED = 'refused';

/** What refuses an orchestration that left tasks behind, or the next attempt of it while a child of the first still runs. */
const REFUSAL =
  /has id \d+ here and not in the SDK|Non-Deterministic workflow|An orchestration with id '.+' already exists/;

/** The failure of which a text tells. */
export const failureIn = (text: string): string =>
  /boom\([^)]*\)/.exec(text)?.[0] ?? (REFUSAL.test(text) ? REFUSED : text);

/** The fate of a program, or of parts of it. What was mended may have failed before, and no longer must. */
export class Fates {
  constructor(private readonly isMended: boolean) {}

  ofProgram(program: Program, path: string): Fate {
    const rounds = Array.from({ length: program.rounds }, (_, index) => roundOf(path, index + 1));
    const fate = inTurn(rounds.map((here) => this.ofSteps(program.steps, here)));
    // Refused is the orchestration, whatever it catches, and maybe much later.
    return isCareless(program.steps) ? { ...fate, failures: [...fate.failures, REFUSED] } : fate;
  }

  ofSteps(steps: readonly Step[], here: string): Fate {
    return inTurn(steps.map((step) => this.ofStep(step, here)));
  }

  ofStep(step: Step, here: string): Fate {
    const key = keyOf(here, step);
    switch (step.op) {
      case 'activity':
        if (step.fails === 'never') return WELL;
        if (typeof step.fails !== 'number')
          return { failures: [failureOf(key)], must: step.fails === 'always' || !this.isMended };
        return step.attempts > step.fails ? WELL : { failures: [failureOf(key)], must: false };
      case 'child':
        return this.ofChild(step, key);
      case 'all':
        return together(step.of.map((task) => this.ofStep(task, here)));
      case 'any': {
        const fates = step.of.map((task) => this.ofStep(task, here));
        return { ...together(fates), must: fates.every(({ must }) => must) };
      }
      case 'race': {
        const fates = [this.ofStep(step.work, here), this.ofSteps(step.late, here)];
        return { ...together(fates), must: fates.every(({ must }) => must) };
      }
      case 'throw':
        return { failures: [failureOf(key)], must: true };
      default:
        return WELL;
    }
  }

  /** Another attempt may come to an end that the first did not: what fails only at first, fails no more. */
  private ofChild(step: Step & { op: 'child' }, key: string): Fate {
    const fate = this.ofProgram(step.program, key);
    return step.attempts > 1 && hasPassingFailures(step.program.steps) ? { ...fate, must: false } : fate;
  }
}

const hasPassingFailures = (steps: readonly Step[]): boolean =>
  steps.some(
    (step) => JSON.stringify(step).includes('"fails":1') || JSON.stringify(step).includes('"fails":2'),
  );

const together = (fates: readonly Fate[]): Fate => ({
  failures: fates.flatMap(({ failures }) => failures),
  must: fates.some(({ must }) => must),
});

/** What comes after a failure that is certain is never reached. */
const inTurn = (fates: readonly Fate[]): Fate => {
  const last = fates.findIndex(({ must }) => must);
  return together(last < 0 ? fates : fates.slice(0, last + 1));
};
