import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { compareWithBackup } from '../../../../functions/steps/backup';
import { backupIdOf } from '../../../../functions/steps/backup-id';
import { endStage, beginStage } from '../../../../shared/ledger/stages';
import { offline } from '../../../../orchestrations/itineraries/offline';
import { writeTree } from '../../../support/files-transfer';
import { StepUnderTest } from '../../../support/step-under-test';

it('R98 names backups so that no two assets of any workloads share one', () => {
  expect(backupIdOf('w--shop', 'web-files')).toMatch(/^backup-w--shop-web-files-[0-9a-f]{12}$/);
  expect(backupIdOf('w--shop', 'web-files')).not.toBe(backupIdOf('w--shop-web', 'files'));
});

describe('a backup', () => {
  let under: StepUnderTest;
  afterEach(() => under.stop());

  it('R56 R98 is what a rollback compares the source with, also when it is repeated', async () => {
    under = await StepUnderTest.start();
    await writeTree(under.asset.root, { a: '1', 'folder/b': '2' });
    const backup = await under.perform('backup', 1, 'backUpSource');
    if (backup.kind !== 'done') throw new Error(JSON.stringify(backup));
    const { ledger } = under.under;
    const before = offline.stages.findIndex(({ name }) => name === 'backup');
    for (const { name } of offline.stages.slice(0, before + 1)) {
      await beginStage(ledger, under.cutoverId, name);
      await endStage(ledger, under.cutoverId, name, backup);
    }
    const compare = async (key: string) => {
      const context = await under.context('startSource', {});
      return compareWithBackup({ ...context, order: { ...context.order, key } });
    };
    expect(await compare('first')).toEqual({ kind: 'unchanged', compared: ['files'] });
    await writeFile(path.join(under.asset.root, 'a'), '!');
    expect(await compare('second')).toMatchObject({ kind: 'stopped', result: { code: 'source-changed' } });
  });
});
