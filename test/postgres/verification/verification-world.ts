/** A mover's surroundings around two real databases, and whole verifications of them. */
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import type { CriticalReport } from '../../../shared/contracts/postgres';
import type { VerificationReport } from '../../../shared/contracts/postgres-verification';
import type { PostgresContext } from '../../../shared/movers/postgres/postgres-context';
import type { VerificationInput } from '../../../shared/movers/postgres/verification/verification-input';
import { verifyDatabase } from '../../../shared/movers/postgres/verification/verify-database';
import type { DatabasePair } from '../../support/postgres/database-pair';

interface Surroundings {
  readonly reports?: readonly CriticalReport[];
  readonly more?: Partial<PostgresContext>;
}

export function contextOf(
  { context }: DatabasePair,
  { reports = [], more = {} }: Surroundings = {},
): PostgresContext {
  return {
    ...context,
    asset: { ...context.asset, reports: [...reports] },
    journal: new SqliteJournal(':memory:'),
    clock: { now: () => new Date() },
    ...more,
  };
}

/** Call after call until it is done. */
export async function verify(
  context: PostgresContext,
  input: Partial<VerificationInput> = {},
): Promise<VerificationReport> {
  for (;;) {
    const result = await verifyDatabase(context, { epoch: 0, mode: 'final', budgetMs: 60_000, ...input });
    if (result.end === 'done') return result.report;
    if (result.end === 'interrupted' || result.pausedBy !== null) throw new Error(JSON.stringify(result));
  }
}
