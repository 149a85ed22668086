import { randomUUID } from 'node:crypto';
import type { HostClock, ListenerContext, LoadedFunction } from '../function-app';
import { EngineStore, type InstanceFilter, type InstanceRow } from '../storage/engine-store';
import { GroupCommit } from '../storage/group-commit';
import { ActivityPool } from './activity-pool';
import { EpisodeRunner } from './episode-runner';
import { childFailure, orchestratorFailure } from './failures';
import {
  EventType,
  isEnded,
  type EndStatus,
  type Episode,
  type IncomingEvent,
  type RuntimeStatus,
  type ScheduledEvent,
} from './history';
import { executionStarted, Instance, type ParentTask } from './instance';
import { instanceIdProblem } from './instance-id';
import { payloadProblem } from './payload-limit';

export interface EngineOptions {
  readonly functions: readonly LoadedFunction[];
  readonly dataDir: string;
  readonly clock: HostClock;
  readonly log: ListenerContext['log'];
  readonly fatal: (error: unknown) => never;
  readonly maxConcurrentActivities: number;
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
}

export type StartOutcome =
  | { readonly kind: 'started'; readonly instanceId: string }
  | { readonly kind: 'exists'; readonly instanceId: string; readonly status: RuntimeStatus }
  | { readonly kind: 'refused'; readonly message: string };

export type CommandOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ended'; readonly status: EndStatus }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The durable engine of one node. A method that returns an accepting outcome has what it accepts on disk.
 * Activities run at least once; everything not finished goes on after `recover`.
 */
export class Engine {
  private readonly store: EngineStore;
  private readonly commits: GroupCommit;
  private readonly runner: EpisodeRunner;
  private readonly activities: ActivityPool;
  private readonly live = new Map<string, Instance>();
  private readonly orchestrators: ReadonlyMap<string, LoadedFunction>;
  private readonly activityFunctions: ReadonlyMap<string, LoadedFunction>;

  constructor(private readonly options: EngineOptions) {
    this.store = new EngineStore(options.dataDir);
    this.commits = new GroupCommit((work) => this.store.transaction(work), options.fatal);
    this.activities = new ActivityPool(options.maxConcurrentActivities, options.log);
    this.orchestrators = byName(options.functions, 'orchestrationtrigger');
    this.activityFunctions = byName(options.functions, 'activitytrigger');
    this.runner = new EpisodeRunner({
      ...options,
      store: this.store,
      commits: this.commits,
      orchestratorOf: (name) => this.orchestrators.get(name.toLowerCase()),
      refusal: (event) => this.refusal(event),
      scheduled: (instance, events) => this.begin(instance, events),
      ended: (instance, status, output) => this.ended(instance, status, output),
    });
  }

  /** Lets everything go on that had not ended when the last process did. Call once. */
  recover(): void {
    const rows = this.store.liveInstances();
    for (const row of rows) this.live.set(row.id, Instance.recovered(row, this.store.episodes(row.no)));
    for (const instance of [...this.live.values()]) {
      this.begin(instance, [...instance.open.values()]);
      this.runner.wake(instance);
    }
    if (rows.length > 0) this.options.log('info', `${rows.length} orchestration instances go on`);
  }

  /** Starts an instance unless one with this id runs; an ended one is replaced. `input` is JSON text. */
  async start(name: string, input: string, instanceId: string = newInstanceId()): Promise<StartOutcome> {
    const problem =
      (this.orchestrators.has(name.toLowerCase())
        ? null
        : `No orchestrator named '${name}' is registered.`) ??
      instanceIdProblem(instanceId) ??
      payloadProblem(`The input of orchestrator '${name}'`, input);
    if (problem !== null) return { kind: 'refused', message: problem };
    const running = this.live.get(instanceId);
    if (running !== undefined) return { kind: 'exists', instanceId, status: running.status };
    await new Promise<void>((resolve) => this.create(name, input, instanceId, null, resolve));
    return { kind: 'started', instanceId };
  }

