import type { FilesAsset } from '../../../contracts/workload';
import type { BlobProperties } from '../../../ports/blob-target';
import type { Journal } from '../../../ports/journal';
import { readLines, readSummary, segments, type TargetState } from '../pass-journal';

export interface BringBackInput {
  /** Its root is where files come back to, its container and prefix are where they come from. */
  readonly asset: FilesAsset;
  /** The transfer that moved them there: what it left is what both sides had when users moved. */
  readonly transferId: string;
  /** Names this failback. Letters, digits, dashes. */
  readonly failbackId: string;
  /** 1, 2, …; a greater one begins from what the ones before did, finished or not. */
  readonly pass: number;
}

/** What changed on the target since both sides were equal. */
export type BackLine =
  | {
      readonly action: 'write';
      readonly path: string;
      readonly blob: BlobProperties;
      /** What the file is expected to be; null: not there. */
      readonly prior: TargetState | null;
    }
  | { readonly action: 'delete'; readonly path: string; readonly prior: TargetState };

/** What a listing of the target found. */
export interface BackContent {
  readonly items: number;
  readonly bytes: number;
  readonly writes: number;
  readonly deletes: number;
  /** Blobs whose name no file can have here; they are in the log. */
  readonly unsupported: number;
  /** Files that both sides had before. */
  readonly known: number;
}

/** Segment names of one pass back. `state` is what both sides have after it, in no order. */
export const backSegments = (failbackId: string, pass: number) => {
  const base = `back/${failbackId}/${String(pass).padStart(5, '0')}`;
  const bucket = (kind: string, number: number) => `${base}/work/${kind}/${String(number).padStart(6, '0')}`;
  return {
    work: `${base}/work/`,
    blobs: (number: number) => bucket('blobs', number),
    known: (number: number) => bucket('known', number),
    started: `${base}/started`,
    deletes: `${base}/deletes`,
    writes: `${base}/writes`,
    content: `${base}/content`,
    results: `${base}/results`,
    kept: `${base}/kept`,
    state: `${base}/state`,
    log: `${base}/log`,
    summary: `${base}/summary`,
  };
};

/** Where what both sides had before this pass is written down. */
export async function knownSegment(
  journal: Journal,
  { transferId, failbackId, pass }: BringBackInput,
): Promise<string> {
  for (let earlier = pass - 1; earlier > 0; earlier -= 1) {
    const { summary, state } = backSegments(failbackId, earlier);
    if ((await journal.length(transferId, summary)) > 0) return state;
  }
  let last = 1;
  while ((await readSummary(journal, transferId, last + 1)) !== null) last += 1;
  return segments(last).state;
}

/** What a pass has to do, deletions first, without the first so many. */
export async function* backLines(
  journal: Journal,
  { transferId, failbackId, pass }: BringBackInput,
  from: number,
): AsyncGenerator<BackLine> {
  const { deletes, writes } = backSegments(failbackId, pass);
  const deletions = await journal.length(transferId, deletes);
  if (from < deletions) yield* readLines<BackLine>(journal, transferId, deletes, from);
  yield* readLines<BackLine>(journal, transferId, writes, Math.max(0, from - deletions));
}
