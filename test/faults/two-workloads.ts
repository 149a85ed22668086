// A wave of two workloads with about 300 files between them: one arrives, the other fails its checks after the redirection and
// is rolled back.
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { filePathOf } from '../../clients/demo/item-path';
import { hashTree } from '../../clients/demo/tree-hash';
import type { Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

export const WAVE = 'storm';
/** Beyond what the mover puts in one request: a kill can fall inside it. */
const LARGE_BYTES = 9 << 20;

export interface TwoWorkloads {
  readonly arriving: TestWorkload;
  readonly returning: TestWorkload;
  /** Everything a user could notice of the returning workload's folder, before the wave. */
  readonly returningTree: string;
}

export async function makeTwoWorkloads(causeway: Causeway, files = 150): Promise<TwoWorkloads> {
  const arriving = await causeway.makeWorkload({ id: 'arriving', files });
  const returning = await causeway.makeWorkload({ id: 'returning', files, breakTarget: true });
  addFile(arriving, 'large/recording.bin', Buffer.alloc(LARGE_BYTES, 'Causeway'));
  addFile(arriving, 'unicode/日本語 %25 # ?.txt', Buffer.from('an awkward name'));
  addFile(returning, 'empty/nothing', Buffer.alloc(0));
  return { arriving, returning, returningTree: hashTree(returning.root) };
}

function addFile(workload: TestWorkload, path: string, content: Buffer): void {
  const place = filePathOf(workload.root, path);
  mkdirSync(dirname(place.toString()), { recursive: true });
  writeFileSync(place, content);
  const sha256 = createHash('sha256').update(content).digest('hex');
  workload.files.push({ path, sizeBytes: content.length, sha256 });
}
