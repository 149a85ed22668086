import { EventType, type Episode, type StoredEvent } from './history';

type Failure = StoredEvent & { readonly type: 6 | 9 };
export type ChildCreated = StoredEvent & { readonly type: 7 };

/**
 * Histories from which a failed instance could go on, those that keep more first: all of it; without the last failure of a
 * task; without the last two; and so on. Of each there is one that keeps whatever else happened, and one that also forgets
 * what was scheduled after the first failure it leaves out, such as the pauses of a retry. A task without its failure is
 * scheduled again; a sub-orchestration stays scheduled.
 */
export function* rewoundHistories(episodes: readonly Episode[]): Generator<Episode[]> {
  const events = episodes.flatMap(({ events: each }) => each);
  yield without(episodes, new Set(events.filter(isEnd)));
  for (let at = events.length - 1; at >= 0; at--) {
    const event = events[at];
    if (event === undefined || !isFailure(event)) continue;
    const left = failuresFrom(events, at);
    yield without(episodes, left);
    yield without(episodes, forgetScheduledAfter(events, at, left));
  }
}

/** The sub-orchestrations that were started in this history. */
export const childrenIn = (episodes: readonly Episode[]): ChildCreated[] =>
  episodes
    .flatMap(({ events }) => events)
    .filter((event) => event.type === EventType.SubOrchestrationInstanceCreated);

/** Those of them that are under way. */
export const openChildren = (episodes: readonly Episode[]): ChildCreated[] => {
  const ended = new Set(
    episodes.flatMap(({ events }) => events.flatMap((event) => ('taskId' in event ? [event.taskId] : []))),
  );
  return childrenIn(episodes).filter(({ id }) => !ended.has(id));
};

/** The episodes without these events, which are recognised by identity. */
export const without = (episodes: readonly Episode[], left: ReadonlySet<StoredEvent>): Episode[] => {
  const ids = new Set([...left].flatMap((event) => ('id' in event ? [event.id] : [])));
  return episodes.map(({ cancelled, ...episode }) => ({
    ...episode,
    events: episode.events.filter((event) => !left.has(event)),
    ...(cancelled === undefined ? {} : { cancelled: cancelled.filter((id) => !ids.has(id)) }),
  }));
};

const failuresFrom = (events: readonly StoredEvent[], from: number): Set<StoredEvent> => {
  const failures = events.slice(from).filter(isFailure);
  const ids = new Set(failures.map(({ taskId }) => taskId));
  const activities = events.filter((event) => event.type === EventType.TaskScheduled && ids.has(event.id));
  return new Set([...events.filter(isEnd), ...failures, ...activities]);
};

const forgetScheduledAfter = (
  events: readonly StoredEvent[],
  at: number,
  left: ReadonlySet<StoredEvent>,
): Set<StoredEvent> => {
  const scheduled = events.slice(at).filter((event) => 'id' in event && event.type !== EventType.EventSent);
  const ids = new Set(scheduled.map(({ id }) => id));
  const ends = events.filter((event) => 'taskId' in event && ids.has(event.taskId));
  return new Set([...left, ...scheduled, ...ends]);
};

const isFailure = (event: StoredEvent): event is Failure =>
  event.type === EventType.TaskFailed || event.type === EventType.SubOrchestrationInstanceFailed;

const isEnd = (event: StoredEvent): boolean => event.type === EventType.ExecutionCompleted;
