import type { ActionReplay } from './action-replay';
import { messageOf } from '../failures';
import { EventType, type ScheduledEvent, type TimedEvent } from '../history';
import type { LiveExecutor } from './live-executor';
import type { OrchestratorResult } from './orchestrator-run';

/**
 * `sessions` keeps orchestrators in memory between episodes; `always` replays the whole history in each, as Azure does;
 * `checked` does both, from the first episode on, and tells where they differ.
 */
export type ReplayMode = 'sessions' | 'always' | 'checked';

/**
 * A history this short is replayed whole with whatever comes from outside: that finds at once where the code no longer does what it did,
 * and costs little. Activities that end one after another make a third of what they cost of replays, so those are left out.
 */
const SHORT_HISTORY = 32;

const OF_ACTIVITIES: ReadonlySet<number> = new Set([
  EventType.OrchestratorStarted,
  EventType.TaskCompleted,
  EventType.TaskFailed,
]);

/** What an instance keeps in memory so that its next episode need not begin at the beginning. */
export interface Session {
  readonly executor: LiveExecutor;
  /** The length of the history when it was last replayed whole. */
  readonly replayedAt: number;
  /** How much of the history the executor has seen. */
  fed: number;
  /** Has played what the executor has seen. */
  replay: ActionReplay;
}

/**
 * True where the next episode replays whatever is in memory. Each time the history has doubled, and at its end, an instance is
 * replayed, so that code which is not deterministic is found while the instance runs, at a cost that stays linear.
 */
export const isReplayDue = (
  { replayedAt }: Session,
  recorded: readonly TimedEvent[],
  added: readonly TimedEvent[],
): boolean => {
  const length = recorded.length + added.length;
  return length < SHORT_HISTORY
    ? added.some(({ event }) => !OF_ACTIVITIES.has(event.type))
    : length >= 2 * replayedAt;
};

/** Only what has been replayed once, which finds code that does not do the same twice. */
export const isWorthASession = (mode: ReplayMode, history: readonly TimedEvent[]): boolean =>
  mode === 'checked' || (mode === 'sessions' && history.some(({ played }) => played));

/** What an orchestrator came to, and what is to be played against its actions. */
export interface Replayed {
  readonly result: OrchestratorResult;
  readonly replay: ActionReplay;
  /** What `replay` has not played. */
  readonly history: readonly TimedEvent[];
}

/** How what an orchestrator that went on came to differs from its replay, or null. Plays both. */
export const differenceOf = (live: Replayed, whole: Replayed): string | null => {
  const [kept, replayed] = [live, whole].map((each) => JSON.stringify(comparable(each)));
  return kept === replayed ? null : `it came to ${kept}, its replay to ${replayed}`;
};

const comparable = ({ result, replay, history }: Replayed): unknown => {
  const { actions, customStatus, outcome } = result;
  try {
    const state = replay.play(history);
    const scheduled = state.scheduled.map(withoutDrawnId);
    return { actions, customStatus, outcome, state: { ...state, scheduled } };
  } catch (error) {
    return { actions, customStatus, outcome, refusal: messageOf(error) };
  }
};

/** Each replay draws another id for an operation that is not sent yet. */
const withoutDrawnId = (event: ScheduledEvent): unknown =>
  event.type === EventType.EventSent && event.message.kind === 'operation'
    ? { ...event, message: { ...event.message, id: '' } }
    : event;
