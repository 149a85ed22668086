import type { Journal } from '../../../ports/journal';

/** Segment names of one pass, below those of the migration. */
export const passSegments = (pass: number) => {
  const base = `offline/${String(pass).padStart(5, '0')}`;
  return {
    /** Where the source stood before its first row was read. */
    started: `${base}/started`,
    pieces: (part: number) => `${base}/parts/${String(part).padStart(6, '0')}`,
    allPieces: `${base}/parts/`,
    content: `${base}/content`,
    limits: `${base}/limits`,
    summary: `${base}/summary`,
  };
};

/** What a fence changed, and whether it stands. */
export const FENCE = 'offline/fence';

/** Lines of a segment that only this folder writes, hence of the type it wrote. */
export async function readAll<T>(
  journal: Journal,
  journalId: string,
  segment: string,
): Promise<readonly T[]> {
  const lines: T[] = [];
  for await (const line of journal.read(journalId, segment)) lines.push(line as T);
  return lines;
}

/** The only line of a segment, null where it was not written yet. */
export async function readOnly<T>(journal: Journal, journalId: string, segment: string): Promise<T | null> {
  for await (const line of journal.read(journalId, segment)) return line as T;
  return null;
}

/** Indexes that were taken away from the target for as long as rows are copied. */
export const SET_ASIDE = 'offline/set-aside';
