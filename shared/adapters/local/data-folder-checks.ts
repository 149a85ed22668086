import { statfs } from 'node:fs/promises';
import { failed, ok, warning, type Check } from '../../ports/check';

const GIB = 2 ** 30;
/** SQLite stops at a full disk, and everything with it. */
const FAILED_BELOW_BYTES = 0.5 * GIB;
const WARNING_BELOW_BYTES = 5 * GIB;

/** Whether the disk of the data folder has room: journals and histories grow with every wave. */
export const freeDiskCheck = (folder: string): Check => ({
  name: 'free-disk',
  mend: 'Make room on that disk, or move the data folder (CAUSEWAY_DATA) to a larger one while the service is stopped.',
  run: async () => {
    const { bavail, bsize } = await statfs(folder);
    const freeBytes = bavail * bsize;
    const detail = `${(freeBytes / GIB).toFixed(1)} GiB free below ${folder}`;
    if (freeBytes < FAILED_BELOW_BYTES) return failed(detail);
    return freeBytes < WARNING_BELOW_BYTES ? warning(detail) : ok(detail);
  },
});
