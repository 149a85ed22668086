// Runs an orchestration as a plain generator: what it yields is recorded, activities and children are what a test says, and time
// passes only where a test lets it. There is no replay, no history and no retry: it proves what an orchestration decides, not that
// an engine can run it. Those who wait for one task in an `all` or `any` hear of it at once, as after an episode of their own.
import type { Durable, Task, TimerTask, Workflow } from '../../orchestrations/durable';
import { START } from './sample-plan';

class SteppedTask implements Task {
  isCompleted = false;
  result?: unknown;
  error: { readonly thrown: unknown } | null = null;

  /** Null where nothing but a wake or the time can complete it. */
  constructor(readonly work: (() => Promise<unknown>) | null) {}

  complete(result: unknown): void {
    this.isCompleted = true;
    this.result = result;
  }
}

class SteppedTimer extends SteppedTask implements TimerTask {
  isCancelled = false;
  constructor(readonly atMs: number) {
    super(null);
  }
  cancel(): void {
    this.isCancelled = true;
  }
}

class Compound extends SteppedTask {
  constructor(
    readonly kind: 'all' | 'any',
    readonly tasks: readonly SteppedTask[],
  ) {
    super(null);
  }
}

/** What an orchestration meets outside. */
export interface World {
  /** Engine time in ms. */
  nowMs(): number;
  activity(name: string, input: unknown): Promise<unknown>;
  child(name: string, input: unknown, instanceId: string | undefined): Promise<unknown>;
  /**
   * It waits, and nothing is under way: answer `wake` to raise the event, or how far the time passes by letting the next timer
   * fire, which is then due at `timerAtMs`.
   */
  idle(timerAtMs: number): Promise<'wake' | 'time'>;
  /** Whether the event was raised while that activity was under way; not where absent. */
  wokenDuring?(name: string): boolean;
  /** The order in which the parallel tasks of an `all` are done; as they come where absent. */
  order?(count: number): readonly number[];
}

export type Ended<T> =
  { readonly kind: 'returned'; readonly value: T } | { readonly kind: 'continued'; readonly input: unknown };

/** One execution, to its return, its error or its fresh start. `trace` gets a line for everything it schedules. */
export async function stepThrough<I, T>(
  workflow: (durable: Durable, input: I) => Workflow<T>,
  input: I,
  world: World,
  trace: string[] = [],
): Promise<Ended<T>> {
  const engine = new SteppedEngine(world, trace);
  const generator = workflow(engine, input);
  let step = generator.next();
  while (!step.done) {
    const task = step.value as SteppedTask;
    await engine.complete(task);
    step = task.error ? generator.throw(task.error.thrown) : generator.next(task.result);
  }
  if (engine.continuation) return { kind: 'continued', input: engine.continuation.input };
  return { kind: 'returned', value: step.value };
}

/** Executions until one returns. Throws where it starts afresh more often than `most` times. */
export async function stepToEnd<I, T>(
  workflow: (durable: Durable, input: I) => Workflow<T>,
  input: I,
  world: World,
  trace: string[] = [],
  most = 100,
): Promise<T> {
  let next = input;
  for (let count = 0; count < most; count += 1) {
    const ended = await stepThrough(workflow, next, world, trace);
    if (ended.kind === 'returned') return ended.value;
    // As JSON, as every engine hands it on.
    next = JSON.parse(JSON.stringify(ended.input)) as I;
    trace.push('afresh');
  }
  throw new Error(`it started afresh ${most} times`);
}

class SteppedEngine implements Durable {
  continuation: { readonly input: unknown } | null = null;
  readonly #waits: SteppedTask[] = [];
  readonly #timers: SteppedTimer[] = [];
  #unheard = 0;

  constructor(
    private readonly world: World,
    private readonly trace: string[],
  ) {}

  nowMs(): number {
    return this.world.nowMs();
  }

  activity(name: string, input: unknown): Task {
    this.trace.push(name);
    return new SteppedTask(async () => {
      const result = await this.world.activity(name, input);
      if (this.world.wokenDuring?.(name)) this.#wake();
      return result;
    });
  }

