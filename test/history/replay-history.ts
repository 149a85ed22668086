import { decide, type Decision } from '../../host/engine/replay/decision';
import type { Episode, StoredEvent, TimedEvent } from '../../host/engine/history';
import { timedEvents } from '../../host/engine/instance';
import { runOrchestrator } from '../../host/engine/replay/orchestrator-run';
import type { LoadedFunction } from '../../host/function-app';
import type { RecordedHistory } from './recorded-history';

/** Where today's code does something else than the history says it did, or how many episodes agree. */
export type ReplayVerdict =
  | { readonly kind: 'same'; readonly episodes: number }
  | {
      readonly kind: 'differs';
      readonly episode: number;
      readonly recorded: readonly string[];
      readonly replayed: readonly string[];
    };

const DAY_MS = 86_400_000;
const TIMERS = { maximumShortTimerMs: 6 * DAY_MS, longTimerIntervalMs: 3 * DAY_MS };

const isScheduled = (event: StoredEvent): boolean => 'id' in event;
const isOutcome = (event: StoredEvent): boolean =>
  event.type === 1 || event.type === 13 || isScheduled(event);

const wordsOf = (event: StoredEvent): string[] => {
  switch (event.type) {
    case 4:
      return [`${event.id} activity ${event.name}`];
    case 7:
      return [`${event.id} child ${event.name}`];
    case 10:
      return [`${event.id} timer`];
    case 1:
      return [`ends ${event.status}`];
    default:
      return [];
  }
};

const wordsOfDecision = (decision: Decision): string[] => {
  switch (decision.kind) {
    case 'goOn':
      return decision.scheduled.flatMap(wordsOf);
    case 'again':
      return ['starts afresh'];
    case 'end':
      return [`ends ${decision.status}${decision.status === 'Failed' ? `: ${decision.output}` : ''}`];
  }
};

/** Plays a history episode by episode through the SDK's own orchestrator: each has to schedule what it scheduled then. */
export const replayHistory = async (
  orchestrator: LoadedFunction,
  { name, instanceId, input, episodes }: RecordedHistory,
): Promise<ReplayVerdict> => {
  const past: TimedEvent[] = [];
  let earlierActions = 0;
  for (const [index, episode] of episodes.entries()) {
    if (episode.seed !== true) {
      const fresh: Episode = {
        atMs: episode.atMs,
        events: episode.events.filter((event) => !isOutcome(event)),
      };
      const history = [...past, ...timedEvents(fresh, false)];
      const trigger = { instanceId, parentInstanceId: null, input, history, ...TIMERS };
      const result = await runOrchestrator(orchestrator, trigger);
      const options = { executionId: 'recorded', instanceId, ...TIMERS };
      const decision = decide({ name, history, result, earlierActions, refusal: () => null, options });
      const [recorded, replayed] = [episode.events.flatMap(wordsOf), wordsOfDecision(decision)];
      if (recorded.join() !== replayed.join()) return { kind: 'differs', episode: index, recorded, replayed };
    }
    past.push(...timedEvents(episode, true));
    earlierActions = episode.actions ?? 0;
  }
  return { kind: 'same', episodes: episodes.length };
};
