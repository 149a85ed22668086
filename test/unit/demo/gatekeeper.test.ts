import { describe, expect, it } from '@jest/globals';
import type { Person } from '../../../clients/demo/api-client';
import type { DemoEvent } from '../../../clients/demo/events';
import { Gatekeeper } from '../../../clients/demo/gatekeeper';
import { Gate, GateAnswerInput } from '../../../shared/contracts/gate';
import type { Role } from '../../../shared/contracts/principal';

const HASH = 'a'.repeat(64);

const gateOf = (changes: Partial<Gate>): Gate =>
  Gate.parse({
    id: 'cutover-x.stage.gate.1',
    subject: 'cutover:x',
    gate: 'go-no-go',
    stage: 'go-no-go',
    question: 'Go?',
    choices: ['approve', 'reject'],
    roles: ['approver'],
    quorum: 'any',
    requestedBy: 'Lena',
    planHash: null,
    openedAt: '2026-11-21T00:00:00.000Z',
    timing: { remindEveryMs: 1_000, escalateAfterMs: 1_000, expireAfterMs: 1_000 },
    extendedMs: 0,
    remindersSent: 0,
    escalatedAt: null,
    status: 'open',
    decisions: [],
    outcome: null,
    closedAt: null,
    ...changes,
  });

const people = new Map<Role, Person>(
  (['lead', 'operator', 'owner', 'tester', 'approver'] as const).map((role) => [
    role,
    { name: `Person ${role}`, role, token: role },
  ]),
);

/** A service with these gates open all the time: it does not prove that the real one takes the answers. */
const keeperOf = (gates: Gate[], ask: ((question: string) => Promise<string>) | null = null) => {
  const answers: { by: Role; gate: string; answer: GateAnswerInput }[] = [];
  const events: DemoEvent[] = [];
  const api = {
    openGates: async () => gates,
    answer: async (by: Person, gate: Gate, answer: GateAnswerInput) => {
      answers.push({ by: by.role, gate: gate.id, answer: GateAnswerInput.parse(answer) });
      return gate;
    },
  };
  const view = { emit: (event: DemoEvent) => void events.push(event), ask, close: () => undefined };
  return { keeper: new Gatekeeper(api, people, view), answers, events };
};

describe('Answering gates', () => {
  it('approves with the hash of the plan that the gate shows', async () => {
    const { keeper, answers } = keeperOf([gateOf({ planHash: HASH })]);
    await keeper.answerOpenGates();
    expect(answers).toMatchObject([{ by: 'approver', answer: { choice: 'approve', planHash: HASH } }]);
  });

  it('has every role speak where all must agree, and one where any decides', async () => {
    const roles: Role[] = ['owner', 'tester'];
    const all = keeperOf([gateOf({ roles, quorum: 'all' })]);
    await all.keeper.answerOpenGates();
    expect(all.answers.map(({ by }) => by)).toEqual(['owner', 'tester']);
    const any = keeperOf([gateOf({ roles, quorum: 'any' })]);
    await any.keeper.answerOpenGates();
    expect(any.answers.map(({ by }) => by)).toEqual(['owner']);
  });

  it('states facts with evidence', async () => {
    const { keeper, answers } = keeperOf([gateOf({ choices: ['confirm', 'reject'] })]);
    await keeper.answerOpenGates();
    expect(answers[0]!.answer).toMatchObject({ choice: 'confirm', evidence: expect.stringMatching(/./) });
  });

  it.each([
    [['retry', 'rollback'] as const, 'rollback'],
    [['retry', 'skip', 'cancel'] as const, 'cancel'],
  ])('turns back where a stage failed: %s', async (choices, chosen) => {
    const { keeper, answers } = keeperOf([gateOf({ choices: [...choices] })]);
    await keeper.answerOpenGates();
    expect(answers[0]!.answer.choice).toBe(chosen);
  });

  it('answers each gate once, however long it stays open', async () => {
    const { keeper, answers } = keeperOf([gateOf({})]);
    expect(await keeper.answerOpenGates()).toBe(true);
    expect(await keeper.answerOpenGates()).toBe(false);
    expect(answers).toHaveLength(1);
  });

  it('asks the person at the terminal until the answer is a choice; nothing typed is the one in capitals', async () => {
    const typed = ['perhaps', 'rej'];
    const asked: string[] = [];
    const ask = async (question: string): Promise<string> => {
      asked.push(question);
      return typed.shift() ?? '';
    };
    const { keeper, answers, events } = keeperOf([gateOf({}), gateOf({ id: 'second' })], ask);
    await keeper.answerOpenGates();
    expect(answers.map(({ answer }) => answer.choice)).toEqual(['reject', 'approve']);
    expect(asked[0]).toContain('As Person approver (approver): APPROVE / reject?');
    expect(asked).toHaveLength(3);
    expect(events.map(({ event }) => event)).toEqual(['gate', 'decision', 'gate', 'decision']);
  });
});
