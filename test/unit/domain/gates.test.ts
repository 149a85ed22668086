import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Choice } from '../../../shared/contracts/gate';
import type { Gate, GateAnswerInput } from '../../../shared/contracts/gate';
import { Role, type Principal } from '../../../shared/contracts/principal';
import { answerGate, tendGate } from '../../../shared/domain/gates';
import { SAMPLE_HASH } from '../../support/sample-cutover';
import { MINUTE_MS, minutes, sampleWave, START } from '../../support/sample-plan';

const openGate = (change: Partial<Gate> = {}): Gate => ({
  id: 'cutover-first--shop.go.go-no-go.1',
  subject: 'cutover:first--shop',
  gate: 'go-no-go',
  stage: 'go',
  question: 'Go?',
  choices: ['approve', 'reject'],
  roles: ['owner', 'tester'],
  quorum: 'all',
  requestedBy: 'Lena',
  planHash: SAMPLE_HASH,
  openedAt: START,
  timing: sampleWave().gateTiming,
  extendedMs: 0,
  remindersSent: 0,
  escalatedAt: null,
  status: 'open',
  decisions: [],
  outcome: null,
  closedAt: null,
  ...change,
});

const person = (name: string, ...roles: Role[]): Principal => ({ name, roles });
const say = (choice: Choice, change: Partial<GateAnswerInput> = {}): GateAnswerInput => ({
  choice,
  reason: 'because',
  planHash: SAMPLE_HASH,
  ...change,
});
const answered = (gate: Gate, by: Principal, answer: GateAnswerInput): Gate => {
  const verdict = answerGate(gate, by, answer, minutes(1));
  if (verdict.kind === 'refused') throw new Error(verdict.reason);
  return verdict.gate;
};
const codeOf = (gate: Gate, by: Principal, answer: GateAnswerInput): string | null => {
  const verdict = answerGate(gate, by, answer, minutes(1));
  return verdict.kind === 'refused' ? verdict.code : null;
};

describe('answers at a gate', () => {
  it('R138 needs every role to agree; one person may speak for the roles they hold', () => {
    const half = answered(openGate(), person('Olga', 'owner'), say('approve'));
    expect(half).toMatchObject({ status: 'open', outcome: null, decisions: [{ by: 'Olga', role: 'owner' }] });
    expect(answered(half, person('Theo', 'tester'), say('approve'))).toMatchObject({
      status: 'decided',
      outcome: 'approve',
      closedAt: minutes(1),
    });
    const both = answered(openGate(), person('Olga', 'tester', 'owner'), say('approve'));
    expect(both.decisions.map(({ role }) => role)).toEqual(['owner', 'tester']);
    expect(both.status).toBe('decided');
  });

  it('R138 lets a person who has got a second role answer for it, too', () => {
    const half = answered(openGate(), person('Olga', 'owner'), say('approve'));
    expect(answered(half, person('Olga', 'owner', 'tester'), say('approve'))).toMatchObject({
      status: 'decided',
      decisions: [{ role: 'owner' }, { role: 'tester' }],
    });
  });

  it('R67 ends at the first disagreement, whatever the quorum', () => {
    expect(answered(openGate(), person('Theo', 'tester'), say('reject'))).toMatchObject({
      status: 'decided',
      outcome: 'reject',
    });
  });

  it.each<[string, Gate, Principal, GateAnswerInput]>([
    ['gate-closed', openGate({ status: 'expired' }), person('Olga', 'owner'), say('approve')],
    ['gate-closed', openGate({ status: 'withdrawn' }), person('Olga', 'owner'), say('approve')],
    ['choice-unknown', openGate(), person('Olga', 'owner'), say('rollback')],
    ['role-missing', openGate(), person('Vera', 'viewer', 'approver'), say('approve')],
    ['own-request', openGate(), person('Lena', 'owner'), say('approve')],
    ['own-request', openGate(), person('Lena', 'owner'), say('reject')],
    ['plan-changed', openGate(), person('Olga', 'owner'), say('approve', { planHash: 'b'.repeat(64) })],
    ['plan-changed', openGate(), person('Olga', 'owner'), { choice: 'approve', reason: 'yes' }],
    [
      'evidence-missing',
      openGate({ choices: ['confirm', 'reject'] }),
      person('Olga', 'owner'),
      say('confirm'),
    ],
  ])('R63 R64 refuses with %s', (code, gate, by, answer) => {
    expect(codeOf(gate, by, answer)).toBe(code);
  });

  it('R64 lets whoever started the work state facts and decide failures, which are no approvals', () => {
    const statement = openGate({ choices: ['confirm', 'reject'], planHash: null, quorum: 'any' });
    expect(codeOf(statement, person('Lena', 'owner'), say('confirm', { evidence: 'seen' }))).toBeNull();
  });

  it('takes a second, different answer of the same person as an answer too many', () => {
    const half = answered(openGate(), person('Olga', 'owner'), say('approve'));
    expect(codeOf(half, person('Olga', 'owner'), say('reject'))).toBe('answered-already');
  });

  it('R63 R64 is decided only by people of its roles, never by the requester, each role once; repeats change nothing', () => {
    const people = fc.record({
      name: fc.constantFrom('Lena', 'Olga', 'Theo', 'Amir'),
      roles: fc.uniqueArray(fc.constantFrom<Role>(...Role.options), { minLength: 1, maxLength: 3 }),
    });
    const answers = fc.array(fc.tuple(people, fc.constantFrom<Choice>('approve', 'reject')), {
      maxLength: 12,
    });
    let decided = 0;
    fc.assert(
      fc.property(answers, fc.constantFrom<Gate['quorum']>('all', 'any'), (given, quorum) => {
        let gate = openGate({ quorum });
        for (const [by, choice] of given) {
          const verdict = answerGate(gate, by, say(choice), minutes(1));
          if (verdict.kind === 'refused') continue;
          const repeated = answerGate(verdict.gate, by, say(choice), minutes(2));
          expect(repeated).toEqual({ kind: 'answered', gate: verdict.gate });
          expect(verdict.gate.decisions.slice(0, gate.decisions.length)).toEqual(gate.decisions);
          if (gate.status === 'decided') expect(verdict.gate).toBe(gate);
          gate = verdict.gate;
        }
        const roles = gate.decisions.map(({ role }) => role);
        expect(new Set(roles).size).toBe(roles.length);
        expect(roles.every((role) => gate.roles.includes(role))).toBe(true);
        expect(gate.decisions.map(({ by }) => by)).not.toContain('Lena');
        if (gate.status !== 'decided') return;
        decided += 1;
        if (gate.outcome === 'approve' && quorum === 'all')
          expect(new Set(roles)).toEqual(new Set(gate.roles));
        expect(gate.decisions.at(-1)?.choice).toBe(gate.outcome);
      }),
    );
    expect(decided).toBeGreaterThan(0);
  });
});

