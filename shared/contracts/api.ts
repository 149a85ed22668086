import { z } from 'zod';
import { Cutover } from './cutover';
import { AccessToken, ENTRA_PREFIX, Role } from './principal';
import { Slug, Text } from './primitives';
import { DatabaseProgress } from './replication';
import { Progress } from './transfer';

/** Why somebody starts, holds, releases or stops a wave: part of the log. */
export const ReasonInput = z.object({ reason: Text(2_000) });
export type ReasonInput = z.infer<typeof ReasonInput>;

/** A cutover in a list; the rest is behind its id. */
export const CutoverSummary = Cutover.pick({
  id: true,
  waveId: true,
  workloadId: true,
  status: true,
  waitingFor: true,
  paused: true,
  held: true,
  stage: true,
  openGate: true,
  outage: true,
  outageOnReturn: true,
  switches: true,
  createdAt: true,
  updatedAt: true,
  endedAt: true,
});
export type CutoverSummary = z.infer<typeof CutoverSummary>;

/** A cutover with what is under way right now; `progress` is empty between transfers, `databases` where none moves. */
export const CutoverView = Cutover.extend({
  progress: z.array(Progress),
  databases: z.array(DatabaseProgress),
});
export type CutoverView = z.infer<typeof CutoverView>;

/** A token for a person. `expiresInDays` counts from now. */
export const TokenInput = z.object({
  name: Text(100).refine(
    (name) => !name.toLowerCase().startsWith(ENTRA_PREFIX),
    `names that begin with ${ENTRA_PREFIX} are those of Entra accounts`,
  ),
  roles: z.array(Role).min(1).max(6),
  expiresInDays: z.number().int().min(1).max(366).default(30),
});
export type TokenInput = z.infer<typeof TokenInput>;

/** A token as it is listed: never the token itself, nor its hash. */
export const TokenView = AccessToken.omit({ hash: true });
export type TokenView = z.infer<typeof TokenView>;

/** The only answer that shows a token. */
export const CreatedToken = TokenView.extend({ token: z.string() });
export type CreatedToken = z.infer<typeof CreatedToken>;

export const Health = z.object({ status: z.enum(['healthy']), version: z.string() });
export type Health = z.infer<typeof Health>;

/** What a change tool's message did: the waves it reached, none for a message seen before. */
export const ChangeRequestResult = z.object({ waves: z.array(Slug) });
export type ChangeRequestResult = z.infer<typeof ChangeRequestResult>;
