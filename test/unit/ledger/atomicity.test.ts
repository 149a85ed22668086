import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { beginTurningBack, endCompensation } from '../../../shared/ledger/compensations';
import { changeLimits, readLimits } from '../../../shared/ledger/limits';
import { answerGate, openGate, type GateSpec } from '../../../shared/ledger/gates';
import { beginStage, endCutover, endStage, settleFailure } from '../../../shared/ledger/stages';
import { applyChangeRequest } from '../../../shared/ledger/change-requests';
import { holdWave, startWave } from '../../../shared/ledger/wave-actions';
import { beginReview, endWave } from '../../../shared/ledger/wave-run';
import { LedgerUnderTest, lead, operator } from '../../support/ledger-under-test';
import { sampleWave } from '../../support/sample-plan';

const evidence = { source: 'http-hook', summary: 'done', facts: {} };
const failureGate = (subject: string): GateSpec => ({
  subject,
  gate: 'stage-failed',
  stage: 'freeze',
  attempt: 1,
  question: 'What now?',
  choices: ['retry', 'cancel'],
  roles: ['operator'],
  quorum: 'any',
});

describe('a change of state', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWave(sampleWave({ changeTicket: 'CHG1' }));
    await startWave(under.ledger, lead, 'first', 'it is time');
    id = await under.putCutoverOf('first');
    await applyChangeRequest(under.ledger, { type: 'change.approved', ticket: 'CHG1', by: 'CAB' }, 'm0');
  });
  afterEach(() => under.close());

  const spec = (): GateSpec => failureGate(`cutover:${id}`);
  const failed = { kind: 'failed', code: 'broken', reason: 'no' } as const;
  const begun = () => beginStage(under.ledger, id, 'freeze');
  const broken = async () => {
    await begun();
    await endStage(under.ledger, id, 'freeze', failed);
  };
  const commanded = () => submitCommand(under.ledger, operator, id, { kind: 'cancel', reason: 'stop' });
  const none = async () => {};

  /** What goes before, what is done, and whether it tells the log and subscribers. */
  const changes: [string, () => Promise<unknown>, () => Promise<unknown>, { event: boolean }][] = [
    ['beginStage', none, begun, { event: true }],
    [
      'endStage',
      begun,
      () => endStage(under.ledger, id, 'freeze', { kind: 'done', evidence }),
      { event: true },
    ],
    [
      'settleFailure',
      broken,
      () => settleFailure(under.ledger, id, 'freeze', 'retry', 'Otto', 'go'),
      { event: false },
    ],
    ['submitCommand', none, commanded, { event: true }],
    ['takeCommands', commanded, () => takeCommands(under.ledger, id), { event: false }],
    ['openGate', broken, () => openGate(under.ledger, spec()), { event: true }],
    [
      'answerGate',
      async () => {
        await broken();
        await openGate(under.ledger, spec());
      },
      () =>
        answerGate(under.ledger, operator, `cutover-${id}.freeze.stage-failed.1`, {
          choice: 'retry',
          reason: 'go',
        }),
      { event: true },
    ],
    ['beginTurningBack', begun, () => beginTurningBack(under.ledger, id), { event: true }],
    ['endCompensation', begun, () => endCompensation(under.ledger, id, 'freeze', evidence), { event: false }],
    ['endCutover', none, () => endCutover(under.ledger, id, 'completed'), { event: true }],
    [
      'changeLimits',
      none,
      async () => {
        const { limits, version } = await readLimits(under.ledger, id, 'files');
        await changeLimits(under.ledger, lead, id, 'files', { ...limits, parallelSlices: 9 }, version);
      },
      { event: false },
    ],
    ['holdWave', none, () => holdWave(under.ledger, lead, 'first', 'wait'), { event: true }],
    ['beginReview', none, () => beginReview(under.ledger, 'first', 'shop: arrived'), { event: false }],
    [
      'endWave',
      none,
      () =>
        endWave(under.ledger, 'first', {
          status: 'completed',
          nextMayProceed: true,
          reason: 'good',
          by: 'Amir',
        }),
      { event: true },
    ],
    [
      'applyChangeRequest',
      none,
      () =>
        applyChangeRequest(
          under.ledger,
          { type: 'change.cancelled', ticket: 'CHG1', by: 'CAB', reason: 'no' },
          'm1',
        ),
      { event: true },
    ],
  ];

  it.each(changes)(
    'R133 %s is one commit of state, log and event: where it fails nothing is stored',
    async (name, before, change, { event }) => {
      const subject =
        name.includes('Wave') || name.includes('Review') || name.includes('Change')
          ? 'wave:first'
          : `cutover:${id}`;
      await before();
      const snapshot = await under.snapshot(subject);
      const batches: string[][] = [];
      under.beforeCommit = (operations) => {
        batches.push(operations.map((operation) => operation.type.name));
        throw new Error('the machine stopped');
      };
      await expect(change()).rejects.toThrow('the machine stopped');
      expect(await under.snapshot(subject)).toBe(snapshot);

      under.beforeCommit = (operations) =>
        void batches.push(operations.map((operation) => operation.type.name));
      const [entries, events] = [await under.log(subject), await under.events(subject)];
      await change();
      expect(batches[0]).toEqual(batches[1]);
      expect(batches).toHaveLength(2);
      expect(batches[0]).toContain('log-entry');
      expect(batches[0]!.includes('event')).toBe(event);
      expect((await under.log(subject)).length).toBeGreaterThan(entries.length);
      expect((await under.events(subject)).length - events.length).toBe(event ? 1 : 0);
    },
  );
});
