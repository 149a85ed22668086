import type { ListenerContext, LoadedFunction } from '../../function-app';
import type { EngineStore } from '../../storage/engine-store';
import type { ReplayOptions } from './action-invoker';
import { ActionReplay } from './action-replay';
import type { Episode, TimedEvent } from '../history';
import { type Instance, timedEvents } from '../instance';
import type { LiveInstances } from '../live-instances';
import { LiveExecutor } from './live-executor';
import { runOrchestrator, type OrchestratorResult } from './orchestrator-run';
import { differenceOf, isReplayDue, isWorthASession, type Replayed, type ReplayMode } from './session';

/** Runs orchestrators over their histories: from the beginning, or from where they stopped. */
export class Replayer {
  constructor(
    private readonly mode: ReplayMode,
    private readonly store: EngineStore,
    private readonly live: Pick<LiveInstances, 'used'>,
    private readonly log: ListenerContext['log'],
  ) {}

  /** `fresh` is what the instance has not seen. */
  async run(
    orchestrator: LoadedFunction,
    instance: Instance,
    fresh: Episode,
    options: ReplayOptions,
  ): Promise<Replayed> {
    const recorded = this.historyOf(instance);
    const added = timedEvents(fresh, false);
    const live = this.goOn(instance, recorded, added, options);
    if (live !== null && this.mode !== 'checked') return live;
    const history = [...recorded, ...added];
    const { maximumShortTimerMs, longTimerIntervalMs } = options;
    const result = await runOrchestrator(orchestrator, {
      instanceId: instance.id,
      parentInstanceId: instance.parent?.instanceId ?? null,
      input: instance.input,
      history,
      maximumShortTimerMs,
      longTimerIntervalMs,
    });
    const replay = new ActionReplay(result.actions, options);
    if (live === null) this.open(instance, history, result, replay);
    else this.check(instance, live, { result, replay: new ActionReplay(result.actions, options), history });
    return { result, replay, history };
  }

  /** Where the two differ the replay is right, and the code is not deterministic or the SDK not as it was. */
  private check(instance: Instance, live: Replayed, whole: Replayed): void {
    const difference = differenceOf(live, whole);
    if (difference === null) return;
    instance.session = null;
    this.log('error', `Orchestrator ${instance.name} was kept in memory: ${difference}`, {
      instanceId: instance.id,
    });
  }

  private open(
    instance: Instance,
    history: readonly TimedEvent[],
    result: OrchestratorResult,
    replay: ActionReplay,
  ): void {
    const { length } = history;
    const executor =
      result.outcome.kind === 'waiting' && isWorthASession(this.mode, history)
        ? LiveExecutor.of(result.context)
        : null;
    instance.session = executor === null ? null : { executor, replay, replayedAt: length, fed: length };
  }

  private goOn(
    instance: Instance,
    recorded: readonly TimedEvent[],
    added: readonly TimedEvent[],
    options: ReplayOptions,
  ): Replayed | null {
    const { session } = instance;
    if (session === null) return null;
    const length = recorded.length + added.length;
    const isDue = this.mode !== 'checked' && isReplayDue(session, recorded, added);
    const unseen = [...recorded.slice(session.fed), ...added];
    const result = isDue ? null : session.executor.goOn(unseen);
    if (result === null) {
      instance.session = null;
      return null;
    }
    session.fed = length;
    if (session.replay.canGoOn) return { result, replay: session.replay, history: unseen };
    session.replay = new ActionReplay(result.actions, options);
    return { result, replay: session.replay, history: [...recorded, ...added] };
  }

  private historyOf(instance: Instance): TimedEvent[] {
    this.live.used(instance);
    instance.history ??= this.store.episodes(instance.no).flatMap((episode) => timedEvents(episode, true));
    return instance.history;
  }
}
