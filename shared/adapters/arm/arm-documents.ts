import { z } from 'zod';
import type {
  AzureResource,
  PolicyViolation,
  ResourceHealth,
  RoleAssignment,
} from '../../ports/azure-resources';

/** Resource Manager's documents, as far as they are read. */

const Resource = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  location: z.string().nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  properties: z.record(z.string(), z.unknown()).nullish(),
  identity: z.object({ type: z.string().nullish() }).nullish(),
});

export const resourceOf = (document: unknown): AzureResource => {
  const { id, type, name, location, tags, properties, identity } = Resource.parse(document);
  return {
    id,
    type,
    name,
    location: location ?? null,
    tags: tags ?? {},
    properties: properties ?? {},
    identityType: identity?.type ?? null,
  };
};

const Health = z.object({
  properties: z.object({ availabilityState: z.string(), summary: z.string().nullish() }),
});
const HEALTH_STATES = ['available', 'degraded', 'unavailable'] as const;

export const healthOf = (document: unknown): ResourceHealth => {
  const { availabilityState, summary } = Health.parse(document).properties;
  const state = HEALTH_STATES.find((name) => name === availabilityState.toLowerCase()) ?? 'unknown';
  return { state, summary: summary ?? availabilityState };
};

const PolicyState = z.object({
  resourceId: z.string(),
  policyDefinitionName: z.string().nullish(),
  policyDefinitionAction: z.string().nullish(),
});

export const violationOf = (document: unknown): PolicyViolation => {
  const { resourceId, policyDefinitionName, policyDefinitionAction } = PolicyState.parse(document);
  return {
    resourceId,
    policy: policyDefinitionName ?? 'unnamed',
    effect: policyDefinitionAction ?? 'unknown',
  };
};

const Assignment = z.object({
  properties: z.object({ principalId: z.string(), roleDefinitionId: z.string(), scope: z.string() }),
});

export const roleAssignmentOf = (document: unknown): RoleAssignment => {
  const { principalId, roleDefinitionId, scope } = Assignment.parse(document).properties;
  return { principalId, roleDefinition: roleDefinitionId.split('/').at(-1) ?? '', scope };
};
