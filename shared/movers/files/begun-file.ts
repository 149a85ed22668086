import { createHash, type Hash } from 'node:crypto';
import type { FileStat } from './source-root';

/** Readings that wait for their next slice; more than slices run side by side, few enough to hold their block ids. */
const MAX_WAITING = 16;

/** How far a large file was read: its hashes so far, and the ids of the blocks before `offset`. */
export interface Reading {
  /** To send it, or to compare it with a blob that should have the same content. */
  readonly purpose: 'send' | 'compare';
  readonly stat: FileStat;
  readonly md5: Hash;
  readonly sha256: Hash;
  readonly blockIds: string[];
  offset: number;
}

/** A slice ended before the file did: the next one goes on with it. */
export class FileUnfinished extends Error {
  override readonly name = 'FileUnfinished';
}

export const beginReading = (purpose: Reading['purpose'], stat: FileStat): Reading => ({
  purpose,
  stat,
  md5: createHash('md5'),
  sha256: createHash('sha256'),
  blockIds: [],
  offset: 0,
});

/**
 * Hashes can't be written down half done, so they wait in this process. Where it is gone the file is read again from its start, as
 * far as it was sent without sending it: the service has the blocks, and their ids tell their content.
 */
const waiting = new Map<string, Reading>();

export function keepReading(key: string, reading: Reading): void {
  waiting.set(key, reading);
  for (const oldest of waiting.keys()) {
    if (waiting.size <= MAX_WAITING) return;
    waiting.delete(oldest);
  }
}

/** Null where none waits, or the file is another version by now. Whoever takes it has it alone. */
export function takeReading(key: string, stat: FileStat): Reading | null {
  const reading = waiting.get(key);
  waiting.delete(key);
  return reading !== undefined && isSameVersion(reading.stat, stat) ? reading : null;
}

const isSameVersion = (a: FileStat, b: FileStat): boolean =>
  a.sizeBytes === b.sizeBytes && a.mtimeNs === b.mtimeNs && a.ctimeNs === b.ctimeNs && a.inode === b.inode;
