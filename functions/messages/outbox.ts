import { z } from 'zod';
import { MigrationError, StaleWriteError } from '../../shared/contracts/errors';
import { CausewayEvent } from '../../shared/contracts/event';
import { eventType } from '../../shared/ledger/documents';
import type { Clock } from '../../shared/ports/clock';
import type { EventBus } from '../../shared/ports/event-bus';
import { create, replace, type DocumentType, type Store } from '../../shared/ports/store';

export interface Outbox {
  readonly store: Store;
  readonly bus: EventBus;
  readonly clock: Clock;
}

const BATCH = 100;
const PAGE = 200;
const PAGES_AT_ONCE = 20;
/** What is younger is the relay's: it may be about to publish it. */
const LATE_MS = 120_000;

/** Up to which event of a subject the bus has confirmed all. */
const Relayed = z.strictObject({ subject: z.string(), sequence: z.number().int().min(0) });
const relayedType: DocumentType<z.infer<typeof Relayed>> = { name: 'relayed', schema: Relayed };
const relayedPartition = (subject: string): string => `relayed:${subject}`;
const RELAYED_ID = 'last';

/** Up to where in the feed every event was seen to be relayed. */
const Swept = z.strictObject({ next: z.string() });
const sweptType: DocumentType<z.infer<typeof Swept>> = { name: 'outbox-swept', schema: Swept };
const SWEPT_PARTITION = 'outbox';
const SWEPT_ID = 'swept';

/**
 * Publishes events in the order of their subjects and, once the bus has them, notes how far each subject is. Repeatable. What one
 * commit wrote comes from Cosmos DB's feed together, but in any order.
 */
export const relay = async (
  { store, bus }: Pick<Outbox, 'store' | 'bus'>,
  events: readonly CausewayEvent[],
): Promise<void> => {
  const bySubject = Map.groupBy(events, (event) => event.subject);
  const inOrder = [...bySubject.values()].flatMap((own) => own.toSorted((a, b) => a.sequence - b.sequence));
  for (let from = 0; from < inOrder.length; from += BATCH)
    await bus.publish(inOrder.slice(from, from + BATCH));
  await Promise.all([...bySubject].map(([subject, published]) => confirm(store, subject, published)));
};

/** What comes after a gap is not noted: the sweep would take it for relayed together with what is missing. */
const confirm = async (store: Store, subject: string, published: readonly CausewayEvent[]): Promise<void> => {
  const sequences = new Set(published.map((event) => event.sequence));
  for (;;) {
    const stored = await store.read(relayedType, relayedPartition(subject), RELAYED_ID);
    const before = stored?.body.sequence ?? 0;
    let sequence = before;
    while (sequences.has(sequence + 1)) sequence += 1;
    if (sequence === before) return;
    const body = { subject, sequence };
    const operation = stored ? replace(relayedType, stored, body) : create(relayedType, RELAYED_ID, body);
    if (await isWritten(store, relayedPartition(subject), operation)) return;
  }
};

/**
 * Makes up for events that the relay never published, whatever became of its place in the feed: publishes what is late and goes on to
 * where everything is confirmed. Returns how many it published.
 */
export const sweepOutbox = async (outbox: Outbox): Promise<number> => {
  let count = 0;
  for (let page = 0; page < PAGES_AT_ONCE; page += 1) {
    const swept = await outbox.store.read(sweptType, SWEPT_PARTITION, SWEPT_ID);
    const { changes, next } = await outbox.store.changes(eventType.name, swept?.body.next ?? null, PAGE);
    const waiting = await notRelayed(
      outbox.store,
      changes.map(({ body }) => CausewayEvent.parse(body)),
    );
    const late = waiting.filter(({ time }) => Date.parse(time) < outbox.clock.now().getTime() - LATE_MS);
    await relay(outbox, late);
    count += late.length;
    if (late.length < waiting.length || next === swept?.body.next) return count;
    const operation = swept ? replace(sweptType, swept, { next }) : create(sweptType, SWEPT_ID, { next });
    if (!(await isWritten(outbox.store, SWEPT_PARTITION, operation)) || changes.length === 0) return count;
  }
  return count;
};

const notRelayed = async (store: Store, events: readonly CausewayEvent[]): Promise<CausewayEvent[]> => {
  const waiting: CausewayEvent[] = [];
  for (const [subject, own] of Map.groupBy(events, (event) => event.subject)) {
    const stored = await store.read(relayedType, relayedPartition(subject), RELAYED_ID);
    waiting.push(...own.filter(({ sequence }) => sequence > (stored?.body.sequence ?? 0)));
  }
  return waiting;
};

/** False where another process wrote in between. */
const isWritten = async (
  store: Store,
  partition: string,
  operation: Parameters<Store['commit']>[1][number],
): Promise<boolean> => {
  try {
    await store.commit(partition, [operation]);
    return true;
  } catch (error) {
    if (error instanceof StaleWriteError) return false;
    if (error instanceof MigrationError && error.code === 'already-exists') return false;
    throw error;
  }
};
