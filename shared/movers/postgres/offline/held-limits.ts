import { StaleWriteError } from '../../../contracts/errors';
import type { PostgresLimits } from '../../../contracts/postgres';
import type { HeldLimits } from '../../../contracts/transfer';
import type { OfflineContext } from './offline-context';
import { passSegments, readAll } from './offline-journal';

/** The same context; whatever limits hold while it is used are written down for the pass, each once when it begins to hold (R131). */
export function notingLimits(context: OfflineContext, pass: number): OfflineContext {
  let noted: PostgresLimits | null = null;
  const limits = async (): Promise<PostgresLimits> => {
    const now = await context.limits();
    if (noted === null || !isSame(noted, now)) await note(context, pass, now);
    noted = now;
    return now;
  };
  return { ...context, limits, progress: (progress) => context.progress(progress) };
}

/** What held while the pass was made, each since when. */
export const heldLimits = (
  { journal, migrationId }: OfflineContext,
  pass: number,
): Promise<readonly HeldLimits[]> => readAll<HeldLimits>(journal, migrationId, passSegments(pass).limits);

const isSame = (one: Rates | undefined, other: Rates): boolean =>
  one?.copyWorkers === other.copyWorkers && one.bytesPerSecond === other.bytesPerSecond;

type Rates = Pick<HeldLimits, 'copyWorkers' | 'bytesPerSecond'>;

async function note(context: OfflineContext, pass: number, limits: PostgresLimits): Promise<void> {
  const { clock, journal, migrationId } = context;
  const held = await heldLimits(context, pass);
  if (isSame(held.at(-1), limits)) return;
  const { copyWorkers, bytesPerSecond } = limits;
  const line: HeldLimits = { since: clock.now().toISOString(), copyWorkers, bytesPerSecond };
  try {
    await journal.append(migrationId, passSegments(pass).limits, held.length, [line]);
  } catch (error) {
    // Another stream saw the same and was first.
    if (!(error instanceof StaleWriteError)) throw error;
  }
}
