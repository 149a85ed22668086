import type { Release } from '../../shared/contracts/release';
import type { StepResult } from '../../shared/contracts/step';
import { postgresAssetsOf } from '../../shared/domain/assets';
import { sha256Hex } from '../../shared/domain/hash';
import { changeRunbookRun, readRunbookRun } from '../../shared/ledger/runbook-runs';
import { cancelRun, driveRunbook, type Driven, type RunbookMemory } from '../../shared/movers/runbook';
import type { Runbook } from '../../shared/ports/runbook';
import { done, failed, type Step, type StepContext } from './step';
import { startTarget } from './target';

type Which = 'next' | 'previous';

interface Deploying {
  readonly runbook: Runbook;
  readonly memory: RunbookMemory;
  /** Names the deployment in the log. */
  readonly id: string;
}

/** One deployment of a cutover: the same key and memory however often it is asked for. */
const deploying = (
  { services, cutover }: StepContext,
  { pipeline }: Release,
  which: Which,
  release: string,
): Deploying => {
  const id = `release-${which}`;
  const key = `causeway-${sha256Hex(`${cutover.id}/${which}`).slice(0, 16)}`;
  const runbook = services.releases.open(pipeline, { release, key });
  const memory: RunbookMemory = {
    read: () => readRunbookRun(services.ledger, cutover.id, id),
    change: (decide) =>
      changeRunbookRun(services.ledger, cutover.id, id, (run, now) => {
        const change = decide(run, now);
        return change && { ...change, entry: change.entry && { ...change.entry, actor: runbook.source } };
      }),
  };
  return { id, runbook, memory };
};

const deploy = (context: StepContext, { id, runbook, memory }: Deploying): Promise<Driven> =>
  driveRunbook(
    {
      runbook,
      memory,
      nowMs: () => context.services.clock.now().getTime(),
      // A pipeline's own approvals are given where the pipeline is.
      answerTo: () => Promise.resolve(null),
    },
    {
      assetId: id,
      phase: 'finish',
      cutoverStep: null,
      finishStep: null,
      attemptKey: `${context.order.stage}.${Number(context.order.input['attempt'] ?? 1)}`,
    },
  );

const resultOf = (driven: Driven, release: string, { runbook }: Deploying): StepResult => {
  switch (driven.kind) {
    case 'pending':
      return { ...driven, detail: `${release}: ${driven.detail}`.slice(0, 500) };
    case 'failed':
      return failed('release-failed', `${release} was not deployed: ${driven.reason}`);
    case 'ask':
      return failed('release-failed', `${release} waits for ${driven.step.name} in the pipeline`);
    case 'level': {
      const { runId, steps } = driven.execution;
      const facts = { release, runId, page: steps[0]?.detail ?? '' };
      return done(runbook.source, `${release} is deployed, run ${runId}`, facts);
    }
  }
};

/** R117: has the workload's pipeline deploy the new release, and waits for it. */
export const deployRelease: Step = async (context) => {
  const { release } = context.cutover.workload;
  if (!release) return done('workload-record', 'this workload names no release to deploy');
  const deployment = deploying(context, release, 'next', release.next);
  return resultOf(await deploy(context, deployment), release.next, deployment);
};

/** R118: starts the release before anybody is affected; one whose database comes in the outage is started then. */
export const startRelease: Step = async (context) =>
  postgresAssetsOf(context.cutover.workload).length > 0
    ? done('workload-record', 'its database moves in the outage: the release is started then')
    : startTarget(context);

/** R51: ends a deployment that is under way, then has the previous release deployed again. Does nothing where nothing was deployed. */
export const redeployPrevious: Step = async (context) => {
  const { release } = context.cutover.workload;
  if (!release) return done('workload-record', 'this workload names no release');
  const next = deploying(context, release, 'next', release.next);
  if ((await next.memory.read()) === null)
    return done('workload-record', `${release.next} was never deployed`);
  const ended = await cancelRun(next.runbook, next.memory, context.services.clock.now().getTime());
  if (ended.kind === 'pending') return { ...ended, detail: ended.detail.slice(0, 500) };
  if (ended.kind === 'failed') return failed(ended.code, ended.reason);
  if (release.previous === null)
    return done(
      'workload-record',
      `nothing ran at the target before ${release.next}: there is nothing to deploy again`,
    );
  const previous = deploying(context, release, 'previous', release.previous);
  return resultOf(await deploy(context, previous), release.previous, previous);
};

/** Why the release could not be deployed now; null where it could, or there is none. */
export const releaseNotReady = async (context: StepContext): Promise<StepResult | null> => {
  const { release } = context.cutover.workload;
  if (!release) return null;
  const readiness = await deploying(context, release, 'next', release.next).runbook.readiness();
  return readiness.kind === 'ready' ? null : failed('pipeline-not-ready', readiness.reason);
};