  child(name: string, input: unknown, instanceId?: string): Task {
    this.trace.push(instanceId === undefined ? `child ${name}` : `child ${name} ${instanceId}`);
    return new SteppedTask(() => this.world.child(name, input, instanceId));
  }

  timer(atMs: number): TimerTask {
    const aheadMs = atMs - this.nowMs();
    if (aheadMs > 6 * 86_400_000) throw new Error('a timer is at most six days long');
    this.trace.push(`timer ${aheadMs}`);
    const timer = new SteppedTimer(atMs);
    this.#timers.push(timer);
    return timer;
  }

  event(name: string): Task {
    if (name !== 'wake') throw new Error(`nobody raises ${name}`);
    const wait = new SteppedTask(null);
    this.#waits.push(wait);
    return wait;
  }

  all(tasks: readonly Task[]): Task {
    return new Compound('all', tasks as readonly SteppedTask[]);
  }

  any(tasks: readonly Task[]): Task {
    return new Compound('any', tasks as readonly SteppedTask[]);
  }

  continueAsNew(input: unknown): void {
    this.continuation = { input };
  }

  async complete(task: SteppedTask): Promise<void> {
    if (task.isCompleted) return;
    if (task.work) {
      try {
        task.complete(await task.work());
      } catch (thrown) {
        task.error = { thrown };
      }
    } else if (task instanceof Compound && task.kind === 'all') await this.#completeAll(task);
    else await this.#passTime(task);
  }

  async #completeAll(all: Compound): Promise<void> {
    if (all.tasks.every((task) => task.isCompleted))
      throw new Error('an engine never ends an all of ended tasks');
    const order = this.world.order?.(all.tasks.length) ?? all.tasks.keys();
    for (const index of order) {
      const task = all.tasks[index];
      if (task) await this.complete(task);
    }
    all.error = all.tasks.find(({ error }) => error)?.error ?? null;
    all.complete(all.tasks.map(({ result }) => result));
  }

  /** Buffered where nobody waits. */
  #wake(): void {
    const wait = this.#waits.shift();
    if (wait) wait.complete({});
    else this.#unheard += 1;
  }

  /** For a wait: until it is woken, or the timer it races with fires. What had ended before an engine doesn't hear of again. */
  async #passTime(task: SteppedTask): Promise<void> {
    const parts = (task instanceof Compound ? task.tasks : [task]).filter((part) => !part.isCompleted);
    for (; this.#unheard > 0 && this.#waits.length > 0; this.#unheard -= 1) this.#wake();
    while (!parts.some(({ isCompleted }) => isCompleted)) {
      const due = this.#timers
        .filter((timer) => !timer.isCancelled && !timer.isCompleted)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) throw new Error('it waits for nothing that the time could bring');
      if ((await this.world.idle(due.atMs)) === 'wake') this.#wake();
      else if (this.nowMs() >= due.atMs) due.complete(undefined);
    }
    task.complete(undefined);
  }
}

export type Script = Readonly<Record<string, (input: never, count: number) => unknown>>;

/** A world in which each activity and child answers as scripted; `count` is how often it was called before. */
export class ScriptedWorld implements World {
  readonly trace: string[] = [];
  readonly inputs: Record<string, unknown[]> = {};
  now = Date.parse(START);
  /** What happens at each wait, in turn; then the time passes. */
  idles: ('wake' | 'time')[] = [];
  /** Activities that are under way, in turn, when the event is raised. */
  wokenDuringNext: string[] = [];

  constructor(private readonly script: Script) {}

  nowMs(): number {
    return this.now;
  }

  async activity(name: string, input: unknown): Promise<unknown> {
    const earlier = (this.inputs[name] ??= []);
    earlier.push(input);
    const answer = this.script[name];
    if (!answer) throw new Error(`no answer of ${name} is scripted`);
    return answer(input as never, earlier.length - 1);
  }

  child(name: string, input: unknown): Promise<unknown> {
    return this.activity(name, input);
  }

  wokenDuring(name: string): boolean {
    if (this.wokenDuringNext[0] !== name) return false;
    this.wokenDuringNext.shift();
    return true;
  }

  async idle(timerAtMs: number): Promise<'wake' | 'time'> {
    const next = this.idles.shift() ?? 'time';
    if (next === 'time') this.now = timerAtMs;
    return next;
  }
}