const looks = fc
  .array(fc.integer({ min: 0, max: 1_500 }), { maxLength: 30 })
  .map((offsets) => offsets.sort((a, b) => a - b).map(minutes));

describe('a gate by the clock', () => {
  it('reminds, escalates and expires at the instants it names', () => {
    const seen: string[] = [];
    let gate = openGate();
    for (let at: string | null = START; at !== null;) {
      const tended = tendGate(gate, at);
      const what = [
        ...(tended.reminded ? ['reminded'] : []),
        ...(tended.escalated ? ['escalated'] : []),
        ...(tended.gate.status === 'expired' ? ['expired'] : []),
      ];
      seen.push(`${(Date.parse(at) - Date.parse(START)) / MINUTE_MS}: ${what.join(' ')}`);
      gate = tended.gate;
      at = tended.nextAt;
    }
    expect(seen[0]).toBe('0: ');
    expect(seen.slice(1, 6)).toEqual([
      '60: reminded',
      '120: reminded',
      '180: reminded',
      '240: reminded escalated',
      '300: reminded',
    ]);
    expect(seen.at(-1)).toBe('1440: expired');
    expect(seen).toHaveLength(25);
  });

  it('whenever it is looked at: catches up with one reminder, escalates once, expires in time, names a later instant', () => {
    fc.assert(
      fc.property(looks, (instants) => {
        let gate = openGate();
        let escalations = 0;
        for (const now of instants) {
          const { gate: after, reminded, escalated, nextAt } = tendGate(gate, now);
          escalations += Number(escalated);
          const intervals = Math.floor((Date.parse(now) - Date.parse(START)) / (60 * MINUTE_MS));
          if (gate.status !== 'open') {
            expect(after).toBe(gate);
            expect([reminded, escalated, nextAt]).toEqual([false, false, null]);
          } else if (now >= minutes(1_440)) {
            expect(after.status).toBe('expired');
          } else {
            expect(after.remindersSent).toBe(intervals);
            expect(reminded).toBe(intervals > gate.remindersSent);
            expect(after.escalatedAt !== null).toBe(now >= minutes(240));
            expect(nextAt! > now && nextAt! <= minutes(1_440)).toBe(true);
            expect(tendGate(after, now)).toMatchObject({ gate: after, reminded: false, escalated: false });
          }
          gate = after;
        }
        expect(escalations).toBe(gate.escalatedAt === null ? 0 : 1);
      }),
    );
  });

  it('names the instant at which the next look finds something: none before it does', () => {
    fc.assert(
      fc.property(fc.nat(1_439), fc.nat(1_000_000), (lookedAt, part) => {
        const { gate, nextAt } = tendGate(openGate(), minutes(lookedAt));
        const between =
          Date.parse(minutes(lookedAt)) + (part % (Date.parse(nextAt!) - Date.parse(minutes(lookedAt))));
        expect(tendGate(gate, new Date(between).toISOString())).toEqual({
          gate,
          reminded: false,
          escalated: false,
          nextAt,
        });
        const then = tendGate(gate, nextAt!);
        expect(then.reminded || then.escalated || then.gate.status === 'expired').toBe(true);
      }),
    );
  });
});
