import type { Environment, EnvironmentInput, EnvironmentStatus } from '../contracts/environment';
import type { Finding } from '../contracts/finding';
import type { ParameterValue, TemplateBody } from '../contracts/template';
import type { WhatIfChange } from '../contracts/what-if';
import { canonicalJson } from './canonical-json';
import { sha256Hex } from './hash';
import { TAGS_PARAMETER } from './template-parameters';

/** The tag by which a resource is known as Causeway's own; its value is the environment's id. */
export const OWNERSHIP_TAG = 'causeway-environment';

const hashOf = (value: unknown): string => sha256Hex(canonicalJson(JSON.parse(JSON.stringify(value))));

export const templateHash = (template: TemplateBody): string => hashOf(template);

type Planned = Pick<
  Environment,
  'id' | 'workloadId' | 'kind' | 'subscriptionId' | 'resourceGroup' | 'definition' | 'definitionHash'
>;

/**
 * Identity of what people approve: the definition, its parameters, where it goes and what that would change there now. Where any of
 * it is different at the moment of action, the approval does not hold.
 */
export const environmentPlanHash = (
  { id, workloadId, kind, subscriptionId, resourceGroup, definition, definitionHash }: Planned,
  changes: readonly WhatIfChange[],
): string =>
  hashOf({ id, workloadId, kind, subscriptionId, resourceGroup, definition, definitionHash, changes });

/** Identity of a list of resources to delete. */
export const residueHash = (environmentId: string, residue: readonly string[]): string =>
  hashOf({ remove: environmentId, residue: [...residue].sort() });

/** At most 64 characters, as Resource Manager allows. Each round is a deployment of its own. */
export const deploymentName = ({ id, round }: Pick<Environment, 'id' | 'round'>): string =>
  `causeway-${id}-${round}`;

export const groupScope = ({
  subscriptionId,
  resourceGroup,
}: Pick<EnvironmentInput, 'subscriptionId' | 'resourceGroup'>): string =>
  `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}`;

/** What is sent with the template: the given values, and the tags that mark what is ours. */
export const deploymentParameters = ({
  id,
  workloadId,
  kind,
  definition,
}: Pick<Environment, 'id' | 'workloadId' | 'kind' | 'definition'>): Record<string, ParameterValue> => ({
  ...(definition.kind === 'template' ? definition.parameters : {}),
  [TAGS_PARAMETER]: {
    value: { [OWNERSHIP_TAG]: id, 'causeway-workload': workloadId, 'causeway-kind': kind },
  },
});

/** Where an environment stands once a removal was not wanted. */
export const restingStatus = ({
  kind,
  accepted,
  definitionHash,
  deployment,
}: Pick<Environment, 'kind' | 'accepted' | 'definitionHash' | 'deployment'>): EnvironmentStatus => {
  if (deployment?.endedAt == null) return 'failed';
  if (kind === 'production') return 'deployed';
  return accepted?.definitionHash === definitionHash ? 'accepted' : 'rejected';
};

export const countChanges = (changes: readonly WhatIfChange[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const { kind } of changes) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

const REAL_CHANGES = new Set<WhatIfChange['kind']>(['Create', 'Delete', 'Modify', 'Deploy']);

/**
 * What deploying the same definition again would change: where that is anything, what is there is not what was deployed. Properties
 * that Azure itself says have no effect do not count.
 */
export const driftFindings = (changes: readonly WhatIfChange[]): Finding[] =>
  changes.flatMap(({ resourceId, kind, properties }) => {
    if (!REAL_CHANGES.has(kind)) return [];
    const paths = properties.filter((change) => change.kind !== 'NoEffect').map(({ path }) => path);
    if (kind === 'Modify' && paths.length === 0) return [];
    const words = kind === 'Create' ? 'was deployed and is gone' : `differs in ${paths.join(', ') || kind}`;
    return [{ area: 'drift', severity: 'error', resourceId, message: words.slice(0, 2_000) }];
  });

const SEVERITIES: readonly Finding['severity'][] = ['error', 'warning', 'note'];

/** Errors first, then by resource; as many as a report holds. */
export const sortFindings = (findings: readonly Finding[]): Finding[] =>
  [...findings]
    .sort(
      (a, b) =>
        SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) ||
        `${a.resourceId ?? ''} ${a.area}`.localeCompare(`${b.resourceId ?? ''} ${b.area}`, 'en'),
    )
    .slice(0, 500);
