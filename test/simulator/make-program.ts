import type { SeededRandom } from '../faults/seeded-random';
import { mayFail, type Program, type Step, type Task } from './program';

export const LEDGERS = ['a', 'b', 'c'] as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Longer timers run in pieces, and cannot be cancelled after the first. */
const SHORT_MS = [0, 1, 1_000, MINUTE_MS, DAY_MS];
const LONG_MS = [7 * DAY_MS, 20 * DAY_MS];

interface Numbering {
  n: number;
}

/**
 * A program made up by the numbers. What none may do, Azure's SDK cannot: ../../host/README.md and the contract say why. One in four
 * is careless: it leaves behind what may go on beside later tasks, and then may be refused.
 */
export const makeProgram = (random: SeededRandom): Program => {
  const maker = new ProgramMaker(random, { n: 0 }, random.below(4) === 0);
  return maker.program(2);
};

/** The same as a task that is scheduled once, and goes on with nothing when it is left behind. */
const scheduledOnce = (task: Task): Task => {
  if (task.op === 'timer') return { ...task, ms: Math.min(task.ms, DAY_MS) };
  return 'attempts' in task ? { ...task, attempts: 1 } : task;
};

class ProgramMaker {
  constructor(
    private readonly random: SeededRandom,
    private readonly numbering: Numbering,
    private readonly isCareless: boolean,
  ) {}

  program(depth: number): Program {
    const rounds = this.random.below(4) === 0 ? 2 + this.random.below(2) : 1;
    return { rounds, steps: this.steps(depth, depth === 2 ? 9 : 4) };
  }

  private steps(depth: number, limit: number): Step[] {
    return Array.from({ length: 1 + this.random.below(limit) }, () => this.step(depth));
  }

  private step(depth: number): Step {
    const n = this.next();
    const { random } = this;
    switch (random.below(14)) {
      case 0:
      case 1:
        return { op: 'all', n, of: this.all(depth) };
      case 2:
        return { op: 'any', n, of: this.tasks(depth).map((task) => this.leavable(task)) };
      case 3:
      case 4:
        return {
          op: 'race',
          n,
          work: this.leavable(this.task(depth)),
          ms: random.pick(SHORT_MS),
          late: this.late(depth),
        };
      case 5:
        // Who is refused keeps its locks.
        if (this.isCareless) return this.abandonment(n);
        return { op: 'locked', n, ledgers: random.shuffled(LEDGERS).slice(0, 1 + random.below(2)) };
      case 6:
        return { op: 'signal', n, ledger: random.pick(LEDGERS) };
      case 7:
        return { op: 'signal', n, ledger: random.pick(LEDGERS), via: random.pick(LEDGERS) };
      case 8:
        return depth === 0 ? { op: 'status', n } : { op: 'try', n, steps: this.steps(depth - 1, 3) };
      case 9:
        return { op: random.below(6) === 0 ? 'throw' : 'status', n };
      default:
        return this.task(depth);
    }
  }

  /** Where one may fail, the orchestration goes on without the others. */
  private all(depth: number): Task[] {
    const tasks = this.tasks(depth);
    return tasks.some(mayFail) ? tasks.map((task) => this.leavable(task)) : tasks;
  }

  private leavable(task: Task): Task {
    if (!this.isCareless) return scheduledOnce(task);
    return task.op === 'activity' && this.random.below(2) === 0 ? this.retried(task) : task;
  }

  /** A Task.all whose failure is caught while others of it go on. */
  private abandonment(n: number): Step {
    const failing = { ...this.activity(this.next()), fails: 'always', attempts: 1 } as const;
    const others = Array.from({ length: 1 + this.random.below(2) }, () =>
      this.retried(this.activity(this.next())),
    );
    return { op: 'try', n, steps: [{ op: 'all', n: this.next(), of: [failing, ...others] }] };
  }

  private retried(activity: Task & { op: 'activity' }): Task {
    const fails = 1 + this.random.below(2);
    return { ...activity, fails, attempts: fails + 1 };
  }

  private late(depth: number): Step[] {
    return depth === 0 || this.random.below(2) === 0 ? [] : this.steps(depth - 1, 2);
  }

  private tasks(depth: number): Task[] {
    return Array.from({ length: 1 + this.random.below(5) }, () => this.task(depth));
  }

  private task(depth: number): Task {
    const n = this.next();
    const { random } = this;
    switch (random.below(10)) {
      case 0:
        return { op: 'timer', n, ms: random.pick(random.below(4) === 0 ? LONG_MS : SHORT_MS) };
      case 1:
      case 2:
        return { op: 'event', n };
      case 3:
      case 4:
        return { op: 'call', n, ledger: random.pick(LEDGERS) };
      case 5:
      case 6:
        return depth === 0 ? this.activity(n) : this.child(n, depth);
      default:
        return this.activity(n);
    }
  }

  private child(n: number, depth: number): Task {
    const { random } = this;
    const attempts = random.below(4) === 0 ? 2 : 1;
    return { op: 'child', n, program: this.program(depth - 1), attempts, hasId: random.below(3) === 0 };
  }

  private activity(n: number): Task & { op: 'activity' } {
    const { random } = this;
    const base = { op: 'activity', n, pauseMs: random.pick([1, 1_000, MINUTE_MS]) } as const;
    switch (random.below(12)) {
      case 0:
        return { ...base, fails: 'always', attempts: 1 + random.below(2) };
      case 1:
        return { ...base, fails: 'untilMended', attempts: 1 };
      case 2:
      case 3: {
        const fails = 1 + random.below(2);
        return { ...base, fails, attempts: fails + 1 };
      }
      default:
        return { ...base, fails: 'never', attempts: 1 };
    }
  }

  private next(): number {
    return ++this.numbering.n;
  }
}
