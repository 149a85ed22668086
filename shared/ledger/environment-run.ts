import type {
  AppliedInput,
  Environment,
  EnvironmentStatus,
  InspectionReport,
  KeptTemplate,
} from '../contracts/environment';
import { MigrationError } from '../contracts/errors';
import type { LogDraft } from '../contracts/log-entry';
import type { Principal } from '../contracts/principal';
import type { WhatIfChange } from '../contracts/what-if';
import { countChanges, deploymentName } from '../domain/environments';
import { create, replace, type Operation, type Stored } from '../ports/store';
import type { DeploymentState } from '../ports/azure-resources';
import { environmentPartition, keptTemplateType, whatIfType } from './documents';
import { changeEnvironment, KEPT } from './environments';
import type { Ledger } from './ledger';

/** The one kept prediction of an environment has this id. */
export const NEWEST = 'newest';

/** The template the environment was described with; null for an external definition. */
export const keptTemplate = async (
  ledger: Pick<Ledger, 'store'>,
  id: string,
): Promise<Stored<KeptTemplate> | null> =>
  ledger.store.read(keptTemplateType, environmentPartition(id), KEPT);

/** Changes the environment while a round of an action is under way; afterwards nothing is changed. */
export const inRound = (
  ledger: Ledger,
  id: string,
  round: number,
  decide: (stored: Stored<Environment>, now: string) => Promise<Step | null> | Step | null,
): Promise<void> =>
  changeEnvironment<void>(ledger, id, async (stored, now) => {
    if (stored.body.round !== round || !stored.body.active) return { change: null, result: undefined };
    const step = await decide(stored, now);
    if (!step) return { change: null, result: undefined };
    const { change, kind, summary, facts = {}, documents = [], by = 'causeway' } = step;
    const body: Environment = { ...stored.body, ...change, updatedAt: now };
    const { id: environmentId, action, status } = body;
    const ended = { type: 'environment.ended', data: { environmentId, action, status } } as const;
    const log = [{ kind, actor: by, summary: summary.slice(0, 4_000), facts }];
    return {
      change: { body, log, documents, events: body.active ? [] : [ended] },
      result: undefined,
    };
  });

interface Step {
  readonly change: Partial<Environment>;
  readonly kind: string;
  readonly summary: string;
  readonly facts?: LogDraft['facts'];
  readonly documents?: readonly Operation[];
  readonly by?: string;
}

/** Puts a plan before people: its hash, and the prediction it rests on. Each is a question of its own. */
export const recordPlan = (
  ledger: Ledger,
  id: string,
  round: number,
  plan: { readonly planHash: string; readonly changes: readonly WhatIfChange[] | null },
): Promise<void> =>
  inRound(ledger, id, round, async ({ body, partition }, at) => {
    const counts = plan.changes && countChanges(plan.changes);
    const before = await ledger.store.read(whatIfType, partition, NEWEST);
    const whatIf = { at, planHash: plan.planHash, changes: [...(plan.changes ?? [])] };
    return {
      change: {
        planHash: plan.planHash,
        changes: counts,
        status: 'awaiting-approval',
        attempt: body.attempt + 1,
      },
      kind: 'environment.planned',
      summary: `Worked out what deploying ${id} would change: ${describe(counts)}`,
      facts: { planHash: plan.planHash, changes: counts },
      documents: [before ? replace(whatIfType, before, whatIf) : create(whatIfType, NEWEST, whatIf)],
    };
  });

export const describe = (counts: Readonly<Record<string, number>> | null): string =>
  Object.entries(counts ?? {})
    .map(([kind, count]) => `${kind} ${count}`)
    .join(', ') || 'not predicted here';

/** What was approved is no longer what would happen: it is worked out anew. */
export const recordChanged = (ledger: Ledger, id: string, round: number, reason: string): Promise<void> =>
  inRound(ledger, id, round, () => ({
    change: { status: 'checking', planHash: null },
    kind: 'environment.plan-changed',
    summary: reason,
  }));

/** From here the deployment of this round exists, or is about to. */
export const recordBegun = (ledger: Ledger, id: string, round: number): Promise<void> =>
  inRound(ledger, id, round, ({ body }, now) => {
    const external = body.definition.kind === 'external';
    const name = deploymentName(body);
    const fresh = { name, beganAt: now, endedAt: null, outputs: {}, resourceIds: [] };
    return {
      change: {
        status: external ? 'awaiting-pipeline' : 'deploying',
        deployment: { ...fresh, definitionHash: body.definitionHash },
      },
      kind: 'environment.deploying',
      summary: external
        ? `Waiting for the pipeline to apply plan ${body.approvedPlanHash ?? ''}`
        : `Began deployment ${name}`,
      facts: { deployment: name, planHash: body.approvedPlanHash },
    };
  });

