import type { FilesStratum } from '../../../contracts/copy-trial';

/**
 * How long sending all of it takes by what the samples took (R81). Tiny files cost by their number, as each is hardly more than its
 * request; others by their bytes. A stratum that nothing was sampled of counts as one of the same size class, or else as any.
 */
export function forecastFilesMs(strata: readonly FilesStratum[]): number {
  const sampled = strata.filter(({ sampledFiles }) => sampledFiles > 0);
  const total = strata.reduce((sum, stratum) => {
    const { size, files, bytes } = stratum;
    const own = stratum.sampledFiles > 0 ? stratum : undefined;
    const model = own ?? sampled.find((other) => other.size === size) ?? sampled.at(-1);
    if (model === undefined) return sum;
    const byNumber = (files * model.sampledMs) / model.sampledFiles;
    if (model.size === 'tiny' || model.sampledBytes === 0) return sum + byNumber;
    return sum + (bytes * model.sampledMs) / model.sampledBytes;
  }, 0);
  return Math.round(total);
}
