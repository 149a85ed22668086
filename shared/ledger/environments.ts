import {
  Environment,
  type EnvironmentAction,
  type EnvironmentDefinition,
  type EnvironmentInput,
} from '../contracts/environment';
import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { Template } from '../contracts/template';
import { emptyLog } from '../domain/log-chain';
import { parameterProblem } from '../domain/template-parameters';
import { create, replace, type Operation, type Stored } from '../ports/store';
import { environmentPartition, environmentType, keptTemplateType } from './documents';
import { findAll } from './find-all';
import { nowIso, type Ledger } from './ledger';
import { changeSubject, withRecords, type Change, type Decided } from './record';
import { findTemplate, type TemplateCatalogue } from './templates';
import { readWorkload } from './workloads';

/** The one kept template of an environment has this id. */
export const KEPT = 'template';

/** Throws `not-found`. */
export const readEnvironment = async (
  ledger: Pick<Ledger, 'store'>,
  id: string,
): Promise<Stored<Environment>> => {
  const stored = await ledger.store.read(environmentType, environmentPartition(id), id);
  if (!stored) throw new MigrationError('not-found', `there is no environment ${id}`);
  return stored;
};

export const changeEnvironment = <R>(
  ledger: Pick<Ledger, 'store' | 'clock'>,
  id: string,
  decide: (
    stored: Stored<Environment>,
    now: string,
  ) => Promise<Decided<Environment, R>> | Decided<Environment, R>,
): Promise<R> =>
  changeSubject(ledger.store, environmentType, environmentPartition(id), id, () => nowIso(ledger), decide);

/** The template a definition names; null for an external one. `invalid-input` naming what does not fit. */
const templateOf = async (
  catalogue: TemplateCatalogue,
  definition: EnvironmentDefinition,
): Promise<Template | null> => {
  if (definition.kind === 'external') return null;
  const { template: name, version, parameters } = definition;
  const template = await findTemplate(catalogue, name, version);
  const refused = (message: string, field: string): never => {
    throw new MigrationError('invalid-input', message, { field: `definition.${field}` });
  };
  if (!template) return refused(`there is no template ${name} ${version}`, 'template');
  const wrong = parameterProblem(template.template, parameters);
  return wrong ? refused(wrong.problem, `parameters.${wrong.parameter}`) : template;
};

const definitionHashOf = (definition: EnvironmentDefinition, template: Template | null): string =>
  definition.kind === 'external' ? definition.definitionHash : (template?.hash ?? '');

/** Why production may not be provisioned so yet; null where a test environment made the same was accepted (R88 R92). */
export const whyUntested = async (
  ledger: Pick<Ledger, 'store'>,
  { kind, workloadId, definitionHash }: Pick<Environment, 'kind' | 'workloadId' | 'definitionHash'>,
): Promise<string | null> => {
  if (kind === 'test') return null;
  for await (const { body } of findAll(ledger.store, environmentType, 'workload', workloadId))
    if (body.kind === 'test' && body.accepted?.definitionHash === definitionHash) return null;
  return `no test environment of ${workloadId} that was made by the same definition has been accepted`;
};

/** An action asked for, with its entry and event; `active` keeps a second one out until it has ended. */
const asked = (
  { name: by }: Principal,
  environment: Environment,
  reason: string,
  now: string,
  documents: readonly Operation[] = [],
): Change<Environment> => {
  const { id, action, round, definitionHash } = environment;
  return {
    body: { ...environment, active: true, requestedBy: by, problem: null, residue: [], updatedAt: now },
    log: [
      {
        kind: 'environment.requested',
        actor: by,
        summary: `Asked to ${action} environment ${id}: ${reason}`.slice(0, 4_000),
        facts: { action, round, definitionHash },
      },
    ],
    events: [{ type: 'environment.requested', data: { environmentId: id, action, round } }],
    documents,
  };
};

