import { MigrationError, StaleWriteError } from '../../shared/contracts/errors';
import type { Observation } from '../../shared/contracts/records';
import type { Evidence, StepResult } from '../../shared/contracts/step';
import { judgeThresholds } from '../../shared/domain/thresholds';
import { cutoverPartition, observationType } from '../../shared/ledger/documents';
import { create, replace, type Stored } from '../../shared/ports/store';
import { control } from './control';
import { done, failed, type Step, type StepContext } from './step';

/** About this many rounds over the whole observation, never more often than twice a second. */
const ROUNDS = 60;
const MIN_INTERVAL_MS = 500;
const MAX_INTERVAL_MS = 5 * 60_000;
const KEPT_SAMPLES = 5_000;

type Sample = Observation['samples'][number];

/** One round: what users see, and the workload's own health. */
const sampleOnce = async (context: StepContext, now: string): Promise<Sample[] | StepResult> => {
  const { services, cutover } = context;
  const began = performance.now();
  const health = await control(context, 'health', 'target');
  if (health.kind === 'stopped' && health.result.kind === 'needsStatement') return health.result;
  const healthy = health.kind === 'replied' && health.reply.healthy && health.reply.serving;
  const own: Sample = {
    at: now,
    ok: healthy,
    durationMs: Math.round(performance.now() - began),
    problem: healthy ? null : 'the workload says that it is not healthy',
  };
  const results = await services.probe.sample(cutover.workload.observationChecks);
  const seen = results.map(({ ok, durationMs, name, detail }) => ({
    at: now,
    ok,
    durationMs,
    problem: ok ? null : `${name}: ${detail}`.slice(0, 500),
  }));
  return [own, ...seen];
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
  const { observationMs, thresholds } = cutover.workload;
  const now = services.clock.now();
  const stored = await services.ledger.store.read(observationType, cutoverPartition(cutover.id), order.key);
  const taken = await sampleOnce(context, now.toISOString());
  if (!Array.isArray(taken)) return taken;
  const before: Observation = stored?.body ?? { id: order.key, beganAt: now.toISOString(), samples: [] };
  const observation = { ...before, samples: [...before.samples, ...taken].slice(-KEPT_SAMPLES) };
  await save(context, stored, observation);
  const verdict = judgeThresholds(observation.samples, thresholds);
  const facts: Evidence['facts'] = {
    samples: verdict.samples,
    errorRate: verdict.errorRate,
    p95Ms: verdict.p95Ms,
    since: observation.beganAt,
    lastProblem: observation.samples.findLast((sample) => !sample.ok)?.problem ?? null,
  };
  if (!verdict.kept) return failed('thresholds-broken', verdict.broken.join('; '), facts);
  const leftMs = Date.parse(observation.beganAt) + observationMs - now.getTime();
  if (leftMs <= 0) return done('http-probe', `${verdict.samples} samples within the thresholds`, facts);
  const interval = Math.min(MAX_INTERVAL_MS, Math.max(MIN_INTERVAL_MS, observationMs / ROUNDS));
  return {
    kind: 'pending',
    retryAfterMs: Math.ceil(Math.min(interval, leftMs)),
    detail: `${verdict.samples} samples, all within the thresholds`,
  };
};
