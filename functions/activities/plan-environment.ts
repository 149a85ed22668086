import type { Activities } from '../../orchestrations/activities';
import type { Environment } from '../../shared/contracts/environment';
import type { WhatIfChange } from '../../shared/contracts/what-if';
import { deploymentName, environmentPlanHash } from '../../shared/domain/environments';
import { differingParameters } from '../../shared/domain/template-parameters';
import { environmentType } from '../../shared/ledger/documents';
import { describe, recordBegun, recordChanged, recordPlan } from '../../shared/ledger/environment-run';
import { readEnvironment, whyUntested } from '../../shared/ledger/environments';
import { findAll } from '../../shared/ledger/find-all';
import { contentOf, ENDED, giveUp, inRound, orGiveUp, targetOf, type Used } from './environment-round';

type Input<N extends keyof Activities> = Activities[N]['input'];
type Output<N extends keyof Activities> = Promise<Activities[N]['output']>;
type Predicted =
  | { readonly kind: 'changes'; readonly changes: readonly WhatIfChange[] | null }
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string };

/** What would change, as far as it can be told: the plan of an external definition is in the customer's hands. */
const predict = async (services: Used, environment: Environment): Promise<Predicted> => {
  const untested = await whyUntested(services.ledger, environment);
  if (untested !== null) return { kind: 'refused', code: 'untested', reason: untested };
  const content = await contentOf(services, environment);
  if (content === null) return { kind: 'changes', changes: null };
  const target = { ...targetOf(environment), name: deploymentName(environment) };
  const valid = await services.azure.validate(target, content);
  return valid.kind === 'refused' ? valid : services.azure.whatIf(target, content);
};

const planHashOf = (environment: Environment, changes: readonly WhatIfChange[] | null): string =>
  environmentPlanHash(environment, changes ?? []);

const isBegun = (environment: Environment): boolean =>
  environment.deployment?.name === deploymentName(environment);

/** Works out what provisioning would change and records it for approval; again, it is the same plan. */
export const planEnvironment = async (
  services: Used,
  input: Input<'planEnvironment'>,
): Output<'planEnvironment'> => {
  return orGiveUp(services, input, async (environment) => {
    if (!isBegun(environment) && environment.status !== 'awaiting-approval') {
      const predicted = await predict(services, environment);
      if (predicted.kind === 'refused') return giveUp(services, input, 'refused', predicted);
      const planHash = planHashOf(environment, predicted.changes);
      const plan = { planHash, changes: predicted.changes };
      await recordPlan(services.ledger, input.environmentId, input.round, plan);
    }
    const planned = await inRound(services, input);
    if (!planned) return ENDED;
    return { kind: 'question', attempt: planned.attempt, question: await questionAbout(services, planned) };
  });
};

const questionAbout = async (services: Used, environment: Environment): Promise<string> => {
  const { id, kind, workloadId, resourceGroup, definition, changes } = environment;
  const what =
    definition.kind === 'template'
      ? `template ${definition.template} ${definition.version}`
      : `${definition.tool} plan ${definition.planHash} of ${definition.pipelineRun}`;
  const differing = kind === 'production' ? await differingFromTest(services, environment) : '';
  return `Provision ${id}, ${kind} of ${workloadId}, in ${resourceGroup} by ${what}? Changes: ${describe(changes)}.${differing}`;
};

/** Production is to be like what was tested: what is set otherwise is for people to weigh (R72 R90). */
const differingFromTest = async ({ ledger }: Used, environment: Environment): Promise<string> => {
  if (environment.definition.kind === 'external') return '';
  for await (const { body } of findAll(ledger.store, environmentType, 'workload', environment.workloadId)) {
    if (body.kind !== 'test' || body.definition.kind !== 'template') continue;
    if (body.accepted?.definitionHash !== environment.definitionHash) continue;
    const names = differingParameters(environment.definition.parameters, body.definition.parameters);
    return ` Set otherwise than in ${body.id}: ${names.join(', ') || 'nothing'}.`;
  }
  return '';
};

/** Deploys where the answer agrees and the prediction is still the one approved. Repeated, it begins nothing anew. */
export const beginProvisioning = async (
  services: Used,
  input: Input<'beginProvisioning'>,
): Output<'beginProvisioning'> => {
  const environment = await inRound(services, input);
  if (!environment) return ENDED;
  const { ledger, azure } = services;
  const { environmentId, round, approved, by, reason } = input;
  if (!approved) return giveUp(services, input, 'rejected', { code: 'rejected', reason }, by);
  if (!isBegun(environment)) {
    const predicted = await predict(services, environment);
    if (predicted.kind === 'refused') return giveUp(services, input, 'refused', predicted);
    if (planHashOf(environment, predicted.changes) !== environment.approvedPlanHash) {
      const words = 'What provisioning would change is no longer what was approved: it is asked anew';
      await recordChanged(ledger, environmentId, round, words);
      return { kind: 'changed' };
    }
    await recordBegun(ledger, environmentId, round);
  }
  const begun = await readEnvironment(ledger, environmentId);
  const content = await contentOf(services, begun.body);
  if (content === null) return { kind: 'begun' };
  const answer = await azure.beginDeployment(targetOf(begun.body), content);
  return answer.kind === 'begun' ? answer : giveUp(services, input, 'failed', answer);
};
