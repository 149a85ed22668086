import { describe, expect, it, jest } from '@jest/globals';
import type * as AdaptiveCards from 'adaptivecards';
import fc from 'fast-check';
import type { AdaptiveCard as Card } from '../../../shared/adapters/teams/adaptive-card';
import { fitMessage, MESSAGE_LIMIT_BYTES } from '../../../shared/adapters/teams/fit-message';
import { gateCard } from '../../../shared/adapters/teams/gate-card';
import { noticeCard } from '../../../shared/adapters/teams/notice-card';
import { Choice } from '../../../shared/contracts/gate';
import { GateName } from '../../../shared/contracts/itinerary';
import { Role } from '../../../shared/contracts/principal';
import { sampleGate, sampleNotice } from './sample-gate';

// The package's entry cannot be loaded by Node; its bundle can.
const { AdaptiveCard, SerializationContext, Versions } = jest.requireActual<typeof AdaptiveCards>(
  'adaptivecards/dist/adaptivecards.js',
);

/** What the package by Microsoft objects to, parsing as a host of version 1.5 does. */
function objectionsTo(card: unknown): string[] {
  const context = new SerializationContext(Versions.v1_5);
  const parsed = new AdaptiveCard();
  parsed.parse(card, context);
  const failures = parsed.validateProperties().validationEvents;
  return [
    ...failures,
    ...Array.from({ length: context.eventCount }, (_, index) => context.getEventAt(index)),
  ].map(({ message }) => message);
}

const cardIn = (message: string): Card => JSON.parse(message).attachments[0].content;
const textIn = (card: unknown) => JSON.stringify(card);

describe('a card', () => {
  it('is checked by a validator that does object', () => {
    expect(objectionsTo({ type: 'AdaptiveCard', version: '1.5', body: [{ type: 'Nonsense' }] })).not.toEqual(
      [],
    );
  });

  it.each(['requested', 'reminded', 'escalated', 'closed'] as const)(
    'R59 R64 for a gate that is %s is valid',
    (kind) => {
      const closed = {
        status: 'decided',
        outcome: 'rollback',
        closedAt: '2026-11-21T13:00:00.000Z',
      } as const;
      const gate = sampleGate(kind === 'closed' ? closed : {});
      const card = gateCard(sampleNotice({ kind, gate }), 1_000);
      expect(objectionsTo(card)).toEqual([]);
      expect(card.version).toBe('1.5');
      expect(card.actions.map((action) => action.type)).toEqual(kind === 'closed' ? [] : ['Action.OpenUrl']);
    },
  );

  it('shows the question, the plan hash, who asked, until when, and opens the decision page', () => {
    const card = gateCard(sampleNotice(), 1_000);
    for (const words of [
      'The error rate is 12 %',
      'ab'.repeat(32),
      'Lea Lead',
      '2026-11-28 12:00 UTC',
      'Web shop',
    ]) {
      expect(textIn(card)).toContain(words);
    }
    expect(card.actions[0]?.url).toBe(sampleNotice().link);
  });

  it('tells of every kind of gate, and how each was decided', () => {
    for (const gate of GateName.options) {
      for (const choice of Choice.options) {
        const decision = {
          choice,
          reason: 'Seen',
          by: 'Olga',
          role: 'owner',
          at: '2026-11-21T13:00:00.000Z',
        } as const;
        const decided = sampleGate({ gate, status: 'decided', outcome: choice, decisions: [decision] });
        const card = gateCard(sampleNotice({ kind: 'closed', gate: decided }), 1_000);
        expect(objectionsTo(card)).toEqual([]);
        expect(textIn(card)).toContain('Olga (owner)');
      }
    }
  });

  it('takes Markdown in what people typed literally', () => {
    const requestedBy = '[click](https://evil.example)';
    const card = gateCard(sampleNotice({ gate: sampleGate({ requestedBy }) }), 1_000);
    expect(textIn(card)).not.toContain('[click](');
    const runs = card.body.filter(({ type }) => type === 'RichTextBlock');
    expect(runs).toHaveLength(3);
  });

  it('as a whole message stays under 28 KB and valid, whatever was typed', () => {
    const long = (maxLength: number) =>
      fc.string({ unit: 'binary', minLength: maxLength / 2, maxLength, size: 'max' });
    const decision = fc.record({
      choice: fc.constantFrom(...Choice.options),
      reason: long(2_000),
      by: long(100),
      role: fc.constantFrom(...Role.options),
      at: fc.constant('2026-11-21T13:00:00.000Z'),
    });
    const property = fc.property(
      long(4_000),
      long(300),
      fc.array(decision, { maxLength: 30 }),
      fc.constantFrom('requested' as const, 'closed' as const),
      (question, about, decisions, kind) => {
        const notice = sampleNotice({ kind, about, gate: sampleGate({ question, decisions }) });
        const message = fitMessage((maxTextLength) => gateCard(notice, maxTextLength));
        expect(Buffer.byteLength(message)).toBeLessThanOrEqual(MESSAGE_LIMIT_BYTES);
        expect(objectionsTo(cardIn(message))).toEqual([]);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });

  it('R83 R144 of a notice is valid, with and without facts', () => {
    const notice = { id: 'n1', title: 'Window announced', body: 'Saturday 22:00.', facts: [] };
    expect(objectionsTo(noticeCard(notice, 1_000))).toEqual([]);
    const facts = Array.from({ length: 30 }, (_, index) => ({
      name: `Fact ${index}`,
      value: '💥'.repeat(250),
    }));
    const message = fitMessage((length) =>
      noticeCard({ ...notice, body: '\u0001'.repeat(8_000), facts }, length),
    );
    expect(objectionsTo(cardIn(message))).toEqual([]);
    expect(Buffer.byteLength(message)).toBeLessThanOrEqual(MESSAGE_LIMIT_BYTES);
  });

  it('that cannot be made to fit is an error, not a message that is dropped later', () => {
    const huge = sampleNotice({ link: `https://x.example/${'y'.repeat(30_000)}` });
    expect(() => fitMessage((length) => gateCard(huge, length))).toThrow(
      expect.objectContaining({ code: 'limit-exceeded' }),
    );
  });
});
