import { createHash, type Hash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * One SHA-256 over everything below a folder: names, kinds, modes, modification times, link targets, content. Equal hashes mean
 * that nothing a user could notice has changed.
 */
export function hashTree(root: string): string {
  const hash = createHash('sha256');
  addFolder(hash, Buffer.from(root), Buffer.byteLength(root));
  return hash.digest('hex');
}

function addFolder(hash: Hash, folder: Buffer, rootLength: number): void {
  const names = readdirSync(folder, { encoding: 'buffer' }).sort((a, b) => a.compare(b));
  for (const name of names) {
    const path = Buffer.concat([folder, Buffer.from('/'), name]);
    const stat = lstatSync(path, { bigint: true });
    hash.update(`${path.subarray(rootLength).toString('hex')} ${stat.mode} `);
    if (stat.isDirectory()) {
      hash.update('folder\n');
      addFolder(hash, path, rootLength);
    } else if (stat.isSymbolicLink()) hash.update(`link ${readlinkSync(path, 'buffer').toString('hex')}\n`);
    else hash.update(`file ${stat.size} ${stat.mtimeNs} `).update(readFileSync(path)).update('\n');
  }
}
