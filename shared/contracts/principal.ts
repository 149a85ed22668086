import { z } from 'zod';
import { Sha256, StoredInstant, Text } from './primitives';

/**
 * lead plans and starts waves; operator runs cutovers and states facts; owner speaks for a workload; tester signs off tests;
 * approver decides approvals; viewer reads. Roles do not include each other: a person holds several where they must (R64).
 */
export const Role = z.enum(['lead', 'operator', 'owner', 'tester', 'approver', 'viewer']);
export type Role = z.infer<typeof Role>;

/**
 * Who is calling. `name` identifies them for ever and is what records and rules compare: the name on a bearer token, or
 * `entra:<tenant>:<object id>` of an Entra account. `displayName` is for people to read and may change; absent: `name` is readable.
 */
export const Principal = z.object({
  name: Text(100),
  roles: z.array(Role).min(1),
  displayName: Text(100).optional(),
});
export type Principal = z.infer<typeof Principal>;

/** Begins the name of every Entra account, and of nobody else. */
export const ENTRA_PREFIX = 'entra:';

/** A bearer token at rest: only its hash is kept. Id = first 16 hex digits of the hash. */
export const AccessToken = z.object({
  id: z.string().regex(/^[0-9a-f]{16}$/),
  hash: Sha256,
  principal: Principal,
  createdAt: StoredInstant,
  expiresAt: StoredInstant,
  revokedAt: StoredInstant.nullable(),
});
export type AccessToken = z.infer<typeof AccessToken>;

/** Roles a stakeholder reference in a document may stand for, by person name. */
export const Stakeholder = z.object({ name: Text(100), role: Role, contact: Text(200).optional() });
export type Stakeholder = z.infer<typeof Stakeholder>;
