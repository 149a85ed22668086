import { describe, expect, it } from '@jest/globals';
import { cutover } from '../../../orchestrations/cutover';
import type { WorkOrder } from '../../../shared/contracts/step';
import { START } from '../../support/sample-plan';
import { ScriptedWorld, stepThrough, stepToEnd } from '../../support/stepped-durable';
import { closed, done, go, inputFor, smooth, inTurn, run } from './scripted-cutover';

const HOUR_MS = 3_600_000;
const STAGE = ['takeCommands', 'beginStage', 'performWork', 'endStage'];
const END = ['takeCommands', 'endCutover'];

describe('a cutover', () => {
  it('goes through its stages in order, each after the commands, and ends', async () => {
    const { trace, inputs } = await run(['freeze', 'announce'], {});
    expect(trace).toEqual([...STAGE, ...STAGE, ...END]);
    expect(inputs['beginStage']).toEqual([
      { cutoverId: 'first--shop', stage: 'freeze' },
      { cutoverId: 'first--shop', stage: 'announce' },
    ]);
    expect(inputs['endStage']![0]).toEqual({ cutoverId: 'first--shop', stage: 'freeze', end: done });
    expect(inputs['endCutover']).toEqual([{ cutoverId: 'first--shop', status: 'completed' }]);
  });

  it('begins nothing while it is told to wait, and asks again when woken or after six hours', async () => {
    const { trace } = await run(['freeze'], { takeCommands: inTurn('wait', 'wait', 'go') }, ['time', 'wake']);
    const wait = ['takeCommands', `timer ${6 * HOUR_MS}`];
    expect(trace).toEqual([...wait, ...wait, ...STAGE, ...END]);
  });

  it('turns back in a rollback of its own and then has nothing more to do', async () => {
    const { trace } = await run(['freeze'], { takeCommands: inTurn('go', 'turn-back') });
    expect(trace).toEqual([...STAGE, 'takeCommands', 'child rollback rollback-first--shop']);
  });

  it('has nothing to do where it ended before', async () => {
    expect((await run(['freeze'], { takeCommands: () => 'ended' })).trace).toEqual(['takeCommands']);
  });

  it('obeys a command that was accepted at the very end', async () => {
    const { trace } = await run(['freeze'], {
      takeCommands: inTurn('go', 'go', 'turn-back'),
      endCutover: () => 'interrupted',
    });
    expect(trace).toEqual([...STAGE, ...END, 'takeCommands', 'child rollback rollback-first--shop']);
  });

  it('passes over stages that are behind it', async () => {
    const { trace } = await run(['freeze', 'announce'], { beginStage: inTurn({ kind: 'already' }, go) });
    expect(trace).toEqual(['takeCommands', 'beginStage', ...STAGE, ...END]);
  });

  it('R43 waits as long as the guard said, or until woken where only a person can change it', async () => {
    const waits = inTurn(
      { kind: 'wait', untilMs: Date.parse(START) + 5_000 },
      { kind: 'wait', untilMs: null },
      go,
    );
    const { trace } = await run(['freeze'], { beginStage: waits });
    const look = ['takeCommands', 'beginStage'];
    expect(trace).toEqual([...look, 'timer 5000', ...look, `timer ${6 * HOUR_MS}`, ...STAGE, ...END]);
  });

  it('leaves a stage as it is where commands interrupt it, and comes back to it', async () => {
    const { trace } = await run(['freeze'], { performWork: inTurn({ kind: 'interrupted' }, done) });
    expect(trace).toEqual([...STAGE.slice(0, 3), ...STAGE, ...END]);
  });

  it('asks a pending step again after its wait, sooner when woken, with the same key', async () => {
    const pending = { kind: 'pending', untilMs: Date.parse(START) + 9_000 };
    const { trace, inputs } = await run(['freeze'], { performWork: inTurn(pending, pending, done) }, [
      'wake',
    ]);
    expect(trace.slice(2, 7)).toEqual([
      'performWork',
      'timer 9000',
      'performWork',
      'timer 9000',
      'performWork',
    ]);
    const keys = inputs['performWork']!.map((order) => (order as WorkOrder).key);
    expect(new Set(keys)).toEqual(new Set(['first--shop.freeze.1.freezeSource']));
  });

  it('counts a step that keeps throwing as failed', async () => {
    const { inputs } = await run(['freeze'], {
      performWork: () => {
        throw new Error('no connection');
      },
      takeCommands: inTurn('go', 'ended'),
    });
    expect(inputs['endStage']).toEqual([
      {
        cutoverId: 'first--shop',
        stage: 'freeze',
        end: { kind: 'failed', code: 'step-error', reason: 'no connection', facts: {} },
      },
    ]);
  });

  it('asks a person for what only a person can do; their statement is the evidence', async () => {
    const { inputs } = await run(['freeze'], {
      performWork: () => ({ kind: 'needsStatement', request: { question: 'Frozen?', roles: ['operator'] } }),
      tendGate: inTurn(
        { kind: 'open', untilMs: Date.parse(START) + 60_000 },
        closed({ outcome: 'confirm', by: 'Otto', evidence: 'photo' }),
      ),
    });
    expect(inputs['openGate']).toMatchObject([
      { gate: 'statement', choices: ['confirm', 'reject'], quorum: 'any' },
    ]);
    expect(inputs['endStage']).toMatchObject([
      { end: { kind: 'done', evidence: { source: 'statement:Otto', facts: { evidence: 'photo' } } } },
    ]);
  });

  it.each([
    ['is rejected', closed({ outcome: 'reject' }), 'rejected', 'Amir: good'],
    ['expires', closed({ status: 'expired', outcome: null }), 'gate-expired', 'nobody answered in time'],
  ])('R67 fails a go/no-go that %s', async (_how, tended, code, reason) => {
    const { inputs } = await run(['go'], { tendGate: () => tended, takeCommands: inTurn('go', 'ended') });
    expect(inputs['endStage']).toMatchObject([{ end: { kind: 'failed', code, reason } }]);
  });

  it('moves its assets one after the other and stops at the first that fails', async () => {
    const smoothly = await run(['copy'], {});
    expect(smoothly.inputs['transfer']).toMatchObject([{ assetId: 'files' }, { assetId: 'more' }]);
    const broken = await run(['copy'], {
      transfer: () => {
        throw new Error('it broke');
      },
      takeCommands: inTurn('go', 'ended'),
    });
    expect(broken.inputs['transfer']).toHaveLength(1);
    expect(broken.inputs['endStage']).toMatchObject([{ end: { kind: 'failed', code: 'transfer-error' } }]);
  });

  it('asks once about all that stays behind, and the stage is done when a person accepts it', async () => {
    const rest = (assetId: string) => ({
      kind: 'needsStatement',
      request: { question: `1 item of ${assetId} stays behind.`, roles: ['owner', 'operator'] },
      evidence: { source: 'files-mover', summary: `moved ${assetId}`, facts: {} },
    });
    const transfer = ({ assetId }: { assetId: string }) => rest(assetId);
    const accepting = () => closed({ outcome: 'confirm', by: 'Olga', reason: 'only links' });
    const accepted = await run(['copy'], { transfer, tendGate: accepting });
    expect(accepted.inputs['openGate']).toMatchObject([
      {
        gate: 'statement',
        stage: 'copy',
        question: '1 item of files stays behind. 1 item of more stays behind.',
        roles: ['owner', 'operator'],
        choices: ['confirm', 'reject'],
      },
    ]);
    expect(accepted.inputs['endStage']).toMatchObject([
      {
        end: {
          kind: 'done',
          evidence: {
            source: 'files-mover',
            summary: 'Accepted by statement:Olga: moved files; moved more',
            facts: { staysBehind: { acceptedBy: 'statement:Olga', reason: 'only links' } },
          },
        },
      },
    ]);
    const rejecting = () => closed({ outcome: 'reject', by: 'Olga', reason: 'we need them' });
    const rejected = await run(['copy'], {
      transfer,
      tendGate: rejecting,
      takeCommands: inTurn('go', 'ended'),
    });
    expect(rejected.inputs['endStage']).toMatchObject([{ end: { kind: 'failed', code: 'rejected' } }]);
  });

  it('starts afresh with its position before its history grows long, and only between stages', async () => {
    const world = new ScriptedWorld({
      ...smooth,
      performWork: (_order: never, count: number) =>
        count < 200 ? { kind: 'pending', untilMs: Date.parse(START) + count * 1_000 } : done,
    });
    const ended = await stepThrough(cutover, inputFor(['freeze', 'announce']), world, world.trace);
    expect(ended).toEqual({ kind: 'continued', input: inputFor(['freeze', 'announce'], 0) });
    expect(world.trace.length).toBeLessThan(170);
    expect(world.inputs['endStage']).toBeUndefined();
    const rest = new ScriptedWorld(smooth);
    await stepToEnd(cutover, inputFor(['freeze', 'announce'], 1), rest, rest.trace);
    expect(rest.inputs['beginStage']).toEqual([{ cutoverId: 'first--shop', stage: 'announce' }]);
  });
});
