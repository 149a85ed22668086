import { FilesTrial } from '../../shared/contracts/copy-trial';
import type { FilesAsset } from '../../shared/contracts/workload';
import { keepTrial, megabytes, readTrial, seconds } from './kept-trial';
import type { StepContext } from './step';

/** Puts what the first pass took beside what its sample had forecast; facts for its evidence. */
export const compareWithFilesTrial = async (
  context: StepContext,
  asset: FilesAsset,
  { pass, durationMs }: { readonly pass: number; readonly durationMs: number },
): Promise<{ readonly forecastMs?: number }> => {
  if (pass !== 1) return {};
  const kept = await readTrial(context, asset.id);
  const trial = FilesTrial.safeParse(kept?.details['trial']).data;
  if (trial === undefined) return {};
  await keepFilesTrial(context, asset, { ...trial, tookMs: durationMs });
  return { forecastMs: trial.forecastMs };
};

export const keepFilesTrial = (context: StepContext, asset: FilesAsset, trial: FilesTrial): Promise<void> =>
  keepTrial(context, asset.id, {
    ...{ ok: trial.failedItems === 0, summary: wordsOf(trial), details: { trial: { ...trial } } },
  });

const wordsOf = (trial: FilesTrial): string => {
  const { strata, files, bytes, requestsInFlight, durationMs, forecastMs } = trial;
  const sampledFiles = strata.reduce((sum, stratum) => sum + stratum.sampledFiles, 0);
  const sampledBytes = strata.reduce((sum, stratum) => sum + stratum.sampledBytes, 0);
  const sample = `a sample of ${megabytes(sampledBytes)} of ${sampledFiles} files was copied in ${seconds(durationMs)} and read back`;
  const failed = trial.failedItems === 0 ? '' : `, items that failed: ${trial.failedItems}`;
  const all = trial.whole ? 'all files' : 'the files there was time to count';
  const forecast = `${all}, ${files} of ${megabytes(bytes)}, should take ${seconds(forecastMs)} by ${requestsInFlight} requests at a time`;
  return `${sample}${failed}: ${forecast}${trial.tookMs === undefined ? '' : `; it took ${seconds(trial.tookMs)}`}`;
};
