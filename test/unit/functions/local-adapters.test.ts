import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAdapters } from '../../../functions/local-adapters';
import { readSettings } from '../../../functions/settings';

describe('the adapters of one machine', () => {
  it('name the setting when the connection string of the storage account is none', () => {
    const folder = mkdtempSync(join(tmpdir(), 'causeway-adapters-'));
    try {
      const settings = readSettings({ CAUSEWAY_DATA: folder, CAUSEWAY_BLOB_CONNECTION: 'rubbish' });
      expect(() => openAdapters(settings)).toThrow(
        'app setting CAUSEWAY_BLOB_CONNECTION is not the connection string of a storage account',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