  /** `input` is JSON text. An event for a suspended instance is kept and acted on after it was resumed. */
  async raiseEvent(instanceId: string, name: string, input: string): Promise<CommandOutcome> {
    const problem = payloadProblem(`The event '${name}'`, input);
    if (problem !== null) return { kind: 'refused', message: problem };
    return this.command(instanceId, { type: EventType.EventRaised, name, input });
  }

  async terminate(instanceId: string, reason: string): Promise<CommandOutcome> {
    return this.command(instanceId, { type: EventType.ExecutionTerminated, reason });
  }

  async suspend(instanceId: string, reason: string): Promise<CommandOutcome> {
    if (this.live.get(instanceId)?.status === 'Suspended')
      return { kind: 'refused', message: `'${instanceId}' is suspended already.` };
    return this.command(instanceId, { type: EventType.ExecutionSuspended, reason });
  }

  async resume(instanceId: string, reason: string): Promise<CommandOutcome> {
    if (this.live.get(instanceId)?.status === 'Running')
      return { kind: 'refused', message: `'${instanceId}' is not suspended.` };
    return this.command(instanceId, { type: EventType.ExecutionResumed, reason });
  }

  find(instanceId: string): InstanceRow | undefined {
    const instance = this.live.get(instanceId);
    if (instance === undefined) return this.store.find(instanceId);
    return instance.no === 0 ? undefined : instance.row;
  }

  /** Instances in the order of their creation; `afterNo` is the number of the last one seen. */
  list(filter: InstanceFilter, afterNo: number, limit: number): InstanceRow[] {
    return this.store.list(filter, afterNo, limit).map((row) => this.live.get(row.id)?.row ?? row);
  }

  episodes(row: InstanceRow): Episode[] {
    return this.store.episodes(row.no);
  }

  /** Deletes ended instances and returns how many; those that run stay. */
  async purge(rows: readonly InstanceRow[]): Promise<number> {
    const ended = rows.filter((row) => isEnded(row.status) && !this.isAwaited(row));
    if (ended.length === 0) return 0;
    await new Promise<void>((resolve) =>
      this.commits.add(() => ended.forEach((row) => this.store.purge(row.no)), resolve),
    );
    return ended.length;
  }

