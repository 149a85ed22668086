import type { FilesStratum, FilesTrial } from '../../../contracts/copy-trial';
import type { FilesAsset } from '../../../contracts/workload';
import type { FilesContext } from '../files-context';
import { InFlight } from '../in-flight';
import { SMALL_FILE_BYTES } from '../read-file';
import { Slice } from '../slice';
import { SourceProblem, SourceRoot } from '../source-root';
import { walkInRuns } from '../walk-tree';
import { forecastFilesMs } from './forecast-files';
import { StratifiedSample, type Stratum } from './stratified-sample';
import { comesBackEqual, sendSample, type SentSample, type TrialJob } from './try-file';

const SURVEY_MS = 60_000;
const BUDGET_MS = 60_000;
const SHOWN_FAILURES = 5;

export interface TrialInput {
  readonly asset: FilesAsset;
  readonly transferId: string;
}

/** Sent nowhere else than here: no file of a source can meet it, and what lies there is the trial's. */
const trialPrefix = ({ asset, transferId }: TrialInput): string =>
  `${asset.prefix}.causeway-trial-${transferId}/`;

/**
 * Sends some files of every stratum to a place of their own on the target, as many requests at a time as the limits allow, reads
 * them back and compares, and tells from that how long the first pass will take (R81). The limits of the context are those of the
 * whole transfer. Null where a command waits. What it wrote stays until `removeTrial`.
 */
export async function tryFiles(context: FilesContext, input: TrialInput): Promise<FilesTrial | null> {
  const begun = performance.now();
  const root = await SourceRoot.open(input.asset.root);
  const failures = new Failures();
  const survey = await lookAt(context, root, { exclude: input.asset.exclude, failures });
  if (survey === null) return null;
  const surveyMs = performance.now() - begun;
  const { parallelSlices } = await context.limits();
  const strata: FilesStratum[] = [];
  let requestsInFlight = 1;
  const end = await Slice.run(context, BUDGET_MS, {
    work: async (slice) => {
      const target = context.blobs.container(input.asset.container);
      const job: TrialJob = { root, target, transferId: input.transferId, slice };
      for (const stratum of survey.strata)
        strata.push(await tryStratum(job, stratum, { input, parallelSlices, failures }));
      requestsInFlight = slice.concurrency * parallelSlices;
      return true;
    },
    record: async () => undefined,
  });
  if (end === 'interrupted') return null;
  return {
    ...{ strata, whole: survey.whole, requestsInFlight },
    files: strata.reduce((sum, { files }) => sum + files, 0),
    bytes: strata.reduce((sum, { bytes }) => sum + bytes, 0),
    ...{ failedItems: failures.count, failures: failures.first },
    durationMs: Math.round(performance.now() - begun),
    forecastMs: Math.round(surveyMs) + forecastFilesMs(strata),
  };
}

/** Removes what a trial of this transfer wrote, also one that was killed. */
export async function removeTrial({ blobs }: Pick<FilesContext, 'blobs'>, input: TrialInput): Promise<void> {
  const target = blobs.container(input.asset.container);
  const removing = new InFlight();
  for await (const { name, etag, metadata } of target.list(trialPrefix(input))) {
    if (metadata['causeway_transfer'] !== input.transferId) continue;
    await removing.add(
      () => REMOVED_AT_ONCE,
      0,
      async () => void (await target.remove(name, etag)),
    );
  }
  await removing.drain();
}

const REMOVED_AT_ONCE = 8;

class Failures {
  readonly first: { path: string; reason: string }[] = [];
  count = 0;

  add(path: string, reason: string): void {
    this.count += 1;
    if (this.first.length < SHOWN_FAILURES) this.first.push({ path, reason });
  }
}

interface Survey {
  readonly strata: readonly Stratum[];
  /** False: there was no time for the rest. */
  readonly whole: boolean;
}

async function lookAt(
  context: FilesContext,
  root: SourceRoot,
  { exclude, failures }: { readonly exclude: readonly string[]; readonly failures: Failures },
): Promise<Survey | null> {
  const sample = new StratifiedSample();
  const end = await Slice.run(context, SURVEY_MS, {
    work: async (slice) => {
      for await (const found of walkInRuns(root, { exclude })) {
        if (slice.over) return false;
        if (found.kind === 'file') sample.add(found.path, found.stat.sizeBytes);
        if (found.kind === 'run')
          for (const { path, stat } of found.files()) sample.add(path, stat.sizeBytes);
        if (found.kind === 'unreadable') failures.add(found.path, found.reason);
      }
      return true;
    },
    record: async () => undefined,
  });
  return end === 'interrupted' ? null : { strata: sample.strata(), whole: end === 'done' };
}

interface Trying {
  readonly input: TrialInput;
  readonly parallelSlices: number;
  readonly failures: Failures;
}

async function tryStratum(job: TrialJob, stratum: Stratum, trying: Trying): Promise<FilesStratum> {
  const { sample: _sample, ...known } = stratum;
  const begun = performance.now();
  const sent = await sendAll(job, stratum, trying);
  const sampledMs = performance.now() - begun;
  await compareAll(job, sent, trying.failures);
  return {
    ...known,
    sampledFiles: sent.length,
    sampledBytes: sent.reduce((sum, { bytes }) => sum + bytes, 0),
    sampledMs: sent.length === 0 ? 0 : Math.round(sampledMs),
  };
}

/** As the transfer will: small files side by side; of long ones as many as there are slices, each with its blocks side by side. */
async function sendAll(
  job: TrialJob,
  { sample, size, depth }: Stratum,
  { input, parallelSlices, failures }: Trying,
): Promise<SentSample[]> {
  const sent: SentSample[] = [];
  const sending = new InFlight();
  try {
    for (const [index, file] of sample.entries()) {
      // What is left out past its time makes the forecast coarser, not wrong.
      if (job.slice.over) break;
      const isSmall = file.sizeBytes <= SMALL_FILE_BYTES;
      const limit = () => parallelSlices * (isSmall ? job.slice.concurrency : 1);
      await sending.add(limit, isSmall ? file.sizeBytes : 0, async () => {
        try {
          sent.push(await sendSample(job, file, `${trialPrefix(input)}${size}-${depth}-${index}`));
        } catch (error) {
          if (!(error instanceof SourceProblem)) throw error;
          if (error.kind !== 'gone') failures.add(file.path, error.message);
        }
      });
    }
    await sending.drain();
  } finally {
    await sending.settle();
  }
  return sent;
}

async function compareAll(job: TrialJob, sent: readonly SentSample[], failures: Failures): Promise<void> {
  const comparing = new InFlight();
  try {
    for (const each of sent)
      await comparing.add(
        () => job.slice.concurrency,
        0,
        async () => {
          if (!(await comesBackEqual(job, each)))
            failures.add(each.path, 'came back otherwise than it was sent');
        },
      );
    await comparing.drain();
  } finally {
    await comparing.settle();
  }
}
