import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CausewayEvent } from '../../shared/contracts/event';
import { redeem, type ClaimChecks } from '../../shared/ports/claim-checks';
import type { EventBus } from '../../shared/ports/event-bus';

interface Delivered {
  readonly messageId: string;
  readonly sessionId?: string;
  readonly subject?: string;
  readonly contentType: string;
  readonly body: unknown;
}

export interface EventBusUnderTest {
  readonly eventBus: EventBus;
  /** Where the event bus checks in what is too large. */
  readonly claimChecks: ClaimChecks;
  /** What a subscriber of `migration-events` has got since the last call, in its order. */
  delivered(): Promise<readonly Delivered[]>;
  close(): Promise<void>;
}

export const event = (n: number): CausewayEvent => ({
  specversion: '1.0',
  id: `event-${n}`,
  source: '/causeway',
  type: 'cutover.stage-ended',
  subject: 'cutover:c1',
  time: '2026-11-21T00:00:00.000Z',
  datacontenttype: 'application/json',
  sequence: n,
  data: { stage: 'freeze', note: 'Übergabe ✓' },
});

const events = (count: number): CausewayEvent[] =>
  Array.from({ length: count }, (_, index) => event(index + 1));

export const describeEventBus = (name: string, open: () => Promise<EventBusUnderTest>): void => {
  describe(`${name} keeps the promises of an event bus`, () => {
    let under: EventBusUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(async () => {
      await under.close();
    });

    it('delivers a CloudEvent under its id, in the session of its subject, labelled with its type', async () => {
      await under.eventBus.publish([event(1)]);
      expect(await under.delivered()).toMatchObject([
        {
          messageId: 'event-1',
          sessionId: 'cutover:c1',
          subject: 'cutover.stage-ended',
          contentType: 'application/cloudevents+json',
          body: event(1),
        },
      ]);
    });

    it('keeps the order of a hundred events', async () => {
      await under.eventBus.publish(events(100));
      expect((await under.delivered()).map(({ body }) => body)).toEqual(events(100));
    });

    it('takes an event again without harm', async () => {
      await under.eventBus.publish(events(2));
      await under.eventBus.publish(events(3));
      const ids = (await under.delivered()).map(({ messageId }) => messageId);
      expect([...new Set(ids)]).toEqual(['event-1', 'event-2', 'event-3']);
    });

    it('refuses more than a hundred events and publishes none of them', async () => {
      await expect(under.eventBus.publish(events(101))).rejects.toMatchObject({ code: 'limit-exceeded' });
      expect(await under.delivered()).toEqual([]);
    });

    it('sends a reference for what is too large for a message, in its place among the others', async () => {
      const large = { ...event(2), data: { text: 'ü'.repeat(300_000) } };
      await under.eventBus.publish([event(1), large, event(3)]);
      const bodies = (await under.delivered()).map(({ body }) => body);
      expect(bodies).toMatchObject([event(1), { id: 'event-2', dataref: expect.any(String) }, event(3)]);
      const redeemed = await Promise.all(bodies.map((body) => redeem(body, under.claimChecks)));
      expect(redeemed).toEqual([event(1), large, event(3)]);
    });

    it('takes a hundred events that together are many times a message', async () => {
      const large = events(100).map((each) => ({ ...each, data: { text: 'x'.repeat(30_000) } }));
      await under.eventBus.publish(large);
      expect((await under.delivered()).map(({ body }) => body)).toEqual(large);
    });

    it('does nothing for no events', async () => {
      await under.eventBus.publish([]);
      expect(await under.delivered()).toEqual([]);
    });
  });
};
