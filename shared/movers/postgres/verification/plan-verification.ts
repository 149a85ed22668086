import type { VerificationPlan } from '../../../contracts/postgres-verification';
import type { PostgresContext } from '../postgres-context';
import { openDatabases, type OpenDatabases } from './open-comparison';
import { pairTables, type PairedTables } from './pair-tables';
import { readTables } from './table-facts';
import { trySample } from './try-sample';
import type { VerificationInput } from './verification-input';
import { VerificationJournal } from './verification-journal';

/**
 * Lists what will be compared and reads a stratified sample of it, for a forecast (R81). Once planned, the same plan comes back:
 * tables made later are seen by another round.
 */
export async function planVerification(
  context: PostgresContext,
  input: VerificationInput,
): Promise<VerificationPlan> {
  const journal = new VerificationJournal(context.journal, context.migrationId, input);
  const planned = await journal.plan();
  if (planned !== null) return planned.plan;
  const startedAt = context.clock.now().toISOString();
  const databases = await openDatabases(context, input);
  try {
    const { pairs, findings } = await pairedTables(databases, context.asset.schemas);
    const plan: VerificationPlan = {
      tables: pairs.length,
      rows: pairs.reduce((sum, { rows }) => sum + rows, 0),
      bytes: pairs.reduce((sum, { bytes }) => sum + bytes, 0),
      trial: await trySample(databases, pairs, input.mode),
    };
    await journal.writePlan(pairs, { plan, findings, startedAt });
    return plan;
  } finally {
    await databases.close();
  }
}

/** The tables of both sides as they are now. */
export async function pairedTables(
  { leader, follower }: OpenDatabases,
  schemas: readonly string[],
): Promise<PairedTables> {
  const [ours, theirs] = await Promise.all([readTables(leader, schemas), readTables(follower, schemas)]);
  return leader.side === 'source'
    ? pairTables({ source: ours, target: theirs }, 'source')
    : pairTables({ source: theirs, target: ours }, 'target');
}
