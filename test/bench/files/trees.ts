import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';

const FILES_A_FOLDER = 1_000;
const MEBIBYTE = 2 ** 20;

/** A sequence of numbers in [0, 1) that the seed decides (mulberry32). */
export const seeded = (seed: number) => (): number => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), seed | 1);
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};

/** Calls `write` for that many paths, a thousand to a folder, two folders deep. */
function eachPath(root: string, count: number, write: (file: string) => void): void {
  for (let made = 0; made < count; made += 1) {
    const folder = Math.floor(made / FILES_A_FOLDER);
    const name = path.join(root, String(Math.floor(folder / 32)), `folder-${folder}`);
    if (made % FILES_A_FOLDER === 0) mkdirSync(name, { recursive: true });
    write(path.join(name, `file-${String(made % FILES_A_FOLDER).padStart(4, '0')}.txt`));
  }
}

/** Empty files: what an enumeration costs does not depend on their content. */
export const makeEmptyFiles = (root: string, count: number): void =>
  eachPath(root, count, (file) => closeSync(openSync(file, 'w')));

/** Files of 1 to 16 KiB. */
export function makeSmallFiles(root: string, count: number, seed: number): void {
  const random = seeded(seed);
  const noise = randomBytes(64 * 1_024, random);
  eachPath(root, count, (file) => {
    const at = Math.floor(random() * 48 * 1_024);
    writeFileSync(file, noise.subarray(at, at + 1_024 + Math.floor(random() * 15 * 1_024)));
  });
}

/** One file; each mebibyte differs from the others. */
export function makeLargeFile(root: string, mebibytes: number, seed: number): void {
  mkdirSync(root, { recursive: true });
  const piece = randomBytes(MEBIBYTE, seeded(seed));
  const file = openSync(path.join(root, 'large'), 'w');
  for (let number = 0; number < mebibytes; number += 1) {
    piece.writeUInt32LE(number);
    writeSync(file, piece);
  }
  closeSync(file);
}

export function randomBytes(count: number, random: () => number): Buffer {
  const bytes = Buffer.alloc(count);
  for (let at = 0; at < count; at += 4) bytes.writeUInt32LE(Math.floor(random() * 2 ** 32), at);
  return bytes;
}
