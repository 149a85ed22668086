import type { HostClock, ListenerContext } from '../function-app';
import type { EngineStore } from '../storage/engine-store';
import type { GroupCommit } from '../storage/group-commit';
import type { DriftReport } from './drift-report';
import type { EngineObserver } from './engine-observer';
import type { FunctionIndex } from './function-index';
import type { Addressed } from './entities/entity-message';
import { decide, failedUnrun, terminated, type Decision, type DecisionInput } from './replay/decision';
import {
  EventType,
  type Episode,
  type EndStatus,
  type IncomingEvent,
  type ScheduledEvent,
  type StoredEvent,
} from './history';
import { planEpisode, type EpisodePlan } from './episode-plan';
import type { Instance } from './instance';
import type { LiveInstances } from './live-instances';
import { Replayer } from './replay/replayer';
import type { ReplayMode } from './replay/session';
import { versionProblem, type VersionRules } from './version-rules';

export interface RunnerOptions {
  readonly clock: HostClock;
  readonly log: ListenerContext['log'];
  readonly store: EngineStore;
  readonly live: LiveInstances;
  readonly commits: GroupCommit;
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
  readonly replayMode: ReplayMode;
  readonly versions: VersionRules;
  readonly functions: FunctionIndex;
  readonly drifts: DriftReport;
  /** Starts what an episode scheduled, once that episode is on disk. */
  readonly scheduled: (instance: Instance, events: readonly ScheduledEvent[]) => void;
  readonly ended: (instance: Instance, status: EndStatus, output: string) => void;
  /** Stores messages in the transaction under way; what it returns delivers them after the commit. */
  readonly post: (messages: readonly Addressed[]) => () => void;
  /** Called where a run ended that had asked for the locks of these entities. */
  readonly unlocked: (entityIds: readonly string[]) => void;
  readonly fatal: (error: unknown) => never;
  readonly observer?: EngineObserver;
}

/** Ten thousand timers that are due at once must not hold the event loop up for seconds; a commit is cheap among so many. */
const EPISODES_A_TURN = 500;

/**
 * Runs episodes: what has arrived for an instance is taken as one batch, the orchestrator replays, and what follows is
 * committed with the batch in one row. An instance runs one episode at a time and waits for its commit.
 */
export class EpisodeRunner {
  private readonly ready = new Set<Instance>();
  private readonly replayer: Replayer;
  private busy = 0;

  constructor(private readonly options: RunnerOptions) {
    this.replayer = new Replayer(options.replayMode, options.store, options.live, options.log);
  }

  get isIdle(): boolean {
    return this.busy === 0 && this.ready.size === 0;
  }

  get readyCount(): number {
    return this.ready.size;
  }

  /** `settled` is called once the event is on disk as part of an episode, or the instance has ended without it. */
  enqueue(
    instance: Instance,
    event: IncomingEvent,
    settled?: (isStored: boolean) => void,
    messageSeq?: number,
  ): void {
    instance.queue.push({ event, settled, messageSeq });
    this.wake(instance);
  }

  /** Lets the instance run if something waits for it. */
  wake(instance: Instance): void {
    const hasWork = instance.queue.length > 0 || (instance.isSeeded && !this.isHeldBack(instance));
    if (instance.isBusy || !hasWork) return;
    if (this.ready.size === 0) setImmediate(() => this.runReady());
    this.ready.add(instance);
  }

  private runReady(): void {
    const instances = [...this.ready].slice(0, EPISODES_A_TURN);
    for (const instance of instances) {
      this.ready.delete(instance);
      instance.isBusy = true;
      this.busy += 1;
      this.run(instance).catch((error: unknown) => this.options.fatal(error));
    }
    if (this.ready.size > 0) setImmediate(() => this.runReady());
  }

  private async run(instance: Instance): Promise<void> {
    const takesNothing = this.takesNothing(instance);
    const batch = takesNothing ? [] : instance.queue.splice(0);
    const incoming = batch.map(({ event }) => event);
    const begun: StoredEvent[] = takesNothing ? [] : [{ type: EventType.OrchestratorStarted }, ...incoming];
    const plan = await this.plan(instance, incoming, begun);
    const sent = plan.decision.scheduled.filter((event) => event.type === EventType.EventSent);
    let deliver = (): void => undefined;
    this.options.commits.add(
      () => {
        this.write(instance, plan);
        for (const { messageSeq } of batch)
          if (messageSeq !== undefined) this.options.store.entities.removeMessage(messageSeq);
        if (sent.length > 0) deliver = this.options.post(sent);
      },
      () => {
        this.apply(instance, plan);
        deliver();
        for (const { settled } of batch) settled?.(true);
      },
    );
  }

  private async plan(
    instance: Instance,
    incoming: readonly IncomingEvent[],
    begun: readonly StoredEvent[],
  ): Promise<EpisodePlan> {
    const atMs = this.timeOf(instance, incoming);
    const fresh = { atMs, events: begun };
    if (this.isHeldBack(instance)) return planEpisode(instance, begun, holdBack(instance, incoming), atMs);
    const decision = await this.decide(instance, incoming, fresh);
    const drift = decision.kind === 'end' ? decision.drift : undefined;
    const found = drift === undefined ? undefined : await this.options.drifts.of(instance, fresh, drift);
    return planEpisode(instance, begun, decision, atMs, found);
  }

