import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CommandKind, type Command } from '../../../shared/contracts/command';
import type { Cutover } from '../../../shared/contracts/cutover';
import { StaleWriteError } from '../../../shared/contracts/errors';
import { decideCommand } from '../../../shared/domain/commands';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { changeLimits, readLimits } from '../../../shared/ledger/limits';
import { commandType } from '../../../shared/ledger/documents';
import { openGate, answerGate } from '../../../shared/ledger/gates';
import { beginStage, endCutover, endStage } from '../../../shared/ledger/stages';
import { applyChangeRequest } from '../../../shared/ledger/change-requests';
import { LedgerUnderTest, lead, operator } from '../../support/ledger-under-test';
import { sampleWave } from '../../support/sample-plan';

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

describe('writers at the same time', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    id = await under.putCutover();
  });
  afterEach(() => under.close());

  const submit = (kind: CommandKind, reason = 'because', ledger = under.ledger) =>
    submitCommand(ledger, operator, id, { kind, reason });
  /** As a client does that was refused: reads again and repeats. */
  const limitDeletes = async (maxDeletes: number, ledger = under.ledger): Promise<void> => {
    const { limits, version } = await readLimits(ledger, id, 'files');
    try {
      await changeLimits(ledger, lead, id, 'files', { ...limits, maxDeletes }, version);
    } catch (error) {
      if (!(error instanceof StaleWriteError)) throw error;
      await limitDeletes(maxDeletes, ledger);
    }
  };
  const commands = (): Promise<Command[]> => under.all(commandType, `cutover:${id}`);

  it('R133 lose no update: of 20 changes of one cutover by two processes each is in the state, the log and the events', async () => {
    const other = under.otherProcess();
    const ledgerOf = (number: number) => (number % 3 === 0 ? other : under.ledger);
    const jobs = upTo(20).map((number) =>
      number % 2 === 0
        ? submit('cancel', `reason ${number}`, ledgerOf(number))
        : limitDeletes(number, ledgerOf(number)),
    );
    await Promise.all(jobs);
    const log = await under.log(`cutover:${id}`);
    expect(log).toHaveLength(1 + 20);
    const events = await under.events(`cutover:${id}`);
    expect(events.map(({ sequence }) => sequence)).toEqual(upTo(1 + 10));
    expect((await commands()).map(({ reason }) => Number(reason.slice(7))).sort((a, b) => a - b)).toEqual(
      upTo(10).map((number) => number * 2),
    );
    const last = log.findLast(({ kind }) => kind === 'limits.changed');
    expect((await under.cutover(id)).limits['files']).toEqual(last?.facts['limits']);
  });

  it('number commands without gaps and decide each once, in order, also when two take them at the same time', async () => {
    await Promise.all(
      upTo(100).map((number) => submit(number % 2 === 0 ? 'resume' : 'pause', `number ${number}`)),
    );
    expect((await commands()).map(({ number }) => number)).toEqual(
      upTo((await under.cutover(id)).commandsReceived),
    );
    const directives = await Promise.all([
      takeCommands(under.ledger, id),
      takeCommands(under.otherProcess(), id),
    ]);
    expect(directives[0]).toBe(directives[1]);
    const decided = (await under.log(`cutover:${id}`)).filter(({ kind }) =>
      /^command\.(applied|refused)$/.test(kind),
    );
    const numbers = decided.flatMap(({ facts }) => (facts['number'] === undefined ? [] : [facts['number']]));
    expect(numbers).toEqual(upTo((await under.cutover(id)).commandsReceived));
    expect((await commands()).every(({ status }) => status !== 'pending')).toBe(true);
  });

  it('100 commands stored before the cutover looks are all decided then, as their order says', async () => {
    const kinds: CommandKind[] = upTo(100).map(
      (number) => (['pause', 'hold', 'resume', 'release', 'pause'] as const)[number % 5]!,
    );
    // The first is accepted in any case; while it waits, the others are stored without a verdict.
    for (const kind of ['pause', ...kinds] as const) await submit(kind);
    expect((await under.cutover(id)).commandsReceived).toBe(101);
    const expected = (['pause', ...kinds] as const).reduce<{ cutover: Cutover; statuses: string[] }>(
      ({ cutover, statuses }, kind) => {
        const verdict = decideCommand(cutover, kind, 'because', 'Otto');
        return {
          cutover: verdict.kind === 'applied' ? verdict.cutover : cutover,
          statuses: [...statuses, verdict.kind],
        };
      },
      { cutover: await under.cutover(id), statuses: [] },
    );
    await takeCommands(under.ledger, id);
    const { paused, held, commandsDecided } = await under.cutover(id);
    expect({ paused, held, commandsDecided }).toEqual({
      paused: expected.cutover.paused,
      held: expected.cutover.held,
      commandsDecided: 101,
    });
    expect((await commands()).map(({ status }) => status)).toEqual(expected.statuses);
    await under.log(`cutover:${id}`);
  });

  it('refuses at once what makes no sense, without a number, and logs who asked', async () => {
    expect(await submit('resume')).toEqual({ kind: 'refused', reason: 'it is not paused' });
    expect((await under.cutover(id)).commandsReceived).toBe(0);
    expect((await under.log(`cutover:${id}`)).at(-1)).toMatchObject({
      kind: 'command.refused',
      actor: 'Otto',
    });
    expect((await under.events(`cutover:${id}`)).map(({ type }) => type)).toEqual(['cutover.created']);
  });

  it('never completes a cutover over a command that was accepted', async () => {
    await submit('rollback');
    expect(await endCutover(under.ledger, id, 'completed')).toBe('interrupted');
    expect(await takeCommands(under.ledger, id)).toBe('turn-back');
    expect(await endCutover(under.ledger, id, 'completed')).toBe('interrupted');
    expect(await endCutover(under.ledger, id, 'rolled-back')).toBe('ended');
  });

  it('a command decided takes with it the gate that it made pointless, and no other', async () => {
    await beginStage(under.ledger, id, 'freeze');
    await endStage(under.ledger, id, 'freeze', { kind: 'failed', code: 'broken', reason: 'no' });
    const gate = await openGate(under.ledger, {
      subject: `cutover:${id}`,
      gate: 'stage-failed',
      stage: 'freeze',
      attempt: 1,
      question: 'What now?',
      choices: ['retry', 'cancel'],
      roles: ['operator'],
      quorum: 'any',
    });
    await submit('pause');
    await takeCommands(under.ledger, id);
    expect((await under.cutover(id)).openGate).toBe(gate.id);
    await submit('retry');
    await takeCommands(under.ledger, id);
    expect((await under.cutover(id)).openGate).toBeNull();
    expect(
      await answerGate(under.ledger, operator, gate.id, { choice: 'cancel', reason: 'stop' }),
    ).toMatchObject({
      kind: 'refused',
      code: 'gate-closed',
    });
  });

  it('R133 a chain of changes by several hands in any interleaving is whole', async () => {
    const kinds = fc.array(fc.constantFrom(...CommandKind.options, 'take' as const), {
      minLength: 2,
      maxLength: 12,
    });
    await fc.assert(
      fc.asyncProperty(kinds, async (given) => {
        const own = new LedgerUnderTest();
        try {
          const cutoverId = await own.putCutover();
          await Promise.all(
            given.map((kind) =>
              kind === 'take'
                ? takeCommands(own.ledger, cutoverId)
                : submitCommand(own.ledger, operator, cutoverId, { kind, reason: 'because' }),
            ),
          );
          await takeCommands(own.ledger, cutoverId);
          const { commandsReceived, commandsDecided } = await own.cutover(cutoverId);
          expect(commandsDecided).toBe(commandsReceived);
          await own.log(`cutover:${cutoverId}`);
          const stored = await own.all(commandType, `cutover:${cutoverId}`);
          expect(stored.filter(({ status }) => status === 'pending')).toEqual([]);
          expect(stored.map(({ number }) => number)).toEqual(upTo(commandsReceived));
        } finally {
          own.close();
        }
      }),
      { numRuns: 25 },
    );
  });

  it('R46 one message of the change tool, delivered twice at the same time, is applied once and answered twice', async () => {
    await under.putWave(sampleWave({ id: 'second', workloadIds: ['blog'], changeTicket: 'CHG1' }));
    const message = { type: 'change.approved', ticket: 'CHG1', by: 'CAB' } as const;
    const touched = await Promise.all(upTo(4).map(() => applyChangeRequest(under.ledger, message, 'm1')));
    expect(touched).toEqual(upTo(4).map(() => ['second']));
    const entries = await under.log('wave:second');
    expect(entries.filter(({ kind }) => kind === 'change.approved')).toHaveLength(1);
  });
});
