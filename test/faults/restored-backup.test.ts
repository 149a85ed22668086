import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { backupFolder } from '../../host/storage/backup/backup-folder';
import { checkFolder } from '../../host/storage/check/check-folder';
import { Causeway } from '../support/causeway';

describe('a data folder that is lost', () => {
  const causeway = new Causeway({});
  afterAll(() => causeway.stop());

  it('is replaced by a backup that was taken while a wave ran, and the wave goes on from there', async () => {
    await causeway.start();
    const workload = await causeway.makeWorkload({ id: 'saved' });
    const id = causeway.cutoverIdOf('half-way', workload);
    await causeway.beginWave('half-way', [workload]);
    await causeway.openGate(`cutover:${id}`, 'statement', 'notify');
    const copy = join(causeway.folder, 'backup');
    expect(await backupFolder(causeway.dataDir, copy)).toMatchObject({ kind: 'done' });
    await causeway.answer(`cutover:${id}`, 'statement', 'confirm', 'notify');
    await causeway.openGate(`cutover:${id}`, 'statement', 'standby');
    await causeway.kill();
    rmSync(causeway.dataDir, { recursive: true });
    cpSync(copy, causeway.dataDir, { recursive: true });

    await causeway.startHost();
    await causeway.openGate(`cutover:${id}`, 'statement', 'notify');
    await causeway.answer(`cutover:${id}`, 'statement', 'confirm', 'notify');
    await causeway.openGate(`cutover:${id}`, 'statement', 'standby');
    await causeway.log('cutovers', id);
    expect(checkFolder(causeway.dataDir)).toMatchObject({ isRunning: true, findings: [] });
  });
});
