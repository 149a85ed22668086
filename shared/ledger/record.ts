import type { Recorded } from '../contracts/cutover';
import { MigrationError, StaleWriteError } from '../contracts/errors';
import type { CausewayEvent, EventType } from '../contracts/event';
import type { LogDraft } from '../contracts/log-entry';
import { appendToChain } from '../domain/log-chain';
import { create, replace, type DocumentType, type Operation, type Store, type Stored } from '../ports/store';
import { eventType, logEntryType, sequenceId } from './documents';

export interface EventDraft {
  readonly type: EventType;
  readonly data: CausewayEvent['data'];
}

/** A new state of a subject and all that is stored with it, in one batch: log entries, events, other documents. */
export interface Change<T extends Recorded> {
  readonly body: T;
  readonly log?: readonly Omit<LogDraft, 'at'>[];
  readonly events?: readonly EventDraft[];
  readonly documents?: readonly Operation[];
}

/** A decision over a subject's present state; `change` null leaves everything as it is. */
export interface Decided<T extends Recorded, R> {
  readonly change: Change<T> | null;
  readonly result: R;
}

const ATTEMPTS = 50;

const toEvent = (subject: string, sequence: number, time: string, draft: EventDraft): CausewayEvent => ({
  specversion: '1.0',
  id: `${subject}:${sequence}`,
  source: '/causeway',
  type: draft.type,
  subject,
  time,
  datacontenttype: 'application/json',
  sequence,
  data: draft.data,
});

/** Appends log and events to a subject: the advanced body and the operations that store both. */
export const withRecords = <T extends Recorded>(
  subject: string,
  change: Change<T>,
  now: string,
): { body: T; operations: Operation[] } => {
  const drafts = (change.log ?? []).map((draft) => ({ ...draft, at: now }));
  const { entries, head } = appendToChain(change.body.log, drafts);
  const events = (change.events ?? []).map((draft, index) =>
    toEvent(subject, change.body.eventSequence + index + 1, now, draft),
  );
  const body = { ...change.body, log: head, eventSequence: change.body.eventSequence + events.length };
  const operations = [
    ...entries.map((entry) => create(logEntryType, sequenceId(entry.sequence), entry)),
    ...events.map((event) => create(eventType, sequenceId(event.sequence), event)),
    ...(change.documents ?? []),
  ];
  return { body, operations };
};

/** The last change under way of each subject, by store: this process's own writers queue up instead of overtaking each other. */
const queues = new WeakMap<Store, Map<string, Promise<void>>>();

const inTurn = async <R>(store: Store, partition: string, work: () => Promise<R>): Promise<R> => {
  const queue = queues.get(store) ?? new Map<string, Promise<void>>();
  queues.set(store, queue);
  const result = (queue.get(partition) ?? Promise.resolve()).then(work);
  const settled = result.then(
    () => undefined,
    () => undefined,
  );
  queue.set(partition, settled);
  try {
    return await result;
  } finally {
    if (queue.get(partition) === settled) queue.delete(partition);
  }
};

/**
 * Reads a subject, decides, and stores the new state together with its log entries and events. Decides again where another
 * process wrote in between, so `decide` must be repeatable; it must not change the same subject itself. Throws `not-found` where
 * there is no such subject.
 */
export const changeSubject = <T extends Recorded, R>(
  store: Store,
  type: DocumentType<T>,
  partition: string,
  id: string,
  now: () => string,
  decide: (stored: Stored<T>, now: string) => Promise<Decided<T, R>> | Decided<T, R>,
): Promise<R> =>
  inTurn(store, partition, async () => {
    for (let attempt = 1; ; attempt += 1) {
      const stored = await store.read(type, partition, id);
      if (!stored) throw new MigrationError('not-found', `there is no ${type.name} ${id}`);
      const time = now();
      const { change, result } = await decide(stored, time);
      if (!change) return result;
      const { body, operations } = withRecords(partition, change, time);
      try {
        await store.commit(partition, [replace(type, stored, body), ...operations]);
        return result;
      } catch (error) {
        if (!(error instanceof StaleWriteError) || attempt === ATTEMPTS) throw error;
      }
    }
  });
