import type { JsonValue } from '../contracts/primitives';
import type { ParameterValue, TemplateBody } from '../contracts/template';
import type { WhatIfChange } from '../contracts/what-if';

/** Where a deployment goes. `name` identifies it: the same name begun twice is the same deployment. */
export interface DeploymentTarget {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly name: string;
}

/** A compiled template with its parameters, each as Resource Manager takes it: `{value}` or `{reference}`. */
export interface DeploymentContent {
  readonly template: TemplateBody;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

export type Refused = { readonly kind: 'refused'; readonly code: string; readonly reason: string };

export type DeploymentState =
  | { readonly kind: 'running' }
  | {
      readonly kind: 'succeeded';
      readonly outputs: Readonly<Record<string, JsonValue>>;
      readonly resourceIds: readonly string[];
    }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };

/** A resource as Resource Manager holds it. `properties` vary by type. */
export interface AzureResource {
  readonly id: string;
  /** `Microsoft.Storage/storageAccounts`; its case varies by provider. */
  readonly type: string;
  readonly name: string;
  readonly location: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
  /** Of its managed identity: `SystemAssigned`, `UserAssigned`, both with a comma, or null. */
  readonly identityType: string | null;
}

export interface ResourceHealth {
  /** Unsupported: the service reports no health for this type. */
  readonly state: 'available' | 'degraded' | 'unavailable' | 'unknown' | 'unsupported';
  readonly summary: string;
}

export interface PolicyViolation {
  readonly resourceId: string;
  readonly policy: string;
  /** `audit`, `deny`, …, as the definition says. */
  readonly effect: string;
}

export interface RoleAssignment {
  readonly principalId: string;
  /** Last segment of the definition's id, a GUID. */
  readonly roleDefinition: string;
  readonly scope: string;
}

export interface Governance {
  readonly violations: readonly PolicyViolation[];
  readonly roleAssignments: readonly RoleAssignment[];
}

/**
 * What Causeway asks of Azure Resource Manager (R88–R95, R132, R134). Refusals of Azure are values; throttling, conflicts that pass
 * and trouble of the service are thrown, to be tried again.
 */
export interface AzureResources {
  /** Checks a deployment without doing it. */
  validate(target: DeploymentTarget, content: DeploymentContent): Promise<{ kind: 'valid' } | Refused>;
  /** What a deployment would change now, ordered by resource id. Waits for the answer, minutes at most. */
  whatIf(
    target: DeploymentTarget,
    content: DeploymentContent,
  ): Promise<{ kind: 'changes'; changes: readonly WhatIfChange[] } | Refused>;
  /** Begins an incremental deployment. Idempotent by name: no-op where one of this name runs or has succeeded. */
  beginDeployment(target: DeploymentTarget, content: DeploymentContent): Promise<{ kind: 'begun' } | Refused>;
  /** Null where no deployment has that name. */
  deployment(target: DeploymentTarget): Promise<DeploymentState | null>;
  /** A resource, or a resource group; null where there is none. The newest stable API version of its type is used. */
  resource(id: string): Promise<AzureResource | null>;
  /** Everything in a resource group that carries the tag; without `properties`. */
  tagged(
    subscriptionId: string,
    resourceGroup: string,
    tag: { readonly name: string; readonly value: string },
  ): Promise<readonly AzureResource[]>;
  health(resourceId: string): Promise<ResourceHealth>;
  /**
   * What Azure Policy found non-compliant at or below a scope at its last evaluation, and the role assignments at the scope with
   * those it inherits.
   */
  governance(scope: string): Promise<Governance>;
  /** How many diagnostic settings send a resource's logs and metrics somewhere; null where its type has none. */
  diagnosticSettings(resourceId: string): Promise<number | null>;
  /** Begins the deletion of a resource; `gone` once it does not exist. Call again until then. */
  deleteResource(id: string): Promise<'deleting' | 'gone' | Refused>;
}
