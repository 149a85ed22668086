import { describe, expect, it } from '@jest/globals';
import type { Cutover } from '../../../shared/contracts/cutover';
import { settleFailedStage } from '../../../shared/domain/failures';
import { itineraries } from '../../../orchestrations/itineraries';
import { sampleCutover } from '../../support/sample-cutover';

/** A cutover whose stages are done up to the one that failed. */
const failedAt = (name: string): Cutover => {
  const { stages } = itineraries.offline;
  const failed = stages.findIndex((stage) => stage.name === name);
  return {
    ...sampleCutover(),
    itinerary: itineraries.offline,
    stage: name,
    stages: stages.map((stage, index) => ({
      name: stage.name,
      status: index < failed ? 'done' : index === failed ? 'failed' : 'pending',
      attempts: index <= failed ? 1 : 0,
      beganAt: null,
      endedAt: null,
      evidence: null,
      reason: null,
    })),
  };
};
const statusOf = (cutover: Cutover, name: string) =>
  cutover.stages.find((state) => state.name === name)?.status;

describe('a failed stage', () => {
  it('R122 is tried again together with the stage that can mend what it found', () => {
    const retried = settleFailedStage(failedAt('verify-items'), 'verify-items', 'retry', 'Otto', 'again');
    expect(['final-pass', 'restore', 'verify-items'].map((name) => statusOf(retried, name))).toEqual([
      'pending',
      'pending',
      'pending',
    ]);
    expect(statusOf(retried, 'backup')).toBe('done');
  });

  it('R139 is tried again alone where the rows that it found to differ are sent anew, in the name of who ordered it', () => {
    const sent = settleFailedStage(failedAt('verify-items'), 'verify-items', 'resend', 'Otto', 'only three');
    expect(sent.stages.find(({ name }) => name === 'verify-items')).toMatchObject({
      ...{ status: 'pending', resend: { by: 'Otto', reason: 'only three' } },
    });
    expect(statusOf(sent, 'final-pass')).toBe('done');
    const failed = sent.stages.map((state) =>
      state.name === 'verify-items' ? { ...state, status: 'failed' as const } : state,
    );
    const retried = settleFailedStage({ ...sent, stages: failed }, 'verify-items', 'retry', 'Otto', 'all');
    expect(retried.stages.find(({ name }) => name === 'verify-items')?.resend).toBeNull();
  });

  it('is tried again alone where nothing before it could mend it', () => {
    const retried = settleFailedStage(failedAt('validate'), 'validate', 'retry', 'Otto', 'again');
    expect([statusOf(retried, 'validate'), statusOf(retried, 'start-target')]).toEqual(['pending', 'done']);
  });

  it('R148 turns the cutover back, for good', () => {
    const turned = settleFailedStage(failedAt('observe'), 'observe', 'rollback', 'Amir', 'too slow');
    expect(turned.turningBack).toEqual({ kind: 'rollback', by: 'Amir', reason: 'too slow' });
    expect(settleFailedStage(turned, 'observe', 'retry', 'Otto', 'no')).toBe(turned);
  });

  it('never turns back after the point of no return: it is asked about anew', () => {
    const failed = failedAt('stabilise');
    const stages = failed.itinerary.stages.map((stage) => ({
      ...stage,
      pointOfNoReturn: stage.name === 'announce',
    }));
    const gone = { ...failed, itinerary: { ...failed.itinerary, stages } };
    const asked = settleFailedStage(gone, 'stabilise', 'rollback', 'Amir', 'too slow');
    expect(asked.turningBack).toBeNull();
    expect(asked.stages.find((state) => state.name === 'stabilise')).toMatchObject({
      status: 'failed',
      attempts: 2,
    });
  });

  it('is asked about anew where nobody answered: it stays failed, the question is another one', () => {
    const asked = settleFailedStage(
      failedAt('observe'),
      'observe',
      'ask-again',
      'causeway',
      'nobody answered',
    );
    expect(asked.stages.find((state) => state.name === 'observe')).toMatchObject({
      status: 'failed',
      attempts: 2,
    });
    expect(asked.turningBack).toBeNull();
  });

  it('stays as it is once it has been settled', () => {
    const skipped = settleFailedStage(failedAt('manual-checks'), 'manual-checks', 'skip', 'Otto', 'not now');
    expect(statusOf(skipped, 'manual-checks')).toBe('skipped');
    expect(settleFailedStage(skipped, 'manual-checks', 'retry', 'Otto', 'late')).toBe(skipped);
  });
});
