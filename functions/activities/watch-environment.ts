import type {
  Activities,
  EnvironmentQuestion,
  EnvironmentRound,
  EnvironmentStatement,
} from '../../orchestrations/activities';
import { endAction, recordDeployed, recordReport } from '../../shared/ledger/environment-run';
import { readEnvironment } from '../../shared/ledger/environments';
import { ENDED, giveUp, inRound, targetOf, type Used } from './environment-round';
import { inspect } from './inspection';
import { statementToAsk } from './statements';

type Input<N extends keyof Activities> = Activities[N]['input'];
type Output<N extends keyof Activities> = Promise<Activities[N]['output']>;
/** A deployment is looked at often while it is young. */
const LOOK_AFTER_MS = 2_000;
const LOOK_LATER_MS = 15_000;
const YOUNG_MS = 60_000;
/** The pipeline's report wakes the orchestration; this only makes up for a wake-up that was lost. */
const PIPELINE_LOOK_MS = 3_600_000;

/** Looks at a deployment until it is through, then at what it made; a test environment is then for people to accept. */
export const watchProvisioning = async (
  services: Used,
  input: Input<'watchProvisioning'>,
): Output<'watchProvisioning'> => {
  const environment = await inRound(services, input);
  if (!environment) return ENDED;
  const { ledger, clock } = services;
  const { environmentId, round } = input;
  const nowMs = clock.now().getTime();
  if (environment.definition.kind === 'template' && environment.deployment?.endedAt == null) {
    const state = await services.azure.deployment(targetOf(environment));
    if (state?.kind === 'failed') return giveUp(services, input, 'failed', state);
    if (state?.kind !== 'succeeded') {
      const isYoung = nowMs - Date.parse(environment.deployment?.beganAt ?? '') < YOUNG_MS;
      return { kind: 'running', untilMs: nowMs + (isYoung ? LOOK_AFTER_MS : LOOK_LATER_MS) };
    }
    await recordDeployed(ledger, environmentId, round, state);
  } else if (environment.deployment?.endedAt == null)
    return { kind: 'running', untilMs: nowMs + PIPELINE_LOOK_MS };
  return lookAtResult(services, input);
};

const lookAtResult = async (
  services: Used,
  input: EnvironmentRound,
): Promise<EnvironmentQuestion | EnvironmentStatement | typeof ENDED> => {
  const environment = await inRound(services, input);
  if (!environment) return ENDED;
  const statement = statementToAsk(environment);
  if (statement !== null) return statement;
  const { environmentId, round } = input;
  const isTest = environment.kind === 'test';
  if (environment.status !== 'awaiting-acceptance') {
    const report = await inspect(services, environment);
    const status = isTest ? 'awaiting-acceptance' : null;
    await recordReport(services.ledger, environmentId, round, report, status);
  }
  if (!isTest) {
    await endAction(services.ledger, environmentId, round, {
      status: 'deployed',
      summary: `${environmentId} is provisioned by what was tested`,
    });
    return ENDED;
  }
  const { body } = await readEnvironment(services.ledger, environmentId);
  const errors = body.report?.findings.filter(({ severity }) => severity === 'error') ?? [];
  const found = errors.map(({ message, resourceId }) => `${resourceId ?? environmentId}: ${message}`);
  // Predictions differ from what a deployment made in ways that mean nothing: of drift people judge.
  if (errors.some(({ area }) => area !== 'drift')) {
    const reason = `what was found keeps ${environmentId} from being accepted: ${found.join('; ')}`;
    return giveUp(services, input, 'failed', { code: 'findings', reason });
  }
  const question = `Is test environment ${environmentId} as production shall be? ${errors.length} errors. ${found.join('; ')}`;
  return { kind: 'question', attempt: body.attempt, question: question.trim().slice(0, 4_000) };
};

export const endAcceptance = async (
  { ledger }: Used,
  { environmentId, round, approved, by, reason }: Input<'endAcceptance'>,
): Promise<null> => {
  await endAction(ledger, environmentId, round, {
    status: approved ? 'accepted' : 'rejected',
    summary: `${approved ? 'Accepted' : 'Rejected'}: ${reason}`,
    by,
    accepted: approved,
    problem: approved ? null : { code: 'rejected', reason },
  });
  return null;
};
