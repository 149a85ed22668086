import type { BlobProperties, BlobTarget } from '../../ports/blob-target';
import type { ContentHashes } from './blob-mark';
import type { Pace } from './slice';
import type { SourceRoot } from './source-root';

/** What all files of a slice have in common. */
export interface CopyJob {
  readonly root: SourceRoot;
  readonly target: BlobTarget;
  readonly prefix: string;
  readonly transferId: string;
  readonly slice: Pace;
  /** Bytes of the source dealt with, whether sent or found there already. */
  advance(bytes: number): void;
}

/** What one write of a file came to. */
export interface Written {
  readonly blob: BlobProperties;
  readonly hashes: ContentHashes;
  readonly sent: 'content' | 'metadata' | 'nothing';
}
