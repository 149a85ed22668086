import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { registerRelay } from '../../../functions/messages/relay';
import type { CausewayEvent } from '../../../shared/contracts/event';
import { LedgerUnderTest } from '../../support/ledger-under-test';

let under: LedgerUnderTest;

const event = (sequence: number): CausewayEvent => ({
  specversion: '1.0',
  id: `cutover:first--shop:${sequence}`,
  source: '/causeway',
  type: 'cutover.stage-began',
  subject: 'cutover:first--shop',
  time: '2026-11-21T12:00:00.000Z',
  datacontenttype: 'application/json',
  sequence,
  data: {},
});
const events = (count: number): CausewayEvent[] =>
  Array.from({ length: count }, (_, index) => event(index + 1));
const stored = (body: CausewayEvent) => ({
  id: `event:${body.sequence}`,
  partition: body.subject,
  type: 'event',
  body,
});
const documents = (count: number) => events(count).map(stored);

type Handler = (documents: unknown[]) => Promise<void>;
interface Registered {
  readonly handler: Handler;
  readonly retry: { readonly maxRetryCount: number };
  readonly maxItemsPerInvocation: number;
  readonly startFromBeginning: boolean;
}

/** The relay as it is registered, with a bus that remembers and, if told so, fails. */
const relay = (failAt: (batch: number) => boolean = () => false) => {
  const batches: (readonly CausewayEvent[])[] = [];
  let calls = 0;
  const bus = {
    publish: async (batch: readonly CausewayEvent[]) => {
      calls += 1;
      if (failAt(calls)) throw new Error('the bus is down');
      batches.push(batch);
    },
  };
  const registered: Registered[] = [];
  const app = { cosmosDB: (_name: string, options: never) => void registered.push(options) };
  registerRelay(app as never, { bus, ledger: under.ledger });
  return { ...registered[0]!, batches };
};

describe('the outbox relay', () => {
  beforeAll(() => {
    under = new LedgerUnderTest();
  });
  afterAll(() => under.close());

  it('publishes every event in order, at most 100 at a time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(350), async (count) => {
        const { handler, batches } = relay();
        await handler(documents(count));
        expect(batches.flat().map(({ sequence }) => sequence)).toEqual(
          events(count).map(({ sequence }) => sequence),
        );
        expect(batches.every(({ length }) => length > 0 && length <= 100)).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it('fails with the bus, and published again loses nothing and keeps the order of what is new', async () => {
    const { handler, batches } = relay((call) => call === 2);
    await expect(handler(documents(250))).rejects.toThrow('the bus is down');
    await handler(documents(250));
    const seen = batches.flat().map(({ id }) => id);
    expect([...new Set(seen)]).toEqual(events(250).map(({ id }) => id));
    expect(seen).toHaveLength(350);
  });

  it('tries without limit, from the first event ever stored', () => {
    expect(relay()).toMatchObject({
      retry: { maxRetryCount: -1 },
      startFromBeginning: true,
      maxItemsPerInvocation: 100,
      containerName: 'ledger',
      feedPollDelay: 1_000,
    });
  });

  it('takes the events out of what was written with them', async () => {
    const { handler, batches } = relay();
    const others = [
      {
        id: 'cutover:first--shop',
        partition: 'cutover:first--shop',
        type: 'cutover',
        body: { id: 'first--shop' },
      },
      { id: 'commit~x', partition: 'cutover:first--shop', type: 'commit' },
    ];
    await handler([others[0], stored(event(1)), others[1], stored(event(2))]);
    await handler(others);
    expect(batches).toEqual([[event(1), event(2)]]);
  });

  it('puts what one commit wrote in order, whatever order the feed gives it', async () => {
    const { handler, batches } = relay();
    await handler([3, 1, 2].map((sequence) => stored(event(sequence))));
    expect(batches).toEqual([[event(1), event(2), event(3)]]);
  });

  it('refuses an event that is malformed, rather than leaving it out', async () => {
    const { handler, batches } = relay();
    await expect(handler([stored(event(1)), { ...stored(event(2)), body: { id: 'x' } }])).rejects.toThrow();
    expect(batches).toEqual([]);
  });
});
