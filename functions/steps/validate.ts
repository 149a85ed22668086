import { filesAssetsOf } from '../../shared/domain/assets';
import { control, factsOf, healthInWords } from './control';
import { done, failed, type Step } from './step';

/** R104 R106 R142: the workload's acceptance checks against the running target. Without any, a person tests and states it. */
export const validateTarget: Step = async ({ services, cutover }) => {
  const checks = cutover.workload.acceptance;
  if (checks.length === 0)
    return {
      kind: 'needsStatement',
      request: {
        question:
          'No automatic checks are defined. Test function, integration and integrity on the target and confirm what you tested.',
        roles: ['tester', 'owner'],
      },
    };
  const results = await services.probe.sample(checks);
  const facts = {
    results: results.map(({ name, ok, status, durationMs, problem }) => ({
      name,
      ok,
      status,
      durationMs,
      problem,
    })),
  };
  const broken = results.filter((result) => !result.ok);
  if (broken.length === 0) return done('http-probe', `all ${checks.length} acceptance checks passed`, facts);
  return failed('checks-failed', broken.map(({ name, detail }) => `${name}: ${detail}`).join('; '), facts);
};

/** R134: the workload's own health on the target and every storage container, looked at right before users come. */
export const confirmServicesHealthy: Step = async (context) => {
  const health = await control(context, 'health', 'target');
  if (health.kind === 'stopped') return health.result;
  if (!health.reply.healthy || !health.reply.serving)
    return failed(
      'target-unhealthy',
      `the target is not healthy: ${healthInWords(health.reply)}`,
      factsOf(health.reply),
    );
  const { services, cutover } = context;
  const containers = filesAssetsOf(cutover.workload).map((asset) =>
    services.blobs.container(asset.container),
  );
  await Promise.all(containers.map((container) => container.probe()));
  return done(health.evidence.source, 'the target and its storage are healthy', {
    ...factsOf(health.reply),
    containers: containers.map((container) => container.url),
  });
};