/** Describes an environment and asks for its provisioning. `conflict` where production has not been tested so. */
export const createEnvironment = async (
  catalogue: TemplateCatalogue & { readonly ledger: Ledger },
  principal: Principal,
  input: EnvironmentInput,
): Promise<Stored<Environment>> => {
  const { ledger } = catalogue;
  await readWorkload(ledger, input.workloadId).catch((cause: unknown) => {
    if (!(cause instanceof MigrationError) || cause.code !== 'not-found') throw cause;
    throw new MigrationError('invalid-input', cause.message, { cause, field: 'workloadId' });
  });
  const template = await templateOf(catalogue, input.definition);
  const definitionHash = definitionHashOf(input.definition, template);
  const untested = await whyUntested(ledger, { ...input, definitionHash });
  if (untested !== null) throw new MigrationError('conflict', untested, { field: 'definition' });
  const now = nowIso(ledger);
  const subject = environmentPartition(input.id);
  const environment = Environment.parse({
    ...input,
    checklist: { version: input.checklist.length === 0 ? 0 : 1, items: input.checklist },
    log: emptyLog(subject),
    eventSequence: 0,
    status: 'checking',
    action: 'provision',
    round: 1,
    active: true,
    attempt: 0,
    definitionHash,
    planHash: null,
    approvedPlanHash: null,
    changes: null,
    deployment: null,
    accepted: null,
    problem: null,
    report: null,
    residue: [],
    requestedBy: principal.name,
    openGate: null,
    createdAt: now,
    updatedAt: now,
  });
  const kept =
    template === null
      ? []
      : [create(keptTemplateType, KEPT, { hash: template.hash, template: template.template })];
  const change = asked(
    principal,
    environment,
    `a ${input.kind} environment of ${input.workloadId}`,
    now,
    kept,
  );
  const { body, operations } = withRecords(subject, change, now);
  await ledger.store.commit(subject, [create(environmentType, input.id, body), ...operations]);
  return readEnvironment(ledger, input.id);
};

/** Why an action cannot be asked for now; null where it can. */
const obstacle = (environment: Environment, action: EnvironmentAction): string | null => {
  const { id, kind, active, status, deployment } = environment;
  if (active) return `environment ${id} is busy: ${environment.action} is under way`;
  if (action === 'inspect' && deployment?.endedAt == null) return `environment ${id} was not deployed yet`;
  if (action === 'remove' && kind === 'production' && status === 'deployed')
    return `environment ${id} is production and deployed: only what failed or was rejected is removed`;
  return null;
};

/**
 * Asks for another action, for `provision` with another definition if given. `conflict` while one is under way, or where it does not
 * fit what has become of the environment.
 */
export const requestAction = async (
  catalogue: TemplateCatalogue & { readonly ledger: Ledger },
  principal: Principal,
  id: string,
  action: EnvironmentAction,
  {
    reason,
    definition,
  }: { readonly reason: string; readonly definition?: EnvironmentDefinition | undefined },
): Promise<Environment> => {
  const { ledger } = catalogue;
  const template = definition ? await templateOf(catalogue, definition) : null;
  await changeEnvironment<void>(ledger, id, async ({ body, partition }, now) => {
    const inTheWay = obstacle(body, action);
    if (inTheWay !== null) throw new MigrationError('conflict', inTheWay);
    const status = action === 'provision' ? 'checking' : action === 'remove' ? 'removing' : body.status;
    const redefined = definition
      ? { definition, definitionHash: definitionHashOf(definition, template) }
      : {};
    const next: Environment = { ...body, ...redefined, action, status, round: body.round + 1 };
    const untested = action === 'provision' ? await whyUntested(ledger, next) : null;
    if (untested !== null) throw new MigrationError('conflict', untested, { field: 'definition' });
    const kept = await ledger.store.read(keptTemplateType, partition, KEPT);
    const content = template && { hash: template.hash, template: template.template };
    const documents = content
      ? [kept ? replace(keptTemplateType, kept, content) : create(keptTemplateType, KEPT, content)]
      : [];
    return { change: asked(principal, next, reason, now, documents), result: undefined };
  });
  return (await readEnvironment(ledger, id)).body;
};
