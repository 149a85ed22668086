import type { Durable, Workflow } from './durable';
import { gate, type GateOutcome } from './gate';
import type { GateQuestion } from './activities';
import { call, isLong, startRun, waitForWake, type Run } from './run';

export interface WaveInput {
  readonly waveId: string;
}

const QUARTER_HOUR_MS = 15 * 60_000;

/**
 * A wave: go/no-go over the plan's hash, cutovers in dependency order within the limit, a review that says whether the next wave
 * may proceed (R63 R67 R68). Starting afresh from the top is harmless: a gate answered stays answered.
 */
export function* wave(durable: Durable, input: WaveInput): Workflow<void> {
  const run = startRun(durable);
  const { waveId } = input;
  const prepared = yield* call(run, 'prepareWave', { waveId });
  if (prepared.kind === 'changed') return yield* stop(run, waveId, prepared.reason, 'causeway');
  const approval = yield* gate(run, goNoGo(waveId));
  if (approval.kind === 'interrupted') return durable.continueAsNew(input);
  if (approval.outcome !== 'approve') return yield* stop(run, waveId, reasonOf(approval), approval.by);

  let advanced = yield* call(run, 'advanceWave', { waveId });
  while (!advanced.settled) {
    if (isLong(run)) return durable.continueAsNew(input);
    yield* waitForWake(run, durable.nowMs() + QUARTER_HOUR_MS);
    advanced = yield* call(run, 'advanceWave', { waveId });
  }

  yield* call(run, 'beginReview', { waveId, summary: advanced.summary });
  const review = yield* gate(run, reviewOf(waveId, advanced.summary));
  if (review.kind === 'interrupted') return durable.continueAsNew(input);
  const nextMayProceed = review.outcome === 'approve';
  yield* call(run, 'endWave', {
    waveId,
    status: 'completed',
    nextMayProceed,
    reason: reasonOf(review),
    by: review.by,
  });
}

function* stop(run: Run, waveId: string, reason: string, by: string): Workflow<void> {
  yield* call(run, 'endWave', { waveId, status: 'stopped', nextMayProceed: false, reason, by });
}

const reasonOf = (outcome: Extract<GateOutcome, { kind: 'closed' }>): string =>
  outcome.status === 'expired' ? 'nobody answered in time' : outcome.reason;

const goNoGo = (waveId: string): GateQuestion => ({
  subject: `wave:${waveId}`,
  gate: 'go-no-go',
  stage: 'wave-go-no-go',
  attempt: 1,
  question: 'Is this the plan to execute? Approving binds exactly what the hash stands for.',
  choices: ['approve', 'reject'],
  roles: ['approver'],
  quorum: 'all',
});

const reviewOf = (waveId: string, summary: string): GateQuestion => ({
  subject: `wave:${waveId}`,
  gate: 'wave-review',
  stage: 'wave-review',
  attempt: 1,
  question: `May the next wave proceed? ${summary}`.slice(0, 4_000),
  choices: ['approve', 'reject'],
  roles: ['approver'],
  quorum: 'any',
});
