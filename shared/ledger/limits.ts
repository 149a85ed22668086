import type { z } from 'zod';
import type { Cutover } from '../contracts/cutover';
import { MigrationError, StaleWriteError } from '../contracts/errors';
import type { AssetLimits } from '../contracts/limits';
import { PostgresLimits } from '../contracts/postgres';
import type { Principal } from '../contracts/principal';
import { TransferLimits } from '../contracts/transfer';
import { canonicalJson } from '../domain/canonical-json';
import { sha256Hex } from '../domain/hash';
import { changeCutover, readCutover } from './cutovers';
import type { Ledger } from './ledger';

/** The limits of one asset. The version is theirs alone: a cutover that goes on meanwhile leaves it as it is. */
export interface VersionedLimits {
  readonly limits: TransferLimits | PostgresLimits;
  readonly version: string;
}

/** Throws `not-found`. */
export const readLimits = async (
  ledger: Pick<Ledger, 'store'>,
  cutoverId: string,
  assetId: string,
): Promise<VersionedLimits> => versioned(limitsOf((await readCutover(ledger, cutoverId)).body, assetId));

/**
 * Changes an asset's limits while it moves (R123 R131); slices take them up at their next checkpoint. What is not given is as if it
 * had never been set. `invalid-input` where the asset has no such limit; `stale-write` where `version` is old.
 */
export const changeLimits = (
  ledger: Ledger,
  principal: Principal,
  cutoverId: string,
  assetId: string,
  given: AssetLimits,
  version: string,
): Promise<VersionedLimits> =>
  changeCutover(ledger, cutoverId, ({ body: cutover }, now) => {
    if (versioned(limitsOf(cutover, assetId)).version !== version)
      throw new StaleWriteError(`the limits of ${assetId} have changed since they were read`);
    const changed = withLimits(cutover, assetId, given);
    if (cutover.endedAt !== null)
      throw new MigrationError('conflict', `the cutover has ended (${cutover.status})`);
    const limits = limitsOf(changed, assetId);
    const summary = `Changed the transfer limits of ${assetId}`;
    const facts = { assetId, limits };
    const entry = { kind: 'limits.changed', actor: principal.name, summary, facts };
    return { change: { body: { ...changed, updatedAt: now }, log: [entry] }, result: versioned(limits) };
  });

const versioned = (limits: VersionedLimits['limits']): VersionedLimits => ({
  limits,
  version: sha256Hex(canonicalJson(limits)),
});

const limitsOf = ({ id, ...cutover }: Cutover, assetId: string): VersionedLimits['limits'] => {
  const known = { ...cutover.limits, ...cutover.databaseLimits };
  const limits = Object.hasOwn(known, assetId) ? known[assetId] : undefined;
  if (limits !== undefined) return limits;
  const names = Object.keys(known).join(', ') || 'none';
  throw new MigrationError(
    'not-found',
    `cutover ${id} has no asset ${assetId} with limits: there is ${names}`,
  );
};

const withLimits = (cutover: Cutover, assetId: string, given: AssetLimits): Cutover => {
  const { limits, databaseLimits } = cutover;
  return Object.hasOwn(limits, assetId)
    ? { ...cutover, limits: { ...limits, [assetId]: parsed(TransferLimits, assetId, given) } }
    : {
        ...cutover,
        databaseLimits: { ...databaseLimits, [assetId]: parsed(PostgresLimits, assetId, given) },
      };
};

const parsed = <T extends z.ZodRawShape>(
  schema: z.ZodObject<T>,
  assetId: string,
  given: AssetLimits,
): z.output<z.ZodObject<T>> => {
  const foreign = Object.keys(given).find((name) => !Object.hasOwn(schema.shape, name));
  if (foreign !== undefined)
    throw new MigrationError(
      'invalid-input',
      `asset ${assetId} has no limit ${foreign.slice(0, 100)}: it has ${Object.keys(schema.shape).join(', ')}`,
      { field: foreign },
    );
  return schema.parse(given);
};
