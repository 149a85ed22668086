import { MigrationError, StaleWriteError } from '../../shared/contracts/errors';
import type { Observation } from '../../shared/contracts/records';
import type { Evidence } from '../../shared/contracts/step';
import { judgeThresholds } from '../../shared/domain/thresholds';
import { cutoverPartition, observationType } from '../../shared/ledger/documents';
import { create, replace, type Stored } from '../../shared/ports/store';
import { lookAtTarget } from './look-at-target';
import { done, failed, isManual, type Step, type StepContext } from './step';

/** About this many rounds over the whole observation, never more often than twice a second. */
const ROUNDS = 60;
const MIN_INTERVAL_MS = 500;
const MAX_INTERVAL_MS = 5 * 60_000;
const KEPT_SAMPLES = 5_000;

const QUESTION =
  'Nothing can be watched automatically: no observation checks are defined. Watch access, performance and errors for the time agreed and state what you saw.';

type Sample = Observation['samples'][number];

/** One round: what users see, and the workload's own word. Of a workload operated by hand only the checks can be looked at. */
export const sampleOnce = async (context: StepContext, now: string): Promise<Sample[]> => {
  const { services, cutover } = context;
  const results = await services.probe.sample(cutover.workload.observationChecks);
  const seen = results.map(({ ok, durationMs, name, detail }) => ({
    at: now,
    ok,
    durationMs,
    problem: ok ? null : `${name}: ${detail}`.slice(0, 500),
  }));
  if (isManual(context)) return seen;
  const began = performance.now();
  const look = await lookAtTarget(context);
  const problem = look.kind === 'looked' ? look.problem : 'nobody looked';
  return [
    { at: now, ok: problem === null, durationMs: Math.round(performance.now() - began), problem },
    ...seen,
  ];
};

/** Only time that was watched counts: a gap longer than a few rounds (a pause, a process that was down) was not. */
const watchedMs = (before: Observation, now: Date, intervalMs: number): number => {
  const last = before.samples.at(-1);
  if (last === undefined) return 0;
  return before.watchedMs + Math.min(now.getTime() - Date.parse(last.at), 3 * intervalMs);
};

const save = async (
  context: StepContext,
  stored: Stored<Observation> | null,
  observation: Observation,
): Promise<void> => {
  const partition = cutoverPartition(context.cutover.id);
  const operation = stored
    ? replace(observationType, stored, observation)
    : create(observationType, observation.id, observation);
  try {
    await context.services.ledger.store.commit(partition, [operation]);
  } catch (error) {
    // Another run of the same step sampled at the same time: its samples are as good as ours.
    const overtaken =
      error instanceof StaleWriteError ||
      (error instanceof MigrationError && error.code === 'already-exists');
    if (!overtaken) throw error;
  }
};

/** R136 R143 R148: watches the moved workload for as long as was agreed; broken thresholds fail it at once. */
export const observeTarget: Step = async (context) => {
  const { services, cutover, order } = context;
  const { observationMs, thresholds, observationChecks } = cutover.workload;
  if (isManual(context) && observationChecks.length === 0)
    return { kind: 'needsStatement', request: { question: QUESTION, roles: ['operator', 'tester'] } };
  const intervalMs = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, observationMs / ROUNDS));
  const now = services.clock.now();
  const stored = await services.ledger.store.read(observationType, cutoverPartition(cutover.id), order.key);
  const taken = await sampleOnce(context, now.toISOString());
  const before: Observation = stored?.body ?? {
    id: order.key,
    beganAt: now.toISOString(),
    watchedMs: 0,
    samples: [],
  };
  const observation: Observation = {
    ...before,
    watchedMs: watchedMs(before, now, intervalMs),
    samples: [...before.samples, ...taken].slice(-KEPT_SAMPLES),
  };
  await save(context, stored, observation);
  const verdict = judgeThresholds(observation.samples, thresholds);
  const facts: Evidence['facts'] = {
    samples: verdict.samples,
    errorRate: verdict.errorRate,
    p95Ms: verdict.p95Ms,
    since: observation.beganAt,
    watchedMs: observation.watchedMs,
    lastProblem: observation.samples.findLast((sample) => !sample.ok)?.problem ?? null,
  };
  if (!verdict.kept) return failed('thresholds-broken', verdict.broken.join('; '), facts);
  const leftMs = observationMs - observation.watchedMs;
  if (leftMs <= 0) return done('http-probe', `${verdict.samples} samples within the thresholds`, facts);
  return {
    kind: 'pending',
    retryAfterMs: Math.ceil(Math.min(intervalMs, leftMs)),
    detail: `${verdict.samples} samples, all within the thresholds`,
  };
};
