import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const KINDS = /\.(md|txt|js|ts|json|map|css|html|d\.ts)$/;
/** Names that Causeway writes as they are, so that they need no encoding here. */
const PLAIN_PATH = /^[A-Za-z0-9_@][A-Za-z0-9_@./ +-]*[A-Za-z0-9_]$/;
const MAX_SIZE_BYTES = 512 << 10;
const MAX_FILES_A_FOLDER = 12;

/**
 * That many documentation and source files below a folder, by relative path, the same every time while the folder is the same.
 * A seed starts at another place, so that two seeds have few in common. Few are taken from each folder, for variety.
 */
export function listSources(from: string, count: number, seed: number): string[] {
  const packages = namesIn(from).filter((name) => !name.startsWith('.'));
  const start = Math.floor((seed * packages.length) / 2) % Math.max(packages.length, 1);
  const found: string[] = [];
  for (const name of [...packages.slice(start), ...packages.slice(0, start)]) {
    collect(from, name, count, found);
    if (found.length >= count) break;
  }
  return found;
}

function collect(from: string, path: string, count: number, found: string[]): void {
  let taken = 0;
  const folders: string[] = [];
  for (const entry of readdirSync(join(from, path), { withFileTypes: true }).sort(byName)) {
    const child = `${path}/${entry.name}`;
    if (entry.isDirectory()) folders.push(child);
    else if (entry.isFile() && taken < MAX_FILES_A_FOLDER && found.length < count && isWanted(from, child)) {
      found.push(child);
      taken += 1;
    }
  }
  for (const folder of folders) if (found.length < count) collect(from, folder, count, found);
}

const isWanted = (from: string, path: string): boolean =>
  KINDS.test(path) && PLAIN_PATH.test(path) && statSync(join(from, path)).size <= MAX_SIZE_BYTES;

const namesIn = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();

const byName = (a: { name: string }, b: { name: string }): number => (a.name < b.name ? -1 : 1);
