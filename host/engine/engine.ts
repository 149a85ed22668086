import { randomUUID } from 'node:crypto';
import type { HostClock, ListenerContext, LoadedFunction } from '../function-app';
import { EngineStore, type InstanceFilter, type InstanceRow } from '../storage/engine-store';
import { GroupCommit } from '../storage/group-commit';
import { ActivityPool } from './activity-pool';
import type { EngineObserver } from './engine-observer';
import { Entities } from './entities/entities';
import { EndWatch } from './end-watch';
import { DriftReport } from './drift-report';
import { EpisodeRunner } from './episode-runner';
import { FunctionIndex } from './function-index';
import { EventType, isEnded, type EndStatus, type Episode, type IncomingEvent } from './history';
import { executionStarted, Instance, type ParentTask } from './instance';
import { LiveInstances } from './live-instances';
import type { CommandOutcome, StartOutcome } from './outcomes';
import { payloadProblem } from './payload-limit';
import type { ReplayMode } from './replay/session';
import { Rehearsal } from './replay/rehearsal';
import { Rewinder, type RewindOutcome } from './rewinder';
import { TaskStarter } from './task-starter';
import { NO_VERSIONS, type VersionRules } from './version-rules';

export interface EngineOptions {
  readonly functions: readonly LoadedFunction[];
  readonly dataDir: string;
  readonly clock: HostClock;
  readonly log: ListenerContext['log'];
  readonly fatal: (error: unknown) => never;
  readonly maxConcurrentActivities: number;
  readonly maxConcurrentEntities: number;
  /** How many operations an entity is given at once. */
  readonly maxEntityBatchSize: number;
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
  readonly replayMode: ReplayMode;
  /** Every version runs where absent. */
  readonly versions?: VersionRules;
  /** How many of the instances that ran last stay in memory though nothing of them is under way, at least 1; a thousand where absent. */
  readonly keptInstances?: number;
  readonly observer?: EngineObserver;
}

/** What the engine has under way. */
export interface EngineLoad {
  readonly runningInstances: number;
  readonly suspendedInstances: number;
  readonly readyInstances: number;
  readonly runningActivities: number;
  readonly waitingActivities: number;
  readonly pendingWrites: number;
}

interface Origin {
  readonly parent: ParentTask | null;
  readonly traceParent: string | undefined;
  /** That of host.json where absent. */
  readonly version: string | undefined;
}

/**
 * The durable engine of one node. A method that returns an accepting outcome has what it accepts on disk.
 * Activities run at least once; everything not finished goes on after `recover`.
 */
export class Engine {
  readonly entities: Entities;
  readonly ends = new EndWatch();
  private readonly store: EngineStore;
  private readonly commits: GroupCommit;
  private readonly runner: EpisodeRunner;
  private readonly activities: ActivityPool;
  private isClosed = false;
  private readonly live: LiveInstances;
  private readonly functions: FunctionIndex;
  private readonly tasks: TaskStarter;
  private readonly rewinder: Rewinder;

  constructor(private readonly options: EngineOptions) {
    this.store = new EngineStore(options.dataDir);
    this.live = new LiveInstances(this.store, (instance) => this.goOn(instance), options.keptInstances);
    this.commits = new GroupCommit(
      (work) => this.store.transaction(work),
      options.fatal,
      (ms) => options.observer?.committed(ms),
    );
    this.activities = new ActivityPool(options.maxConcurrentActivities, options.log);
    this.functions = new FunctionIndex(options.functions);
    const rehearsal = new Rehearsal(this.functions, options);
    this.runner = new EpisodeRunner({
      ...options,
      versions: options.versions ?? NO_VERSIONS,
      drifts: new DriftReport(this.store, rehearsal, options.log),
      store: this.store,
      live: this.live,
      commits: this.commits,
      functions: this.functions,
      scheduled: (instance, events) => this.tasks.begin(instance, events),
      ended: (instance, status, output) => this.ended(instance, status, output),
      post: (messages) => this.entities.post(messages),
      unlocked: (entityIds) => this.entities.wake(entityIds),
    });
    this.rewinder = new Rewinder({
      store: this.store,
      commits: this.commits,
      live: this.live,
      rehearsal,
      goOn: (instance) => {
        this.goOn(instance);
        this.entities.redeliver(instance.id);
      },
    });
    this.tasks = new TaskStarter({
      clock: options.clock,
      store: this.store,
      functions: this.functions,
      activities: this.activities,
      live: this.live,
      enqueue: (instance, event) => this.runner.enqueue(instance, event),
      create: ({ name, input, instanceId, version }, parent) => {
        const traceParent = this.live.get(parent.instanceId)?.traceParent;
        this.create(name, input, instanceId, { parent, traceParent, version });
      },
    });
    this.entities = new Entities({
      ...options,
      store: this.store,
      commits: this.commits,
      functions: this.functions,
      live: this.live,
      enqueue: (instance, event, settled, seq) => this.runner.enqueue(instance, event, settled, seq),
    });
  }

