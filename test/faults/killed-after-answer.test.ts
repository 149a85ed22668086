import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { CutoverView } from '../../shared/contracts/api';
import type { LogEntry } from '../../shared/contracts/log-entry';
import { startCauseway, type Answer, type Causeway } from '../support/causeway';
import { DataFiles } from './data-files';

const HOUR_MS = 3_600_000;

describe('a host killed the moment it has promised something', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway({ clock: true });
  });
  afterAll(() => causeway?.stop());

  const dieAndStartAgain = async (): Promise<void> => {
    await causeway.kill();
    await causeway.startHost();
  };

  const ofKind = (log: readonly LogEntry[], kind: string): LogEntry[] =>
    log.filter((entry) => entry.kind === kind);

  const untilSo = (id: string, isSo: (cutover: CutoverView) => boolean): Promise<CutoverView> =>
    causeway.drive(id, isSo, () => 'leave');

  describe('a command', () => {
    let id: string;
    let number = 0;
    beforeAll(async () => {
      const workload = await causeway.makeWorkload({ id: 'commanded' });
      id = causeway.cutoverIdOf('commands', workload);
      await causeway.beginWave('commands', [workload]);
      await causeway.openGate(`cutover:${id}`, 'statement');
    });
    afterEach(async () => {
      const commands = await causeway.send(causeway.people.viewer, 'GET', `cutovers/${id}/commands`);
      expect(commands.body['value']).toHaveLength(number);
      const log = await causeway.log('cutovers', id);
      for (const kind of ['command.received', 'command.applied'])
        expect(ofKind(log, kind).map(({ facts }) => facts['number'])).toEqual(
          Array.from({ length: number }, (_, index) => index + 1),
        );
    });

    const commandAndDie = async (kind: string): Promise<Answer> => {
      const ask = (): Promise<Answer> =>
        causeway.send(
          causeway.people.operator,
          'POST',
          `cutovers/${id}/commands`,
          { kind, reason: 'Before the power goes' },
          { 'idempotency-key': `${kind}-${number}` },
        );
      number += 1;
      const first = await ask();
      expect(first.status).toBe(202);
      await dieAndStartAgain();
      const again = await ask();
      expect([again.status, again.body['number']]).toEqual([202, number]);
      return first;
    };

    it('takes effect once, though nobody was told but whoever gave it', async () => {
      await commandAndDie('hold');
      expect(await untilSo(id, ({ held }) => held)).toMatchObject({ status: 'waiting' });
    });

    it('is followed by the next in order', async () => {
      await commandAndDie('release');
      await untilSo(id, ({ held }) => !held);
      await commandAndDie('pause');
      await untilSo(id, ({ paused }) => paused);
    });

    it('R56 turns back once, with everything undone', async () => {
      await commandAndDie('cancel');
      await untilSo(id, ({ status }) => status === 'cancelled');
      const log = await causeway.log('cutovers', id);
      expect(ofKind(log, 'cutover.turned-back')).toHaveLength(1);
      expect(ofKind(log, 'cutover.ended')).toHaveLength(1);
    });
  });

  it('R67 keeps the answer to a gate, and asks nobody again', async () => {
    const workload = await causeway.makeWorkload({ id: 'answered' });
    const id = causeway.cutoverIdOf('answers', workload);
    await causeway.makeWave('answers', [workload]);
    await causeway.api.startWave(causeway.people.lead, 'answers', 'To be answered');
    await causeway.answer('wave:answers', 'go-no-go', 'approve');
    await dieAndStartAgain();
    await causeway.answer(`cutover:${id}`, 'statement', 'confirm', 'notify');
    await dieAndStartAgain();
    await causeway.openGate(`cutover:${id}`, 'statement', 'standby');
    const logs = [...(await causeway.log('waves', 'answers')), ...(await causeway.log('cutovers', id))];
    expect(ofKind(logs, 'gate.decided').map(({ facts }) => facts['gateId'])).toEqual([
      'wave-answers.wave-go-no-go.go-no-go.1',
      `cutover-${id}.notify.statement.1`,
    ]);
    const asked = ofKind(logs, 'gate.requested').map(({ facts }) => facts['gateId']);
    expect(asked).toEqual([...new Set(asked)]);
  });

  it('R39 R43 starts a scheduled wave once, killed as soon as the start is stored', async () => {
    const workload = await causeway.makeWorkload({ id: 'punctual' });
    await causeway.makeWave('punctual', [workload], { scheduledStart: causeway.at(HOUR_MS) });
    const files = new DataFiles(causeway.dataDir);
    const passing = causeway.advanceClock(HOUR_MS + 61_000);
    while (files.all('wave').find(({ id }) => id === 'punctual')?.status !== 'running')
      await new Promise<void>((resolve) => setImmediate(resolve));
    await causeway.kill();
    await passing;
    files.close();
    await causeway.startHost();
    await causeway.answer('wave:punctual', 'go-no-go', 'approve');
    await causeway.openGate(`cutover:${causeway.cutoverIdOf('punctual', workload)}`, 'statement');
    await causeway.advanceClock(5 * 60_000);
    const log = await causeway.log('waves', 'punctual');
    expect(ofKind(log, 'wave.started')).toHaveLength(1);
    expect(ofKind(log, 'gate.requested')).toHaveLength(1);
    expect(ofKind(log, 'wave.cutovers-started')).toHaveLength(1);
  });
});
