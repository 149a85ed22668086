import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Cutover } from '../../../shared/contracts/cutover';
import type { Gate } from '../../../shared/contracts/gate';
import type { Role } from '../../../shared/contracts/principal';
import { answerGate, openGate, readGate } from '../../../shared/ledger/gates';
import { asOwnerOfTheirs } from '../../../shared/ledger/who-may-answer';
import { LedgerUnderTest } from '../../support/ledger-under-test';

/** The sample workload is Olga's. */
describe('R64 the role of an owner', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    id = await under.putCutover();
  });
  afterEach(() => under.close());

  const ask = (roles: Gate['roles'], quorum: Gate['quorum'] = 'all'): Promise<Gate> =>
    openGate(under.ledger, {
      subject: `cutover:${id}`,
      gate: 'sign-off',
      stage: 'announce',
      attempt: 1,
      question: 'Is it as it should be?',
      choices: ['approve', 'reject'],
      roles,
      quorum,
    });
  const answer = async (gate: Gate, name: string, ...roles: Role[]) =>
    answerGate(under.ledger, { name, roles }, gate.id, {
      choice: 'approve',
      reason: 'good',
      ...(gate.planHash !== null && { planHash: gate.planHash }),
    });
  const decided = async (gate: Gate) =>
    (await readGate(under.ledger, gate.id)).body.decisions.map(({ by, role }) => [by, role]);

  it('counts for the owner of the workload and for nobody else; the refusal names them and is logged', async () => {
    const gate = await ask(['owner', 'tester']);
    expect(await answer(gate, 'Oscar', 'owner')).toEqual({
      kind: 'refused',
      code: 'not-the-owner',
      reason: expect.stringContaining('Olga'),
    });
    expect((await under.log(`cutover:${id}`)).at(-1)).toMatchObject({
      kind: 'gate.answer-refused',
      actor: 'Oscar',
    });
    expect(await answer(gate, 'Olga', 'owner')).toMatchObject({ kind: 'answered' });
    expect(await decided(gate)).toEqual([['Olga', 'owner']]);
  });

  it('is found whatever case the ids of their account are written in, and nobody else by that', async () => {
    const account = (tail: string) => `entra:11111111-2222-4333-8444-55555555${tail}`;
    const workload = { ...(await under.cutover(id)).workload, owner: account('ABCD') };
    const speaksFor = (name: string) =>
      asOwnerOfTheirs({ workload } as Cutover, { name, roles: ['owner'] }).roles.length > 0;
    expect(speaksFor(account('abcd'))).toBe(true);
    expect(speaksFor(account('abce'))).toBe(false);
    const olga = { workload: { ...workload, owner: 'Olga' } } as Cutover;
    expect(asOwnerOfTheirs(olga, { name: 'olga', roles: ['owner'] }).roles).toEqual([]);
  });

  it('of another workload adds nothing to the other roles a person has', async () => {
    const gate = await ask(['owner', 'tester']);
    expect(await answer(gate, 'Oscar', 'owner', 'tester')).toMatchObject({
      kind: 'answered',
      gate: { status: 'open' },
    });
    expect(await decided(gate)).toEqual([['Oscar', 'tester']]);
  });

  it('decides no rollback of another workload where any role would', async () => {
    const gate = await ask(['approver', 'owner', 'lead'], 'any');
    expect(await answer(gate, 'Oscar', 'owner')).toMatchObject({ code: 'not-the-owner' });
    expect(await answer(gate, 'Amir', 'approver', 'owner')).toMatchObject({ gate: { status: 'decided' } });
    expect(await decided(gate)).toEqual([['Amir', 'approver']]);
  });

  it('is no way in for those who have no role at all that is asked', async () => {
    const gate = await ask(['owner']);
    expect(await answer(gate, 'Otto', 'operator')).toMatchObject({ code: 'role-missing' });
  });
});
