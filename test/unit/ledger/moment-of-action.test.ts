import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { answerGate, openGate, tendGate } from '../../../shared/ledger/gates';
import { keepConfiguration, keptConfiguration } from '../../../shared/ledger/kept-configuration';
import { markOutage, obstacleNow } from '../../../shared/ledger/moment-of-action';
import { beginStage, endStage, settleFailure } from '../../../shared/ledger/stages';
import { LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { minutes, sampleWave } from '../../support/sample-plan';

describe('at the moment of action', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ window: { start: minutes(10), end: minutes(600) } }));
    id = await under.putCutoverOf('first');
    under.now = Date.parse(minutes(10));
  });
  afterEach(() => under.close());

  const at = (minute: number) => void (under.now = Date.parse(minutes(minute)));
  const command = async (kind: 'pause' | 'resume') => {
    await submitCommand(under.ledger, operator, id, { kind, reason: 'because' });
    return takeCommands(under.ledger, id);
  };

  it('R43 a pause that outlasts the window does not stop the source after it: the stage waits again', async () => {
    expect(await beginStage(under.ledger, id, 'stop')).toEqual({ kind: 'go', attempt: 1 });
    await command('pause');
    at(700);
    await command('resume');
    expect(await beginStage(under.ledger, id, 'stop')).toMatchObject({ kind: 'wait' });
    expect((await under.cutover(id)).outage).toEqual({ beganAt: null, endedAt: null });
  });

  it('R43 a process that was down past the window does not act on what was allowed before', async () => {
    await beginStage(under.ledger, id, 'stop');
    expect(await obstacleNow(under.ledger, id, 'stop')).toBeNull();
    at(700);
    expect(await obstacleNow(under.ledger, id, 'stop')).toEqual({ kind: 'interrupted' });
  });

  it('R61 asks people while work drags on in the outage and the way back no longer fits; a retry goes on', async () => {
    await beginStage(under.ledger, id, 'stop');
    await markOutage(under.ledger, id, 'stop');
    at(599);
    const obstacle = await obstacleNow(under.ledger, id, 'stop');
    expect(obstacle).toMatchObject({ kind: 'failed', code: 'rollback-does-not-fit' });
    await endStage(under.ledger, id, 'stop', { kind: 'failed', code: 'x', reason: 'late' });
    await settleFailure(under.ledger, id, 'stop', 'retry', 'Otto', 'five more minutes');
    await beginStage(under.ledger, id, 'stop');
    expect(await obstacleNow(under.ledger, id, 'stop')).toBeNull();
  });

  it('begins the outage with the first act, once', async () => {
    await beginStage(under.ledger, id, 'stop');
    at(11);
    await markOutage(under.ledger, id, 'stop');
    at(12);
    await markOutage(under.ledger, id, 'stop');
    expect((await under.cutover(id)).outage).toEqual({ beganAt: minutes(11), endedAt: null });
  });

  it('R147 keeps the first configuration it was told, whatever a later switch reports', async () => {
    expect(await keptConfiguration(under.ledger, id)).toBeNull();
    await keepConfiguration(under.ledger, id, { dns: 'old' });
    await keepConfiguration(under.ledger, id, { dns: 'new' });
    expect(await keptConfiguration(under.ledger, id)).toEqual({ dns: 'old' });
  });

  describe('at an open gate', () => {
    const question = {
      gate: 'stage-failed',
      stage: 'freeze',
      attempt: 1,
      question: 'Freezing failed.',
      choices: ['retry', 'cancel'],
      roles: ['operator'],
      quorum: 'any',
    } as const;
    const open = async () => {
      await beginStage(under.ledger, id, 'freeze');
      await endStage(under.ledger, id, 'freeze', { kind: 'failed', code: 'broken', reason: 'no' });
      const { choices, roles, ...rest } = question;
      return openGate(under.ledger, {
        ...rest,
        subject: `cutover:${id}`,
        choices: [...choices],
        roles: [...roles],
      });
    };

    it('R64 a decision takes effect where it is given: no command can slip in between', async () => {
      const gate = await open();
      await answerGate(under.ledger, operator, gate.id, { choice: 'cancel', reason: 'enough' });
      expect((await under.cutover(id)).turningBack).toEqual({
        kind: 'cancel',
        by: operator.name,
        reason: 'enough',
      });
      expect(await submitCommand(under.ledger, operator, id, { kind: 'retry', reason: 'no!' })).toMatchObject(
        {
          kind: 'refused',
        },
      );
    });

    it('R64 refuses a command that answers it from somebody who may not', async () => {
      await open();
      const tester = { name: 'Theo', roles: ['tester'] as 'tester'[] };
      expect(await submitCommand(under.ledger, tester, id, { kind: 'retry', reason: 'again' })).toEqual({
        kind: 'refused',
        reason: 'stage-failed is open: retry is for the roles operator',
      });
    });

    it('stands still while the cutover is paused, and refuses an answer after it expired', async () => {
      const gate = await open();
      const { expireAfterMs } = gate.timing;
      await command('pause');
      under.now += 2 * expireAfterMs;
      await command('resume');
      expect(await tendGate(under.ledger, gate.subject, gate.id)).toMatchObject({ kind: 'open' });
      under.now += expireAfterMs;
      expect(
        await answerGate(under.ledger, operator, gate.id, { choice: 'retry', reason: 'late' }),
      ).toMatchObject({ kind: 'refused', code: 'gate-closed' });
    });
  });
});
