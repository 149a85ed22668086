import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { beginTurningBack, endCompensation } from '../../../shared/ledger/compensations';
import { openGate, readGate, tendGate } from '../../../shared/ledger/gates';
import { markOutage } from '../../../shared/ledger/moment-of-action';
import { beginStage as beginActivity } from '../../../functions/activities/stages';
import type { Services } from '../../../functions/services';
import { beginStage, endCutover, endStage, settleFailure } from '../../../shared/ledger/stages';
import { LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { minutes, sampleWave } from '../../support/sample-plan';

const evidence = { source: 'http-hook', summary: 'done', facts: {} };

describe('stages of a cutover', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ window: { start: minutes(10), end: minutes(600) } }));
    id = await under.putCutoverOf('first');
  });
  afterEach(() => under.close());

  const begin = (stage: string) => beginStage(under.ledger, id, stage);
  const finish = (stage: string) => endStage(under.ledger, id, stage, { kind: 'done', evidence });
  const fail = (stage: string) =>
    endStage(under.ledger, id, stage, { kind: 'failed', code: 'broken', reason: 'no' });
  const at = (minute: number) => void (under.now = Date.parse(minutes(minute)));
  const command = async (kind: 'pause' | 'resume' | 'cancel') => {
    await submitCommand(under.ledger, operator, id, { kind, reason: 'because' });
    return takeCommands(under.ledger, id);
  };
  const kinds = async () => (await under.log(`cutover:${id}`)).map(({ kind }) => kind);

  it('R43 waits for the window where the source still serves, logs the refusal once, and goes on when it opens', async () => {
    const wait = { kind: 'wait', reason: `the window opens at ${minutes(10)}`, recheckAt: minutes(10) };
    expect(await begin('stop')).toEqual(wait);
    at(5);
    expect(await begin('stop')).toEqual(wait);
    expect(await under.cutover(id)).toMatchObject({ status: 'waiting', waitingFor: wait.reason });
    at(10);
    expect(await begin('stop')).toEqual({ kind: 'go', attempt: 1 });
    expect(await kinds()).toEqual(['cutover.created', 'guard.refused', 'stage.began']);
  });

  it('R43 asks people where the window closes during the outage: the stage counts as failed, and is guarded again', async () => {
    at(10);
    await begin('stop');
    await markOutage(under.ledger, id, 'stop');
    await finish('stop');
    at(601);
    expect(await begin('redirect')).toEqual({ kind: 'failed', attempt: 1 });
    expect(await begin('redirect')).toEqual({ kind: 'failed', attempt: 1 });
    await settleFailure(under.ledger, id, 'redirect', 'retry', 'Otto', 'again');
    expect(await begin('redirect')).toEqual({ kind: 'failed', attempt: 2 });
    expect((await under.cutover(id)).stages.find(({ name }) => name === 'redirect')).toMatchObject({
      status: 'failed',
      reason: `the window closed at ${minutes(600)}`,
    });
  });

  it('R67 withdraws, and says so, what people were asked about a stage that failed meanwhile', async () => {
    at(10);
    await begin('freeze');
    const gate = await openGate(under.ledger, {
      subject: `cutover:${id}`,
      gate: 'go-no-go',
      stage: 'freeze',
      attempt: 1,
      question: 'Switch?',
      choices: ['approve', 'reject'],
      roles: ['approver'],
      quorum: 'any',
    });
    await fail('freeze');
    expect((await under.cutover(id)).openGate).toBeNull();
    expect((await readGate(under.ledger, gate.id)).body.status).toBe('withdrawn');
    expect((await kinds()).slice(-2)).toEqual(['gate.withdrawn', 'stage.failed']);
    await fail('freeze');
    expect(await kinds()).toHaveLength(5);
  });

  it('R67 keeps what kind of failure it was for as long as it stands', async () => {
    const codeNow = async () => (await under.cutover(id)).stages[0]?.failureCode;
    await begin('freeze');
    await fail('freeze');
    expect(await codeNow()).toBe('broken');
    const services = { ledger: under.ledger } as Services;
    expect(await beginActivity(services, { cutoverId: id, stage: 'freeze' })).toMatchObject({
      ...{ kind: 'failed', reason: 'no', code: 'broken' },
    });
    await settleFailure(under.ledger, id, 'freeze', 'retry', 'Otto', 'again');
    await begin('freeze');
    await finish('freeze');
    expect(await codeNow()).toBeNull();
  });

  it('gives way to commands that wait, and to having turned back', async () => {
    await submitCommand(under.ledger, operator, id, { kind: 'cancel', reason: 'stop' });
    expect(await begin('freeze')).toEqual({ kind: 'interrupted' });
    expect(await takeCommands(under.ledger, id)).toBe('turn-back');
    expect(await begin('freeze')).toEqual({ kind: 'interrupted' });
    expect((await under.cutover(id)).stages[0]).toMatchObject({ status: 'pending', attempts: 0 });
  });

  it('goes on with the same attempt after a pause; a retry is a new attempt', async () => {
    expect(await begin('freeze')).toEqual({ kind: 'go', attempt: 1 });
    expect(await command('pause')).toBe('wait');
    expect(await under.cutover(id)).toMatchObject({ status: 'waiting', waitingFor: 'paused' });
    expect(await command('resume')).toBe('go');
    expect(await begin('freeze')).toEqual({ kind: 'go', attempt: 1 });
    expect(await under.cutover(id)).toMatchObject({ status: 'running', waitingFor: null });
    await fail('freeze');
    await settleFailure(under.ledger, id, 'freeze', 'retry', 'Otto', 'again');
    expect(await begin('freeze')).toEqual({ kind: 'go', attempt: 2 });
  });

  it('shows again what it waits for where a pause came between a question and its answer', async () => {
    await begin('go');
    const spec = {
      subject: `cutover:${id}`,
      gate: 'go-no-go',
      stage: 'go',
      attempt: 1,
      question: 'Go?',
      choices: ['approve', 'reject'],
      roles: ['approver'],
      quorum: 'all',
    } as const;
    const question = { ...spec, choices: [...spec.choices], roles: [...spec.roles] };
    await openGate(under.ledger, question);
    const shown = { status: 'waiting', waitingFor: 'go-no-go: approver' };
    expect(await under.cutover(id)).toMatchObject(shown);
    await command('pause');
    await command('resume');
    await begin('go');
    await openGate(under.ledger, question);
    expect(await under.cutover(id)).toMatchObject(shown);
    expect((await kinds()).filter((kind) => kind === 'gate.requested')).toHaveLength(1);
  });

  it('measures the outage from the first act of a stage of downtime to the end of the last', async () => {
    at(10);
    await begin('stop');
    await markOutage(under.ledger, id, 'stop');
    at(12);
    await finish('stop');
    expect((await under.cutover(id)).outage).toEqual({ beganAt: minutes(10), endedAt: null });
    at(13);
    await begin('redirect');
    at(15);
    await finish('redirect');
    expect((await under.cutover(id)).outage).toEqual({ beganAt: minutes(10), endedAt: minutes(15) });
  });

  it('R68 tells of the arrival once, with the stage that counts as it', async () => {
    await begin('announce');
    await finish('announce');
    await finish('announce');
    const types = (await under.events(`cutover:${id}`)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['cutover.stage-ended', 'cutover.arrived']);
    expect((await under.cutover(id)).arrivedAt).not.toBeNull();
  });

  it('R148 measures the outage of the way back apart from the one of the way there', async () => {
    at(10);
    await begin('stop');
    await markOutage(under.ledger, id, 'stop');
    await finish('stop');
    at(12);
    await begin('redirect');
    await finish('redirect');
    at(20);
    await submitCommand(under.ledger, operator, id, { kind: 'rollback', reason: 'too slow' });
    await takeCommands(under.ledger, id);
    await beginTurningBack(under.ledger, id);
    at(21);
    await endCutover(under.ledger, id, 'rolled-back');
    expect(await under.cutover(id)).toMatchObject({
      outage: { beganAt: minutes(10), endedAt: minutes(12) },
      outageOnReturn: { beganAt: minutes(20), endedAt: minutes(21) },
    });
  });

  it('R56 undoes every stage that was begun, done or not, newest first, and after a crash what is left', async () => {
    at(10);
    await begin('freeze');
    await finish('freeze');
    await begin('stop');
    await markOutage(under.ledger, id, 'stop');
    await finish('stop');
    await begin('redirect');
    const steps = async () =>
      (await beginTurningBack(under.ledger, id)).compensations.map(({ step }) => step);
    await command('cancel');
    expect(await steps()).toEqual(['restoreTraffic', 'startSource', 'unfreezeSource']);
    await endCompensation(under.ledger, id, 'redirect', evidence);
    expect(await steps()).toEqual(['startSource', 'unfreezeSource']);
    await endCutover(under.ledger, id, 'rolled-back');
    expect(await under.cutover(id)).toMatchObject({
      status: 'rolled-back',
      outage: { endedAt: minutes(10) },
    });
  });

  it('reminds and escalates with one log entry and one event for each, and then lets the gate expire', async () => {
    const { id: gateId } = await openGate(under.ledger, {
      subject: `cutover:${id}`,
      gate: 'standby',
      stage: 'freeze',
      attempt: 1,
      question: 'Ready?',
      choices: ['confirm', 'reject'],
      roles: ['operator'],
      quorum: 'any',
    });
    for (const minute of [61, 62, 250, 251, 1_441, 1_442]) {
      at(minute);
      await tendGate(under.ledger, `cutover:${id}`, gateId);
    }
    const told = (await kinds()).filter((kind) => kind.startsWith('gate.'));
    expect(told).toEqual([
      'gate.requested',
      'gate.reminded',
      'gate.reminded',
      'gate.escalated',
      'gate.expired',
    ]);
    const types = (await under.events(`cutover:${id}`)).map(({ type }) => type);
    expect(types.slice(1)).toEqual([
      'gate.requested',
      'gate.reminded',
      'gate.reminded',
      'gate.escalated',
      'gate.decided',
    ]);
    expect((await under.cutover(id)).openGate).toBeNull();
  });
});
