import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Command, CommandInput } from '../../shared/contracts/command';
import { startCauseway, type Causeway, type Decide } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

const COMMANDS = 100;
const KINDS: readonly CommandInput['kind'][] = ['pause', 'resume', 'hold', 'release', 'retry'];

const leaving =
  (name: string): Decide =>
  (gate) =>
    gate.gate === name ? 'leave' : undefined;

describe('commands', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway();
  });
  afterAll(() => causeway?.stop());

  const atSignOff = async (waveId: string): Promise<{ workload: TestWorkload; id: string }> => {
    const workload = await causeway.makeWorkload({ id: `${waveId}-app`, files: 3 });
    await causeway.beginWave(waveId, [workload]);
    const id = causeway.cutoverIdOf(waveId, workload);
    await causeway.drive(id, ({ openGate }) => openGate?.includes('sign-off') === true, leaving('sign-off'));
    return { workload, id };
  };

  const allDecided = (id: string) =>
    causeway.until('all commands to be decided', async () => {
      const cutover = await causeway.cutover(id);
      return cutover.commandsReceived === cutover.commandsDecided ? cutover : null;
    });

  const commandsOf = async (id: string): Promise<readonly Command[]> =>
    (await causeway.send(causeway.people.viewer, 'GET', `cutovers/${id}/commands?top=200`)).body[
      'value'
    ] as Command[];

  it('R133 a hundred at once are stored, numbered, decided in their order, and none is lost', async () => {
    const { id } = await atSignOff('crowd');
    const kinds = Array.from(
      { length: COMMANDS },
      (_, index) => KINDS[(index * 7) % KINDS.length] ?? 'pause',
    );
    const answers = await Promise.all(
      kinds.map((kind, index) => causeway.command(id, kind, `Number ${index}`)),
    );
    const accepted = answers.filter(({ status }) => status === 202);
    expect(answers.filter(({ status }) => status !== 202 && status !== 409)).toEqual([]);
    const cutover = await allDecided(id);
    const commands = await commandsOf(id);
    expect(commands.map(({ number }) => number)).toEqual(accepted.map((_, index) => index + 1));
    expect(commands.map(({ reason }) => reason).sort()).toEqual(
      accepted.map(({ body }) => String(body['reason'])).sort(),
    );
    let [paused, held] = [false, false];
    const expected = commands.map(({ kind }) => {
      const makesSense =
        { pause: !paused, resume: paused, hold: !held, release: held }[kind as string] ?? false;
      if (makesSense && (kind === 'pause' || kind === 'resume')) paused = kind === 'pause';
      if (makesSense && (kind === 'hold' || kind === 'release')) held = kind === 'hold';
      return makesSense ? 'applied' : 'refused';
    });
    expect(commands.map(({ status }) => status)).toEqual(expected);
    expect([cutover.paused, cutover.held]).toEqual([paused, held]);
    const log = await causeway.log('cutovers', id);
    const decided = log.filter(({ kind }) => kind === 'command.applied' || kind === 'command.refused');
    expect(decided.filter(({ facts }) => 'number' in facts).map(({ facts }) => facts['number'])).toEqual(
      commands.map(({ number }) => number),
    );
    if (paused) await causeway.command(id, 'resume');
    if (held) await causeway.command(id, 'release');
    expect((await causeway.drive(id)).status).toBe('completed');
  });

  it('R133 outlive a kill between being stored and being decided', async () => {
    const { id } = await atSignOff('killed');
    const accepted = Promise.all(
      ['hold', 'pause', 'release', 'resume', 'hold'].map((kind) =>
        causeway.command(id, kind as CommandInput['kind']).catch(() => null),
      ),
    );
    const numbers = (await accepted).flatMap((answer) =>
      answer?.status === 202 ? [answer.body['number']] : [],
    );
    await causeway.kill();
    await causeway.startHost();
    const cutover = await allDecided(id);
    expect(cutover.commandsDecided).toBe(numbers.length);
    const commands = await commandsOf(id);
    expect(commands.map(({ status }) => status)).not.toContain('pending');
    if (cutover.held) await causeway.command(id, 'release');
    if (cutover.paused) await causeway.command(id, 'resume');
    expect((await causeway.drive(id)).status).toBe('completed');
  });

  it('a cutover that is held goes no further until it is released, with both reasons in the log', async () => {
    const { workload, id } = await atSignOff('holding');
    expect((await causeway.command(id, 'hold', 'The auditors are here')).status).toBe(202);
    await causeway.until('the hold', async () => ((await causeway.cutover(id)).held ? true : null));
    await causeway.answer(`cutover:${id}`, 'sign-off', 'approve');
    const held = await causeway.until('the line people see', async () => {
      const cutover = await causeway.cutover(id);
      return cutover.waitingFor?.startsWith('held:') ? cutover : null;
    });
    expect(held.waitingFor).toBe('held: The auditors are here');
    expect(held.stages.find(({ name }) => name === 'announce')?.attempts).toBe(0);
    expect((await workload.about()).activeSide).toBe('target');
    await causeway.command(id, 'release', 'They have left');
    expect((await causeway.drive(id)).status).toBe('completed');
    const log = await causeway.log('cutovers', id);
    expect(
      log
        .filter(({ kind }) => kind === 'command.applied')
        .map(({ actor, facts }) => [actor, facts['reason']]),
    ).toEqual([
      ['Otto', 'The auditors are here'],
      ['Otto', 'They have left'],
    ]);
  });

  it('a held wave begins nothing more until it is released', async () => {
    const [first, second] = await Promise.all(
      ['now', 'later'].map((id) => causeway.makeWorkload({ id, files: 3 })),
    );
    if (!first || !second) throw new Error('no workloads');
    await causeway.beginWave('wave-hold', [first, second], { maxConcurrentCutovers: 1 });
    await causeway.drive(causeway.cutoverIdOf('wave-hold', first), ({ status }) => status === 'waiting');
    const { operator } = causeway.people;
    const act = (action: 'hold' | 'release') =>
      causeway.send(operator, 'POST', `waves/wave-hold/${action}`, {
        reason: 'The network is being changed',
      });
    const ids = [first, second].map((each) => causeway.cutoverIdOf('wave-hold', each));
    expect((await act('hold')).status).toBe(202);
    await causeway.drive(
      ids[0] ?? '',
      ({ endedAt, waitingFor }) => endedAt !== null || /the wave is held/.test(waitingFor ?? ''),
    );
    expect(Object.keys((await causeway.wave('wave-hold')).cutovers)).toEqual(['now']);
    expect((await act('release')).status).toBe(202);
    for (const id of ids) expect((await causeway.drive(id)).status).toBe('completed');
  });

  describe('that make no sense', () => {
    let id: string;
    beforeAll(async () => {
      const plan = { stabilisationMs: 3_600_000 };
      const workload = await causeway.makeWorkload({ id: 'settling', files: 3, plan });
      await causeway.beginWave('refusals', [workload]);
      id = causeway.cutoverIdOf('refusals', workload);
      await causeway.drive(id, ({ arrivedAt }) => arrivedAt !== null);
    });

    it.each([
      ['resume', 'it is not paused'],
      ['release', 'it is not held'],
      ['retry', 'no stage has failed'],
      ['skip', 'no stage has failed'],
      ['cancel', 'traffic has moved: ask for a rollback instead'],
    ] as const)('%s is refused: %s', async (kind, reason) => {
      const refused = await causeway.command(id, kind);
      expect(refused).toMatchObject({ status: 409, body: { code: 'command-refused', detail: reason } });
      const log = await causeway.log('cutovers', id);
      const logged = log.findLast((entry) => entry.kind === 'command.refused');
      expect(logged).toMatchObject({ actor: 'Otto', facts: { command: kind } });
    });

    it('R64 those without the role are refused', async () => {
      for (const role of ['owner', 'tester', 'approver', 'viewer'] as const) {
        const body = { kind: 'cancel', reason: 'I want to' };
        const answer = await causeway.send(causeway.people[role], 'POST', `cutovers/${id}/commands`, body);
        expect([role, answer.status, answer.body['code']]).toEqual([role, 403, 'forbidden']);
      }
      expect((await causeway.cutover(id)).commandsReceived).toBe(0);
    });
  });
});