  /** Lets everything go on that had not ended when the last process did. Call once. */
  recover(): void {
    const count = this.live.recover();
    this.entities.recover();
    if (count > 0) this.options.log('info', `${count} orchestration instances go on`);
  }

  /** Starts an instance unless one with this id runs; an ended one is replaced. `input` is JSON text. */
  async start(
    name: string,
    input: string,
    instanceId: string = newInstanceId(),
    { traceParent, version }: { readonly traceParent?: string; readonly version?: string } = {},
  ): Promise<StartOutcome> {
    const problem = this.functions.startProblem(name, input, instanceId);
    if (problem !== null) return { kind: 'refused', message: problem };
    const running = this.live.get(instanceId);
    if (running !== undefined) return { kind: 'exists', instanceId, status: running.status };
    await new Promise<void>((resolve) =>
      this.create(name, input, instanceId, { parent: null, traceParent, version }, resolve),
    );
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

  /** A failed instance goes on from before its failure. */
  async rewind(instanceId: string, reason: string): Promise<RewindOutcome> {
    const row = this.find(instanceId);
    if (row === undefined) return { kind: 'unknown' };
    return row.status === 'Failed' ? this.rewinder.rewind(row, reason) : { kind: 'not-failed' };
  }

  find(instanceId: string): InstanceRow | undefined {
    const instance = this.live.inMemory(instanceId);
    if (instance !== undefined && instance.no > 0) return instance.row;
    const row = this.store.find(instanceId);
    return row === undefined ? undefined : this.live.current(row);
  }

  /** Instances in the order of their creation; `afterNo` is the number of the last one seen. */
  list(filter: InstanceFilter, afterNo: number, limit: number): InstanceRow[] {
    return this.store.list(filter, afterNo, limit).map((row) => this.live.current(row));
  }

  episodes(row: InstanceRow): Episode[] {
    return this.store.episodes(row.no);
  }

  get load(): EngineLoad {
    const { running, suspended } = this.live.counts;
    return {
      runningInstances: running,
      suspendedInstances: suspended,
      readyInstances: this.runner.readyCount,
      runningActivities: this.activities.runningCount,
      waitingActivities: this.activities.waitingCount,
      pendingWrites: this.commits.pendingCount,
    };
  }

  /** Deletes ended instances and returns how many; those that run stay. */
  async purge(rows: readonly InstanceRow[]): Promise<number> {
    const ended = rows.filter((row) => isEnded(row.status) && !this.tasks.isAwaited(row));
    if (ended.length === 0) return 0;
    let purged = ended;
    const write = (): void => {
      // Meanwhile someone may have rewound one of them.
      purged = ended.filter(({ id, no }) => this.live.inMemory(id)?.no !== no);
      for (const { no } of purged) this.store.purge(no);
    };
    await new Promise<void>((resolve) => this.commits.add(write, resolve));
    for (const { id, status } of purged) if (status === 'Failed') this.entities.wakeLockedBy(id);
    return purged.length;
  }

  /** Begins no more activities and resolves when those that run have ended and all is stored. Commands still work. */
  async drain(): Promise<void> {
    this.activities.stop();
    this.entities.stop();
    const isIdle = (): boolean =>
      [this.activities, this.entities, this.runner, this.commits].every((part) => part.isIdle);
    while (!isIdle() && !this.isClosed) await new Promise((resolve) => setTimeout(resolve, 5));
  }

  /** Closes the file. What has not been stored by now is done again after the next start. */
  close(): void {
    this.isClosed = true;
    this.live.close();
    this.commits.close();
    this.store.close();
  }

  /** Takes up an instance as it was at its last commit. */
  private goOn(instance: Instance): void {
    this.tasks.begin(instance, [...instance.open.values()]);
    const { rewound } = instance;
    if (rewound === null) this.runner.wake(instance);
    else this.runner.enqueue(instance, { type: EventType.GenericEvent, data: rewound });
  }

  private create(
    name: string,
    input: string,
    id: string,
    { parent, traceParent, version = this.options.versions?.defaultVersion ?? '' }: Origin,
    settled?: () => void,
  ): void {
    const instance = new Instance(id, name, input, parent, this.options.clock.now());
    this.live.add(instance);
    this.entities.wakeLockedBy(id);
    instance.version = version;
    const span = this.options.observer?.creating(name, id, traceParent);
    const begun = executionStarted(name, input, { version, traceParent: span?.traceParent });
    this.runner.enqueue(instance, begun, () => {
      span?.created();
      settled?.();
    });
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

  private ended(instance: Instance, status: EndStatus, output: string): void {
    this.options.observer?.ended(instance, status);
    this.live.remove(instance);
    if (instance.parent !== null) this.tasks.answerParent(instance.parent, instance, status, output);
    this.ends.tell(instance.id);
  }
}

const newInstanceId = (): string => randomUUID().replaceAll('-', '');
