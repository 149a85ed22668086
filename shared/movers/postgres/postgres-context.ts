import type { PostgresAsset, PostgresLimits } from '../../contracts/postgres';
import type { Clock } from '../../ports/clock';
import type { Journal } from '../../ports/journal';
import type { WorkClaim } from '../../ports/worker';

/** What the mover works with for one database of one migration. */
export interface PostgresContext {
  readonly asset: PostgresAsset;
  /** `<cutover>.<asset>`: names the journal, and everything made in the databases. */
  readonly migrationId: string;
  /** Connection strings, with passwords: never part of a log, an event, a journal line or an error. */
  readonly source: string;
  readonly target: string;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly claim: WorkClaim;
  /** Read again at every checkpoint. */
  limits(): Promise<PostgresLimits>;
}

/** Which side serves: at first the source, after a cutover the target, after a failback the source again. */
export type Direction = 'forward' | 'back';
