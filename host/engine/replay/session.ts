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
 * A history this short is replayed whole: that costs less than a tenth of a millisecond, and finds at once where the code no longer
 * does what it did.
 */
const SHORT_HISTORY = 32;

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
export const isReplayDue = (session: Session, historyLength: number): boolean =>
  historyLength >= 2 * session.replayedAt;

export const isWorthASession = (mode: ReplayMode, historyLength: number): boolean =>
  mode === 'checked' || (mode === 'sessions' && historyLength >= SHORT_HISTORY);

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
