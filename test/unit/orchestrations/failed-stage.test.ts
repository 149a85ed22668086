import { describe, expect, it } from '@jest/globals';
import type { GateQuestion, Tended } from '../../../orchestrations/activities';
import { closed, failed, inTurn, run } from './scripted-cutover';

describe('a cutover', () => {
  describe('with a failed stage', () => {
    const failing = async (name: string, failure: object, tended: Tended) => {
      const script = {
        beginStage: () => failure,
        tendGate: () => tended,
        takeCommands: inTurn('go', 'ended'),
      };
      const { inputs, trace } = await run([name], script);
      return {
        question: inputs['openGate']?.[0] as GateQuestion | undefined,
        settled: inputs['settleFailure'],
        trace,
      };
    };

    it.each([
      ['freeze', false, ['retry', 'cancel'], 'stage-failed'],
      ['copy', false, ['retry', 'skip', 'cancel'], 'stage-failed'],
      ['redirect', true, ['retry', 'rollback'], 'rollback-decision'],
    ])(
      'R64 R148 asks about %s (traffic moved: %s) for %j at %s',
      async (name, trafficMoved, choices, gate) => {
        const { question, settled } = await failing(
          name,
          { ...failed, trafficMoved },
          closed({ outcome: 'retry' }),
        );
        expect(question).toMatchObject({ gate, choices, attempt: 1, stage: name });
        // The answer took effect where it was given.
        expect(settled).toBeUndefined();
      },
    );

    it('R139 offers to send rows anew only where a verification found some to differ', async () => {
      const { question } = await failing(
        'copy',
        { ...failed, resendable: true },
        closed({ outcome: 'resend' }),
      );
      expect(question?.choices).toEqual(['retry', 'resend', 'skip', 'cancel']);
    });

    it('R148 turns back where nobody decides in time, and asks again once users are on the target', async () => {
      const expired = closed({ status: 'expired', outcome: null });
      expect((await failing('freeze', failed, expired)).settled).toMatchObject([
        { answer: 'cancel', by: 'causeway' },
      ]);
      const moved = { ...failed, trafficMoved: true };
      expect((await failing('redirect', moved, expired)).settled).toMatchObject([{ answer: 'ask-again' }]);
    });

    it('R67 turns back without a question where the itinerary says so', async () => {
      const { question, settled } = await failing('go', failed, closed({}));
      expect(question).toBeUndefined();
      expect(settled).toMatchObject([{ answer: 'cancel', by: 'causeway', reason: failed.reason }]);
    });

    it.each(['rejected', 'gate-expired'])(
      'R67 turns back where a switch was not agreed to: %s',
      async (code) => {
        const { question, settled } = await failing('go-no-go', { ...failed, code }, closed({}));
        expect(question).toBeUndefined();
        expect(settled).toMatchObject([{ answer: 'cancel', by: 'causeway' }]);
      },
    );

    it.each(['step-error', 'replication-given-up', undefined])(
      'R64 R67 asks people where the watch before a switch failed: %s',
      async (code) => {
        const failure = { ...failed, ...(code !== undefined && { code }) };
        const { question, settled } = await failing('go-no-go', failure, closed({ outcome: 'retry' }));
        expect(question).toMatchObject({ gate: 'stage-failed', choices: ['retry', 'cancel'] });
        expect(settled).toBeUndefined();
      },
    );

    it.each([
      ['commands wait', { kind: 'interrupted' } as const],
      ['the question was withdrawn', closed({ status: 'withdrawn', outcome: null })],
    ])('looks at the commands again where %s', async (_why, tended) => {
      const { settled, trace } = await failing('freeze', failed, tended);
      expect(settled).toBeUndefined();
      expect(trace.at(-1)).toBe('takeCommands');
    });
  });
});
