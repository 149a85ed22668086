import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeadLetter } from '../../shared/contracts/dead-letter';
import type { DeadLetters } from '../../shared/ports/dead-letters';
import type { EventBus } from '../../shared/ports/event-bus';
import { event } from './event-bus-suite';

export interface DeadLettersUnderTest {
  readonly deadLetters: DeadLetters;
  readonly eventBus: EventBus;
  /** Refuses whatever waits in `teams`, as often as it is delivered, until it is a dead letter. */
  refuseAll(): Promise<void>;
  /** Takes and completes what waits in `teams`: the ids of the events. */
  consume(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export const describeDeadLetters = (name: string, open: () => Promise<DeadLettersUnderTest>): void => {
  describe(`${name} keeps the promises of dead letters`, () => {
    let under: DeadLettersUnderTest;
    beforeEach(async () => {
      under = await open();
    });
    afterEach(() => under.close());
    const list = (after = 0, limit = 100) => under.deadLetters.list('teams', after, limit);
    const publish = (...numbers: number[]) => under.eventBus.publish(numbers.map(event));

    it('lists what a subscription gave up on, with the reason, as often as it is asked', async () => {
      await publish(1, 2);
      await under.refuseAll();
      const [first, second, ...rest] = await list();
      expect(DeadLetter.parse(first)).toMatchObject({
        subscription: 'teams',
        eventId: 'event-1',
        type: 'cutover.stage-ended',
        subject: 'cutover:c1',
        deliveryCount: 2,
        reason: 'MaxDeliveryCountExceeded',
      });
      expect(second).toMatchObject({ eventId: 'event-2' });
      expect(rest).toEqual([]);
      expect(await list()).toEqual([first, second]);
    });

    it('lists page by page', async () => {
      await publish(1, 2, 3, 4, 5);
      await under.refuseAll();
      const seen: string[] = [];
      let page = await list(0, 2);
      while (page.length > 0) {
        expect(page.length).toBeLessThanOrEqual(2);
        seen.push(...page.map(({ eventId }) => eventId));
        page = await list(page.at(-1)?.sequenceNumber, 2);
      }
      expect(seen).toEqual([1, 2, 3, 4, 5].map((n) => `event-${n}`));
    });

    it('delivers a replayed event again and keeps the others', async () => {
      await publish(1, 2, 3);
      await under.refuseAll();
      const [, second] = await list();
      expect(await under.deadLetters.replay('teams', second!.sequenceNumber)).toBe('replayed');
      expect((await list()).map(({ eventId }) => eventId)).toEqual(['event-1', 'event-3']);
      expect(await under.consume()).toEqual(['event-2']);
    });

    it('has no dead letter to replay where it was replayed already, or never was', async () => {
      await publish(1);
      await under.refuseAll();
      const [letter] = await list();
      await under.deadLetters.replay('teams', letter!.sequenceNumber);
      expect(await under.deadLetters.replay('teams', letter!.sequenceNumber)).toBe('not-found');
      expect(await under.deadLetters.replay('teams', 123_456)).toBe('not-found');
      expect(await under.consume()).toEqual(['event-1']);
    });

    it('gives up again on what fails again, under the same event', async () => {
      await publish(1);
      await under.refuseAll();
      const [letter] = await list();
      await under.deadLetters.replay('teams', letter!.sequenceNumber);
      await under.refuseAll();
      expect(await list()).toMatchObject([{ eventId: 'event-1', deliveryCount: 2 }]);
    });

    it('knows no subscription that is not there', async () => {
      await expect(under.deadLetters.list('nobody', 0, 10)).rejects.toMatchObject({ code: 'not-found' });
      await expect(under.deadLetters.replay('nobody', 1)).rejects.toMatchObject({ code: 'not-found' });
    });
  });
};
