import type { VerificationTrial } from '../../../contracts/postgres-verification';

export type Stratum = VerificationTrial['strata'][number];

const SMALL_BYTES = 8 * 2 ** 20;
const MEDIUM_BYTES = 256 * 2 ** 20;

export const STRATA = ['small', 'medium', 'large'] as const;

export const stratumOf = (bytes: number): Stratum['stratum'] =>
  bytes <= SMALL_BYTES ? 'small' : bytes <= MEDIUM_BYTES ? 'medium' : 'large';

/**
 * How long reading everything takes by what a sample of each size class took (R81). Small tables cost by their number, as each is
 * hardly more than its round trips; others by their bytes. A class that nothing was sampled of counts as the next one that was.
 */
export function forecastMs(strata: readonly Stratum[]): number {
  const sampled = strata.filter(({ sampledTables }) => sampledTables > 0);
  const total = strata.reduce((sum, stratum) => {
    const model = stratum.sampledTables > 0 ? stratum : sampled.at(-1);
    if (model === undefined || stratum.tables === 0) return sum;
    const byTable = (stratum.tables * model.sampledMs) / model.sampledTables;
    if (stratum.stratum === 'small' && model === stratum) return sum + byTable;
    return sum + (model.sampledBytes > 0 ? (stratum.bytes * model.sampledMs) / model.sampledBytes : byTable);
  }, 0);
  return Math.round(total);
}

/** `count` of them, evenly over the sizes, the largest among them: a sample that the smallest dominate tells nothing of the rest. */
export function spread<T extends { readonly bytes: number }>(tables: readonly T[], count: number): T[] {
  const bySize = tables.toSorted((a, b) => b.bytes - a.bytes);
  if (bySize.length <= count) return bySize;
  return Array.from(
    { length: count },
    (_, index) => bySize[Math.floor((index * bySize.length) / count)],
  ).filter((table) => table !== undefined);
}
