import type { ManifestLine } from './backup-manifest';
import type { FileStat } from './source-root';
import type { WalkEntry } from './walk-entry';

export const ownerOf = ({ mode, mtimeNs, uid, gid }: FileStat) => ({ mode, mtimeNs, uid, gid });

/** The manifest's line for what has no content of its own. */
export function withoutContent(
  entry: Exclude<WalkEntry, { kind: 'file' | 'unreadable' }>,
): Extract<ManifestLine, { kind: 'folder' | 'link' | 'omitted' }> {
  const { path } = entry;
  switch (entry.kind) {
    case 'folder':
      return { kind: 'folder', path, ...ownerOf(entry.stat) };
    case 'link':
      return { kind: 'link', path, ...ownerOf(entry.stat), target: entry.target.toString('base64') };
    case 'special':
      return { kind: 'omitted', path, reason: `${entry.what}: has no content` };
    case 'excluded':
      return { kind: 'omitted', path, reason: 'excluded by the plan' };
  }
}
