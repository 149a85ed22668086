import { stat } from 'node:fs/promises';
import { filesAssetsOf } from '../../shared/domain/assets';
import { secretsOf } from '../../shared/domain/secrets-of';
import type { ReadinessKey } from '../../shared/contracts/workload';
import { readWorkload } from '../../shared/ledger/workloads';
import { missingSecrets } from '../missing-secrets';
import { containerProblems } from '../target-containers';
import { control, factsOf } from './control';
import { releaseNotReady } from './release';
import { runbooksNotReady } from './runbook-readiness';
import { done, failed, isManual, type Step, type StepContext } from './step';
import { targetNotReady } from './target-environment';
import { trafficNotReady } from './switching/traffic-not-ready';

/** What must be recorded as met before anything moves (R1 R2 R3 R9 R10), and for production that the way back was rehearsed (R55 R61). */
const REQUIRED: readonly ReadinessKey[] = [
  'adoption-plan',
  'landing-zone',
  'skills',
  'assessment',
  'target-architecture',
];

const missingItems = async ({ services, cutover }: StepContext): Promise<string[]> => {
  const { body: workload } = await readWorkload(services.ledger, cutover.workloadId);
  const required =
    workload.environment === 'production' ? [...REQUIRED, 'rollback-rehearsed' as const] : REQUIRED;
  return required.filter((key) => !workload.readiness.some((item) => item.key === key && item.met));
};

const missingRoots = async ({ cutover }: StepContext): Promise<string[]> => {
  const problems = await Promise.all(
    filesAssetsOf(cutover.workload).map(async (asset) => {
      const found = await stat(asset.root).catch(() => null);
      return found?.isDirectory() ? [] : [`${asset.id}: ${asset.root} is no folder this worker can read`];
    }),
  );
  return problems.flat();
};

/**
 * Nothing starts before the prerequisites are recorded as met, the data can be reached, every secret is there and the controls
 * answer.
 */
export const checkReadiness: Step = async (context) => {
  const items = await missingItems(context);
  if (items.length > 0)
    return failed('not-ready', `not recorded as met: ${items.join(', ')}`, { missing: items });
  const roots = await missingRoots(context);
  if (roots.length > 0) return failed('source-unreachable', roots.join('; '));
  const secrets = await missingSecrets(context.services.secrets, secretsOf(context.cutover.workload));
  if (secrets.length > 0)
    return failed('secret-missing', `secrets are missing: ${secrets.join('; ')}`, { problems: secrets });
  const runbooks = await runbooksNotReady(context);
  if (runbooks.length > 0) return failed('runbook-not-ready', runbooks.join('; '));
  const release = await releaseNotReady(context);
  if (release) return release;
  const { assets } = context.cutover.workload;
  const containers = filesAssetsOf({ assets }).map(({ container }) => container);
  const missing = await containerProblems(context.services.blobs, containers);
  if (missing.length > 0) return failed('target-not-ready', missing.join('; '), { problems: missing });
  const target = await targetNotReady(context);
  if (target) return target;
  const traffic = await trafficNotReady(context);
  if (traffic) return traffic;
  if (isManual(context))
    return done('workload-record', 'prerequisites are met; the workload is operated by hand');
  const status = await control(context, 'status', 'source');
  if (status.kind === 'stopped') return status.result;
  const isElsewhere = context.cutover.workload.traffic === undefined && status.reply.activeSide !== 'source';
  if (!status.reply.serving || isElsewhere)
    return failed('source-not-serving', 'the source does not serve its users now', factsOf(status.reply));
  return done(
    status.evidence.source,
    'prerequisites are met, the source serves and its controls answer',
    factsOf(status.reply),
  );
};
