import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { relay, sweepOutbox } from '../../../functions/messages/outbox';
import type { CausewayEvent } from '../../../shared/contracts/event';
import { eventType, sequenceId } from '../../../shared/ledger/documents';
import { create } from '../../../shared/ports/store';
import { LedgerUnderTest } from '../../support/ledger-under-test';

const MINUTE_MS = 60_000;

describe('the sweep of the outbox', () => {
  let under: LedgerUnderTest;
  let published: string[];
  let isBusUp: boolean;

  beforeEach(() => {
    under = new LedgerUnderTest();
    published = [];
    isBusUp = true;
  });
  afterEach(() => under.close());

  const bus = {
    publish: async (events: readonly CausewayEvent[]) => {
      if (!isBusUp) throw new Error('the bus is down');
      published.push(...events.map(({ id }) => id));
    },
  };
  const outbox = () => ({ bus, store: under.ledger.store, clock: under.ledger.clock });
  const event = (subject: string, sequence: number): CausewayEvent => ({
    specversion: '1.0',
    id: `${subject}:${sequence}`,
    source: '/causeway',
    type: 'cutover.stage-began',
    subject,
    time: new Date(under.now).toISOString(),
    datacontenttype: 'application/json',
    sequence,
    data: {},
  });
  const store = async (...events: CausewayEvent[]): Promise<void> => {
    for (const each of events)
      await under.ledger.store.commit(each.subject, [create(eventType, sequenceId(each.sequence), each)]);
  };
  const pass = (minutes: number) => (under.now += minutes * MINUTE_MS);

  it('publishes what the relay never did, in order and once', async () => {
    await store(event('cutover:a', 1), event('cutover:b', 1), event('cutover:a', 2));
    pass(3);
    expect(await sweepOutbox(outbox())).toBe(3);
    expect(published).toEqual(['cutover:a:1', 'cutover:a:2', 'cutover:b:1']);
    pass(3);
    expect(await sweepOutbox(outbox())).toBe(0);
  });

  it('publishes nothing that the bus has confirmed', async () => {
    const [first, second] = [event('cutover:a', 1), event('cutover:a', 2)];
    await store(first, second);
    await relay(outbox(), [first]);
    pass(3);
    expect(await sweepOutbox(outbox())).toBe(1);
    expect(published).toEqual(['cutover:a:1', 'cutover:a:2']);
  });

  it('leaves what is young to the relay, and comes back to it', async () => {
    await store(event('cutover:a', 1));
    expect(await sweepOutbox(outbox())).toBe(0);
    pass(1);
    await store(event('cutover:b', 1));
    pass(1.5);
    expect(await sweepOutbox(outbox())).toBe(1);
    await relay(outbox(), [event('cutover:b', 1)]);
    pass(3);
    expect(await sweepOutbox(outbox())).toBe(0);
    expect(published).toEqual(['cutover:a:1', 'cutover:b:1']);
  });

  it('takes nothing for relayed that came after a gap', async () => {
    const events = [1, 2, 3].map((sequence) => event('cutover:a', sequence));
    await store(...events);
    await relay(outbox(), events.slice(1));
    pass(3);
    expect(await sweepOutbox(outbox())).toBe(3);
  });

  it('fails with the bus, forgets nothing and publishes all the next time', async () => {
    await store(event('cutover:a', 1));
    pass(3);
    isBusUp = false;
    await expect(sweepOutbox(outbox())).rejects.toThrow('the bus is down');
    isBusUp = true;
    expect(await sweepOutbox(outbox())).toBe(1);
  });

  it('works through more events than it looks at at once', async () => {
    const events = Array.from({ length: 450 }, (_, n) => event(`cutover:${n % 7}`, Math.floor(n / 7) + 1));
    await store(...events);
    pass(3);
    expect(await sweepOutbox(outbox())).toBe(450);
    expect(new Set(published).size).toBe(450);
  });
});