/** The deployment is through. A repeated call changes nothing. */
export const recordDeployed = (
  ledger: Ledger,
  id: string,
  round: number,
  { outputs, resourceIds }: Pick<Extract<DeploymentState, { kind: 'succeeded' }>, 'outputs' | 'resourceIds'>,
): Promise<void> =>
  inRound(ledger, id, round, ({ body }, now) =>
    body.deployment === null || body.deployment.endedAt !== null
      ? null
      : {
          change: {
            deployment: {
              ...body.deployment,
              endedAt: now,
              outputs: { ...outputs },
              resourceIds: [...resourceIds],
            },
          },
          kind: 'environment.deployed',
          summary: `Deployed ${resourceIds.length} resources by definition ${body.definitionHash}`,
          facts: { resourceIds: [...resourceIds] },
        },
  );

/**
 * What the customer's pipeline says it has applied. `conflict` where nothing is waited for, or where the plan is not the one that
 * was approved: then nothing is recorded but the attempt.
 */
export const recordApplied = async (
  ledger: Ledger,
  { name: by }: Principal,
  id: string,
  { planHash, pipelineRun, resourceIds }: AppliedInput,
): Promise<void> => {
  const refusal = await changeEnvironment<string | null>(ledger, id, ({ body }, now) => {
    if (
      body.status !== 'awaiting-pipeline' ||
      body.deployment === null ||
      body.definition.kind !== 'external'
    )
      return { change: null, result: `environment ${id} waits for no pipeline` };
    const facts = { planHash, pipelineRun, resourceIds };
    if (planHash !== body.definition.planHash) {
      const summary = `The pipeline applied a plan that nobody approved: ${planHash}`;
      const entry = { kind: 'environment.applied-refused', actor: by, summary, facts };
      const result = `approved was plan ${body.definition.planHash}, not ${planHash}`;
      return { change: { body, log: [entry] }, result };
    }
    const summary = `The pipeline applied the approved plan: ${pipelineRun}`;
    const deployment = { ...body.deployment, endedAt: now, resourceIds };
    return {
      change: {
        body: { ...body, deployment, updatedAt: now },
        log: [{ kind: 'environment.applied', actor: by, summary, facts }],
        events: [{ type: 'environment.applied', data: { environmentId: id } }],
      },
      result: null,
    };
  });
  if (refusal !== null) throw new MigrationError('conflict', refusal, { field: 'planHash' });
};

export const recordReport = (
  ledger: Ledger,
  id: string,
  round: number,
  report: InspectionReport,
  status: EnvironmentStatus | null,
): Promise<void> =>
  inRound(ledger, id, round, () => ({
    change: { report, ...(status !== null && { status }) },
    kind: 'environment.inspected',
    summary: `Looked at ${report.resources} resources: ${describe(bySeverity(report)) || 'nothing to report'}`,
    facts: { findings: bySeverity(report) },
  }));

const bySeverity = ({ findings }: InspectionReport): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { severity } of findings) counts[severity] = (counts[severity] ?? 0) + 1;
  return counts;
};

/** Lists what a removal would delete, to be approved. */
export const recordResidue = (
  ledger: Ledger,
  id: string,
  round: number,
  residue: readonly string[],
  planHash: string,
): Promise<void> =>
  inRound(ledger, id, round, ({ body }) => ({
    change: { residue: [...residue], planHash, attempt: body.attempt + 1 },
    kind: 'environment.residue-listed',
    summary: `Removing ${id} would delete ${residue.length} resources`,
    facts: { residue: [...residue] },
  }));

export interface ActionEnd {
  readonly status: EnvironmentStatus;
  readonly summary: string;
  readonly by?: string;
  readonly problem?: Environment['problem'];
  /** A person accepted the test environment: its definition may be used for production. */
  readonly accepted?: boolean;
}

/** Ends the action under way. Ended already: no change. */
export const endAction = (
  ledger: Ledger,
  id: string,
  round: number,
  { status, summary, by = 'causeway', problem = null, accepted = false }: ActionEnd,
): Promise<void> =>
  inRound(ledger, id, round, ({ body }, at) => ({
    change: {
      status,
      problem,
      active: false,
      openGate: null,
      ...(accepted && { accepted: { definitionHash: body.definitionHash, by, at } }),
      ...(status === 'removed' && { deployment: null, residue: [], report: null }),
    },
    kind: `environment.${status}`,
    summary,
    by,
    facts: { definitionHash: body.definitionHash, code: problem?.code ?? null },
  }));
