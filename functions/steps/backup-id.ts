import { sha256Hex } from '../../shared/domain/hash';
import { transferIdOf } from './files';

/** Where a cutover's backup of one asset lies, and its journal. Hyphens are part of ids too: the hash tells `a-b`, `c` from `a`, `b-c`. */
export const backupIdOf = (cutoverId: string, assetId: string): string => {
  const transferId = transferIdOf(cutoverId, assetId);
  return `backup-${transferId.replaceAll('.', '-')}-${sha256Hex(transferId).slice(0, 12)}`;
};
