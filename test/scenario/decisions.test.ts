import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Gate } from '../../shared/contracts/gate';
import { startCauseway, type Answer, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

const AS_BEFORE = {
  activeSide: 'source',
  frozen: false,
  sides: { source: { serving: true, writable: true }, target: { serving: false, writable: false } },
};

describe('decisions', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway();
  });
  afterAll(() => causeway?.stop());

  const make = (id: string): Promise<TestWorkload> => causeway.makeWorkload({ id, files: 3 });

  const startPlanned = async (id: string, workload: TestWorkload): Promise<Gate> => {
    await causeway.makeWave(id, [workload]);
    await causeway.api.startWave(causeway.people.lead, id, 'Go');
    return causeway.openGate(`wave:${id}`, 'go-no-go');
  };

  const endOf = (id: string) =>
    causeway.until('the end of the wave', async () => {
      const wave = await causeway.wave(id);
      return wave.endedAt === null ? null : wave;
    });

  const approve = (by: typeof causeway.people.lead, gate: Gate, planHash = gate.planHash): Promise<Answer> =>
    causeway.send(by, 'POST', `gates/${gate.id}/answers`, { choice: 'approve', reason: 'Fine', planHash });

  it('R63 R67 a wave whose plan is rejected touches nothing', async () => {
    const workload = await make('unwanted');
    const gate = await startPlanned('rejected', workload);
    await causeway.answerAs(gate, 'reject');
    const wave = await endOf('rejected');
    expect(wave).toMatchObject({ status: 'stopped', cutovers: {}, nextMayProceed: false });
    expect(await workload.about()).toMatchObject(AS_BEFORE);
  });

  it('R67 a no-go before the outage cancels and undoes everything', async () => {
    const workload = await make('no-go');
    await causeway.beginWave('nogo-wave', [workload]);
    let frozen = false;
    const cutover = await causeway.drive(
      causeway.cutoverIdOf('nogo-wave', workload),
      undefined,
      async (gate) => {
        if (gate.gate !== 'go-no-go') return undefined;
        ({ frozen } = await workload.about());
        return 'reject';
      },
    );
    expect(frozen).toBe(true);
    expect(cutover).toMatchObject({ status: 'cancelled', outage: { beganAt: null }, arrivedAt: null });
    expect(await workload.about()).toMatchObject(AS_BEFORE);
    expect(await workload.release()).toBe(200);
  });

  it('R64 R65 whoever planned, changed or started the wave cannot approve it, whatever their roles', async () => {
    const planner = await causeway.makePerson('Petra', ['lead', 'approver']);
    const editor = await causeway.makePerson('Edgar', ['lead', 'approver']);
    const workload = await make('separated');
    await causeway.api.createWave(planner, {
      id: 'duties',
      name: 'Duties',
      workloadIds: [workload.id],
      window: { start: causeway.at(-60_000), end: causeway.at(3_600_000) },
      escalationContact: 'Lena',
    });
    const read = await causeway.send(editor, 'GET', 'waves/duties');
    const changed = await causeway.send(
      editor,
      'PUT',
      'waves/duties',
      {
        id: 'duties',
        name: 'Duties, changed',
        workloadIds: [workload.id],
        window: { start: causeway.at(-60_000), end: causeway.at(3_600_000) },
        escalationContact: 'Lena',
      },
      { 'if-match': read.headers.get('etag') ?? '' },
    );
    expect(changed.status).toBe(200);
    const starter = await causeway.makePerson('Stan', ['lead', 'approver']);
    await causeway.api.startWave(starter, 'duties', 'Go');
    const gate = await causeway.openGate('wave:duties', 'go-no-go');
    for (const person of [planner, editor, starter])
      expect([person.name, await approve(person, gate)]).toEqual([
        person.name,
        expect.objectContaining({ status: 403, body: expect.objectContaining({ code: 'own-request' }) }),
      ]);
    expect((await causeway.wave('duties')).approvedPlanHash).toBeNull();
    const log = await causeway.log('waves', 'duties');
    expect(log.filter(({ kind }) => kind === 'gate.answer-refused').map(({ actor }) => actor)).toEqual([
      'Petra',
      'Edgar',
      'Stan',
    ]);
    expect((await approve(causeway.people.approver, gate)).status).toBe(200);
    expect((await causeway.wave('duties')).approvedPlanHash).toBe(gate.planHash);
  });

  it('R63 R64 an approval needs the role and the hash of the plan that was looked at', async () => {
    const gate = await startPlanned('hashes', await make('hashed'));
    expect(await approve(causeway.people.operator, gate)).toMatchObject({
      status: 403,
      body: { code: 'role-missing' },
    });
    expect(await approve(causeway.people.approver, gate, '0'.repeat(64))).toMatchObject({
      status: 409,
      body: { code: 'plan-changed' },
    });
    expect((await causeway.wave('hashes')).approvedPlanHash).toBeNull();
    await causeway.answerAs(gate, 'reject');
  });

  it('R46 R63 a workload changed after its wave was planned does not run', async () => {
    const workload = await make('drifting');
    await causeway.makeWave('drift', [workload]);
    await changeWorkload(workload);
    await causeway.api.startWave(causeway.people.lead, 'drift', 'Go');
    const wave = await endOf('drift');
    expect(wave).toMatchObject({ status: 'stopped', cutovers: {} });
    const log = await causeway.log('waves', 'drift');
    expect(log.at(-1)?.summary).toContain('a workload was changed after the wave was planned');
  });

  it('R46 R63 a workload changed after the approval is not begun: the wave is held', async () => {
    const [first, second] = [await make('early'), await make('late')];
    await causeway.beginWave('late-change', [first, second], { maxConcurrentCutovers: 1 });
    await causeway.drive(causeway.cutoverIdOf('late-change', first), ({ status }) => status === 'waiting');
    await changeWorkload(second);
    await causeway.drive(causeway.cutoverIdOf('late-change', first));
    const wave = await causeway.until('the hold', async () => {
      const found = await causeway.wave('late-change');
      return found.holdReason === null ? null : found;
    });
    expect(wave.holdReason).toContain('a workload was changed');
    expect(Object.keys(wave.cutovers)).toEqual([first.id]);
    expect(await second.about()).toMatchObject(AS_BEFORE);
  });

  it('a wave that is stopped starts nothing more, lets its cutovers finish and comes to its review', async () => {
    const [first, second] = [await make('begun'), await make('unbegun')];
    await causeway.beginWave('halted', [first, second], { maxConcurrentCutovers: 1 });
    const id = causeway.cutoverIdOf('halted', first);
    await causeway.drive(id, ({ status }) => status === 'waiting');
    const stop = () =>
      causeway.send(causeway.people.operator, 'POST', 'waves/halted/stop', { reason: 'Enough' });
    expect((await stop()).status).toBe(202);
    expect((await causeway.drive(id)).status).toBe('completed');
    await causeway.answer('wave:halted', 'wave-review', 'reject');
    expect(await endOf('halted')).toMatchObject({ status: 'stopped', cutovers: { [first.id]: id } });
    expect(await second.about()).toMatchObject(AS_BEFORE);
  });

  it('a wave that is stopped at its go/no-go ends by itself', async () => {
    const gate = await startPlanned('halted-early', await make('halted-app'));
    await causeway.send(causeway.people.lead, 'POST', 'waves/halted-early/stop', { reason: 'Not now' });
    expect(await endOf('halted-early')).toMatchObject({ status: 'stopped', cutovers: {} });
    expect(await approve(causeway.people.approver, gate)).toMatchObject({ status: 409 });
  });

  it('a workload in two waves that run is moved by one; the other waits until it has ended', async () => {
    const workload = await make('shared');
    await causeway.makeWave('one', [workload]);
    await causeway.makeWave('two', [workload]);
    const start = (id: string) => causeway.api.startWave(causeway.people.lead, id, 'Go');
    await start('one');
    await expect(start('two')).rejects.toThrow('wave one');
    await causeway.answer('wave:one', 'go-no-go', 'approve');
    const first = causeway.cutoverIdOf('one', workload);
    await causeway.drive(first, ({ status }) => status === 'waiting');
    await expect(start('two')).rejects.toThrow(first);
    await causeway.command(first, 'cancel');
    expect((await causeway.drive(first)).status).toBe('cancelled');
    await start('two');
    await causeway.answer('wave:two', 'go-no-go', 'approve');
    expect((await causeway.drive(causeway.cutoverIdOf('two', workload))).status).toBe('completed');
  });

  const changeWorkload = async (workload: TestWorkload): Promise<void> => {
    const { lead } = causeway.people;
    const read = await causeway.send(lead, 'GET', `workloads/${workload.id}`);
    const plan = { ...workload.plan(), acceptableDowntimeMs: 600_000 };
    const headers = { 'if-match': read.headers.get('etag') ?? '' };
    expect((await causeway.send(lead, 'PUT', `workloads/${workload.id}`, plan, headers)).status).toBe(200);
  };

  it.each([
    ['rejects', 'reject', 409],
    ['approves', 'approve', 202],
  ] as const)('R68 where the review %s, starting the next wave is answered %s', async (_, choice, status) => {
    const first = `before-${choice}`;
    const next = `after-${choice}`;
    const workload = await make(`reviewed-${choice}`);
    const later = await make(`later-${choice}`);
    await causeway.beginWave(first, [workload]);
    await causeway.makeWave(next, [later], { afterWave: first });
    const start = () => causeway.send(causeway.people.lead, 'POST', `waves/${next}/start`, { reason: 'Go' });
    expect(await start()).toMatchObject({ status: 409, body: { code: 'conflict' } });
    await causeway.drive(causeway.cutoverIdOf(first, workload));
    await causeway.answer(`wave:${first}`, 'wave-review', choice);
    expect((await endOf(first)).nextMayProceed).toBe(choice === 'approve');
    expect((await start()).status).toBe(status);
  });

  it('R137 R138 R144 needs owner and tester: one alone announces nothing, nor does skipping', async () => {
    const workload = await make('half-signed');
    await causeway.beginWave('signing', [workload]);
    const id = causeway.cutoverIdOf('signing', workload);
    await causeway.drive(
      id,
      ({ openGate }) => openGate?.includes('sign-off') === true,
      (gate) => (gate.gate === 'sign-off' ? 'leave' : undefined),
    );
    const gate = await causeway.openGate(`cutover:${id}`, 'sign-off');
    await approve(causeway.people.owner, gate);
    const half = (await causeway.send(causeway.people.viewer, 'GET', `gates/${gate.id}`)).body;
    expect(half).toMatchObject({ status: 'open', decisions: [{ by: 'Olga', role: 'owner' }] });
    expect(await causeway.command(id, 'skip')).toMatchObject({ status: 409 });
    expect((await causeway.cutover(id)).stages.find(({ name }) => name === 'announce')?.attempts).toBe(0);
    await approve(causeway.people.tester, gate);
    expect((await causeway.drive(id)).status).toBe('completed');
  });
});
