import type { ItemResult, PassSummary } from '../../contracts/transfer';
import type { Journal } from '../../ports/journal';
import type { FileStat } from './source-root';

/** What the target holds of one file since some pass: the version of the source it came from and the version it became. */
export interface TargetState {
  readonly path: string;
  readonly stat: FileStat;
  /** Base64. */
  readonly md5: string;
  /** Hex. */
  readonly sha256: string;
  readonly etag: string;
  /** False where the file was so fresh that a later write might not show in its times: the next pass hashes it. */
  readonly settled: boolean;
}

/** Files of one folder whose states follow each other, all of them settled. */
export interface StateRun {
  /** Of the first. */
  readonly path: string;
  /** Where its state is. */
  readonly from: number;
  readonly items: number;
  /** Of their names and facts (`run-digest.ts`). */
  readonly digest: string;
}

/** What a pass has to do about one path, in the order of `comparePaths`. */
export type DecidedLine =
  | {
      readonly action: 'copy';
      readonly path: string;
      readonly stat: FileStat;
      readonly note: string | null;
      readonly prior: TargetState | null;
      /** A verification found the target's copy wrong, so what the journal knows of it counts for nothing. */
      readonly doubted: boolean;
    }
  /** As before: nothing to do. */
  | { readonly action: 'keep'; readonly path: string; readonly prior: TargetState }
  /** Not seen because its folder can't be read: neither kept nor gone. */
  | { readonly action: 'unknown'; readonly path: string; readonly prior: TargetState }
  /** Tombstone. */
  | { readonly action: 'delete'; readonly path: string; readonly prior: TargetState }
  | {
      readonly action: 'report';
      readonly path: string;
      readonly result: ItemResult;
      readonly sizeBytes: number;
      readonly reason: string;
    };

/** As they are written down: files in a row that stayed as they were are one line, the last of them gives its path. */
export type ItemLine =
  | DecidedLine
  | {
      readonly action: 'same';
      readonly path: string;
      /** The first of them in the state that the pass was compared with. */
      readonly from: number;
      readonly items: number;
      readonly bytes: number;
    };

export type CopyItem = Extract<ItemLine, { action: 'copy' }>;
export type DeleteItem = Extract<ItemLine, { action: 'delete' }>;

/** How a copy or a deletion ended. `state` is what the target holds now, null where nothing of ours. */
export interface ResultLine {
  readonly path: string;
  readonly result: ItemResult;
  readonly state: TargetState | null;
  readonly attempts: number;
  readonly reason: string | null;
  /** Bytes that went to the target. */
  readonly sentBytes: number;
  readonly at: string;
}

/** What an enumeration found. */
export interface PassContent {
  readonly parts: number;
  /** Files that belong on the target, and their apparent size. */
  readonly items: number;
  readonly bytes: number;
  /** Those of them that look new or changed. */
  readonly changedItems: number;
  readonly changedBytes: number;
  readonly deletes: number;
}

/**
 * Segment names of one pass; a later pass drops `items`, `results`, `deletions` and `state` of the ones before. Each enumeration
 * of a pass has its own `work`, so that two never mix; the pass has one end.
 */
export const segments = (pass: number, generation = 1) => {
  const base = String(pass).padStart(5, '0');
  const again = `${base}/again-`;
  const own = generation === 1 ? base : `${again}${String(generation).padStart(5, '0')}`;
  const numbered = (kind: string, part: number) => `${own}/${kind}/${String(part).padStart(6, '0')}`;
  const names = {
    started: `${own}/started`,
    items: (part: number) => numbered('items', part),
    results: (part: number) => numbered('results', part),
    content: `${own}/content`,
    deletions: `${own}/deletions`,
    before: `${own}/before`,
    state: `${base}/state`,
    log: `${base}/log`,
    summary: `${base}/summary`,
    allItems: `${own}/items/`,
    allResults: `${own}/results/`,
  };
  const { started, allItems, allResults, content, deletions, before } = names;
  return { ...names, again, work: [content, started, allItems, allResults, deletions, before] };
};

/** Digests of the files of a state segment that follow each other; it begins with the state's name, so that both are dropped together. */
export const runsOf = (state: string): string => `${state}-runs`;

/** Where the state is written down that an enumeration compares the source with. */
export const baselineOf = (pass: number, generation = 1): string =>
  generation === 1 ? segments(pass - 1).state : segments(pass, generation).before;

/** How many lines of the state before an enumeration is past after that line. */
export function baselineAdvance(line: ItemLine): number {
  if (line.action === 'same') return line.items;
  return line.action !== 'report' && line.prior !== null ? 1 : 0;
}

/** The lines of one part, one for each path. */
export async function* decidedLines(
  journal: Journal,
  transferId: string,
  { pass, generation, part }: { readonly pass: number; readonly generation?: number; readonly part: number },
): AsyncGenerator<DecidedLine> {
  const { items } = segments(pass, generation);
  for await (const line of readLines<ItemLine>(journal, transferId, items(part))) {
    if (line.action !== 'same') {
      yield line;
      continue;
    }
    let left = line.items;
    const before = baselineOf(pass, generation);
    for await (const prior of readLines<TargetState>(journal, transferId, before, line.from)) {
      yield { action: 'keep', path: prior.path, prior };
      left -= 1;
      if (left === 0) break;
    }
  }
}

/** Which folder the source is, since the first pass. */
export const ROOT = 'root';

/** Paths whose copy a verification found wrong: the next pass copies them whatever their times say. */
export const DOUBTED = 'doubted';

/** Lines of a segment that only this folder writes, hence of the type it wrote. */
export const readLines = <T>(
  journal: Pick<Journal, 'read'>,
  journalId: string,
  segment: string,
  from = 0,
): AsyncIterable<T> => journal.read(journalId, segment, from) as AsyncIterable<T>;

/** The only line of a segment, null where it was not written yet. */
export async function readOnly<T>(journal: Journal, journalId: string, segment: string): Promise<T | null> {
  for await (const line of readLines<T>(journal, journalId, segment)) return line;
  return null;
}

export const readSummary = (journal: Journal, transferId: string, pass: number) =>
  readOnly<PassSummary>(journal, transferId, segments(pass).summary);