  /** Begins no more activities and waits, up to `limitMs`, until what runs has ended and is stored; then closes the file. */
  async drain(limitMs: number): Promise<void> {
    this.activities.stop();
    for (const instance of this.live.values()) instance.forgetAlarms();
    const deadline = Date.now() + limitMs;
    const isIdle = (): boolean => this.activities.isIdle && this.runner.isIdle && this.commits.isIdle;
    while (!isIdle() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 5));
    this.commits.close();
    this.store.close();
  }

  private create(
    name: string,
    input: string,
    id: string,
    parent: ParentTask | null,
    settled?: () => void,
  ): void {
    const instance = new Instance(id, name, input, parent, this.options.clock.now());
    this.live.set(id, instance);
    this.runner.enqueue(instance, executionStarted(name, input), settled);
  }

  private async command(instanceId: string, event: IncomingEvent): Promise<CommandOutcome> {
    const instance = this.live.get(instanceId);
    const isStored =
      instance !== undefined &&
      (await new Promise<boolean>((resolve) => this.runner.enqueue(instance, event, resolve)));
    if (isStored) return { kind: 'accepted' };
    const row = this.store.find(instanceId);
    return row !== undefined && isEnded(row.status)
      ? { kind: 'ended', status: row.status }
      : { kind: 'unknown' };
  }

  private begin(instance: Instance, events: readonly ScheduledEvent[]): void {
    for (const event of events) {
      if (event.type === EventType.TaskScheduled) this.beginActivity(instance, event);
      else if (event.type === EventType.SubOrchestrationInstanceCreated) this.beginChild(instance, event);
      else this.beginTimer(instance, event.id, event.fireAtMs);
    }
  }

  private beginActivity(instance: Instance, event: ScheduledEvent & { type: 4 }): void {
    const activity = this.activityFunctions.get(event.name.toLowerCase());
    const { executionId } = instance;
    const ended = (result: IncomingEvent): void =>
      this.taskEnded({ instanceId: instance.id, executionId, taskId: event.id }, result);
    if (activity === undefined) {
      // Only an application that was changed can get here: what is scheduled now was checked.
      const reason = `Activity function '${event.name}' failed:  it is no longer registered`;
      ended({ type: EventType.TaskFailed, taskId: event.id, reason, details: '{}' });
      return;
    }
    this.activities.add({ activity, instanceId: instance.id, taskId: event.id, input: event.input, ended });
  }

  private beginTimer(instance: Instance, taskId: number, fireAtMs: number): void {
    const forget = this.options.clock.at(fireAtMs, () => {
      instance.alarms.delete(taskId);
      this.runner.enqueue(instance, { type: EventType.TimerFired, taskId, fireAtMs });
    });
    instance.alarms.set(taskId, forget);
  }

  /** Also called after a restart, when the child may exist already, or may even have ended. */
  private beginChild(instance: Instance, event: ScheduledEvent & { type: 7 }): void {
    const task: ParentTask = { instanceId: instance.id, executionId: instance.executionId, taskId: event.id };
    const child = this.live.get(event.instanceId)?.row ?? this.store.find(event.instanceId);
    const isOurs = child?.parentExecutionId === task.executionId && child.parentTaskId === task.taskId;
    if (child === undefined || (!isOurs && isEnded(child.status))) {
      this.create(event.name, event.input, event.instanceId, task);
    } else if (isOurs && isEnded(child.status)) {
      this.answerParent(task, child.name, child.status, child.output ?? 'null');
    } else if (!isOurs) {
      const problem = `An orchestration with id '${event.instanceId}' already exists. It is in state ${child.status}`;
      this.taskEnded(task, failedChild(event.id, event.name, orchestratorFailure(event.name, problem)));
    }
  }

  private ended(instance: Instance, status: EndStatus, output: string): void {
    this.live.delete(instance.id);
    if (instance.parent !== null) this.answerParent(instance.parent, instance.name, status, output);
  }

  private answerParent(task: ParentTask, name: string, status: EndStatus, output: string): void {
    const { taskId } = task;
    if (status === 'Completed') {
      this.taskEnded(task, { type: EventType.SubOrchestrationInstanceCompleted, taskId, result: output });
      return;
    }
    const value = JSON.parse(output) as unknown;
    this.taskEnded(task, failedChild(taskId, name, typeof value === 'string' ? value : output));
  }

  /** Tells an instance that a task of it has ended, unless the instance went on without. */
  private taskEnded({ instanceId, executionId, taskId }: ParentTask, event: IncomingEvent): void {
    const instance = this.live.get(instanceId);
    if (instance?.executionId !== executionId || !instance.open.has(taskId)) return;
    this.runner.enqueue(instance, event);
  }

  /** A child that its parent has not been told of yet must not vanish: after a restart the parent would start it again. */
  private isAwaited(row: InstanceRow): boolean {
    const parent = row.parentId === null ? undefined : this.live.get(row.parentId);
    return (
      parent !== undefined &&
      parent.executionId === row.parentExecutionId &&
      parent.open.has(row.parentTaskId ?? -1)
    );
  }

  private refusal(event: ScheduledEvent): string | null {
    if (event.type === EventType.TimerCreated) return null;
    const isActivity = event.type === EventType.TaskScheduled;
    const kind = isActivity ? 'activity' : 'orchestrator';
    const known = isActivity ? this.activityFunctions : this.orchestrators;
    if (!known.has(event.name.toLowerCase())) return `no ${kind} named '${event.name}' is registered`;
    return (
      (isActivity ? null : instanceIdProblem(event.instanceId)) ??
      payloadProblem(`The input of ${kind} '${event.name}'`, event.input)
    );
  }
}

const failedChild = (taskId: number, name: string, output: string): IncomingEvent => ({
  type: EventType.SubOrchestrationInstanceFailed,
  taskId,
  ...childFailure(name, output),
});

const byName = (
  functions: readonly LoadedFunction[],
  triggerType: string,
): ReadonlyMap<string, LoadedFunction> =>
  new Map(
    functions
      .filter(({ trigger }) => trigger.type.toLowerCase() === triggerType)
      .map((each) => [each.name.toLowerCase(), each]),
  );

const newInstanceId = (): string => randomUUID().replaceAll('-', '');