  private async decide(
    instance: Instance,
    incoming: readonly IncomingEvent[],
    fresh: Episode,
  ): Promise<Decision> {
    const { functions, versions } = this.options;
    const mismatch = versionProblem(versions, instance.version);
    if (mismatch !== null) return failedUnrun(mismatch, instance.customStatus);
    const refusal = (event: ScheduledEvent): string | null => functions.scheduleProblem(event);
    const end = incoming.find((event) => event.type === EventType.ExecutionTerminated);
    const orchestrator = functions.orchestrator(instance.name);
    if (orchestrator === undefined && end !== undefined) return terminated(end.reason, instance.customStatus);
    if (orchestrator === undefined) {
      const message = 'no orchestrator of this name is registered';
      const result = { actions: [], customStatus: undefined, outcome: { kind: 'broke', message } } as const;
      return decide({ ...this.decisionBase(instance), history: [], result, refusal });
    }
    const base = this.decisionBase(instance);
    const replayed = await this.replayer.run(orchestrator, instance, fresh, base.options);
    // Azure runs the orchestrator once more, and leaves aside what it asks for.
    if (end !== undefined) return terminated(end.reason, instance.customStatus);
    return decide({ ...base, ...replayed, refusal });
  }

  /** What begins a generation is run before what has arrived since, but an end: some do nothing but begin again. */
  private takesNothing(instance: Instance): boolean {
    const isEnding = instance.queue.some(({ event }) => event.type === EventType.ExecutionTerminated);
    return instance.isSeeded && !isEnding && !this.isHeldBack(instance);
  }

  private isHeldBack({ version }: Instance): boolean {
    const { versions } = this.options;
    return versions.failureStrategy === 'Reject' && versionProblem(versions, version) !== null;
  }

  private decisionBase(instance: Instance): Pick<DecisionInput, 'name' | 'earlierActions' | 'options'> {
    const { maximumShortTimerMs, longTimerIntervalMs } = this.options;
    return {
      name: instance.name,
      earlierActions: instance.actions,
      options: {
        executionId: instance.executionId,
        instanceId: instance.id,
        maximumShortTimerMs,
        longTimerIntervalMs,
      },
    };
  }

  /** Never before the last episode, nor before a timer that is said to have fired. */
  private timeOf(instance: Instance, incoming: readonly IncomingEvent[]): number {
    const fired = incoming.map((event) => (event.type === EventType.TimerFired ? event.fireAtMs : 0));
    return fired.reduce((a, b) => Math.max(a, b), Math.max(this.options.clock.now(), instance.updatedAtMs));
  }

  private write(instance: Instance, { episode, decision, row }: EpisodePlan): void {
    const { store } = this.options;
    const isChanged =
      decision.kind !== 'goOn' ||
      row.status !== instance.status ||
      row.customStatus !== instance.customStatus;
    if (instance.no === 0) instance.no = store.insertInstance(row);
    else if (isChanged) store.updateInstance({ ...row, no: instance.no });
    if (decision.kind === 'again') store.deleteEpisodes(instance.no);
    store.appendEpisode(instance.no, episode);
  }

  /** Runs after the commit: only now does anyone learn of the episode. */
  private apply(instance: Instance, { episode, decision, row }: EpisodePlan): void {
    this.busy -= 1;
    this.options.observer?.episode();
    instance.isBusy = false;
    instance.status = row.status;
    instance.customStatus = row.customStatus;
    if (decision.kind === 'end') {
      instance.forgetAlarms();
      this.options.ended(instance, decision.status, decision.output);
      this.unlock(instance);
      for (const { settled } of instance.queue.splice(0)) settled?.(false);
      return;
    }
    if (decision.kind === 'again') {
      instance.input = row.input;
      instance.executionId = row.executionId;
      instance.open.clear();
      this.unlock(instance);
      instance.forgetAlarms();
      instance.session = null;
      instance.history = [];
      this.dropOfLastGeneration(instance);
    }
    instance.apply(episode);
    this.options.live.rest(instance);
    if (decision.kind === 'goOn') {
      this.options.scheduled(
        instance,
        decision.scheduled.filter(({ id }) => instance.open.has(id)),
      );
    }
    this.wake(instance);
  }

  private unlock({ locks }: Instance): void {
    if (locks.size > 0) this.options.unlocked([...locks.values()].flat());
    locks.clear();
  }

  /** A cancelled timer of the last generation may have rung: its id means another task now. */
  private dropOfLastGeneration(instance: Instance): void {
    instance.queue = instance.queue.filter(({ event, settled }) => {
      const isReply = event.type === EventType.EventRaised && event.isReply === true;
      if (isReply) settled?.(false);
      return !isReply && !('taskId' in event);
    });
  }
}

/** What has arrived is stored for a host of another version, which sees it as new. Only termination needs none. */
const holdBack = (instance: Instance, incoming: readonly IncomingEvent[]): Decision => {
  const end = incoming.find((event) => event.type === EventType.ExecutionTerminated);
  const { customStatus, status, actions } = instance;
  if (end !== undefined) return terminated(end.reason, customStatus);
  const suspended = status === 'Suspended';
  return {
    kind: 'goOn',
    scheduled: [],
    cancelledTimers: [],
    suspended,
    customStatus,
    actions,
    isHeldBack: true,
  };
};
