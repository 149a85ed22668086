import type { z } from 'zod';
import type { Cutover } from '../contracts/cutover';
import { MigrationError } from '../contracts/errors';
import type { AssetLimits } from '../contracts/limits';
import { PostgresLimits } from '../contracts/postgres';
import type { Principal } from '../contracts/principal';
import { TransferLimits } from '../contracts/transfer';
import { changeCutover, readCutover } from './cutovers';
import type { Ledger } from './ledger';

/**
 * Changes an asset's limits while it moves (R123 R131); slices take them up at their next checkpoint. What is not given is as if it
 * had never been set. `invalid-input` where the asset has no such limit.
 */
export const changeLimits = async (
  ledger: Ledger,
  principal: Principal,
  cutoverId: string,
  assetId: string,
  given: AssetLimits,
): Promise<Cutover> => {
  await changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const changed = withLimits(cutover, assetId, given);
    if (cutover.endedAt !== null)
      throw new MigrationError('conflict', `the cutover has ended (${cutover.status})`);
    const limits = changed.limits[assetId] ?? changed.databaseLimits?.[assetId] ?? {};
    const summary = `Changed the transfer limits of ${assetId}`;
    const facts = { assetId, limits };
    const entry = { kind: 'limits.changed', actor: principal.name, summary, facts };
    return { change: { body: { ...changed, updatedAt: now }, log: [entry] }, result: undefined };
  });
  return (await readCutover(ledger, cutoverId)).body;
};

const withLimits = (cutover: Cutover, assetId: string, given: AssetLimits): Cutover => {
  const { limits, databaseLimits } = cutover;
  if (limits[assetId])
    return { ...cutover, limits: { ...limits, [assetId]: parsed(TransferLimits, assetId, given) } };
  if (databaseLimits?.[assetId])
    return {
      ...cutover,
      databaseLimits: { ...databaseLimits, [assetId]: parsed(PostgresLimits, assetId, given) },
    };
  throw new MigrationError('not-found', `cutover ${cutover.id} has no asset ${assetId} with transfer limits`);
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
