import { mkdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { beginStage, endStage } from '../../../../shared/ledger/stages';
import { writeTree } from '../../../support/files-transfer';
import { StepUnderTest } from '../../../support/step-under-test';

const evidence = { source: 'files-mover', summary: 'moved', facts: {} };

describe('what blobs cannot hold', () => {
  let under: StepUnderTest;
  afterEach(() => under.stop());
  const at = (name: string) => path.join(under.asset.root, name);
  const accept = async (stage: string) => {
    const { ledger } = under.under;
    const { stages } = (await under.cutover()).itinerary;
    for (const { name } of stages.slice(0, stages.findIndex((each) => each.name === stage) + 1)) {
      await beginStage(ledger, under.cutoverId, name);
      await endStage(ledger, under.cutoverId, name, { kind: 'done', evidence });
    }
  };

  it('R126 R133 is put before a person when all else is copied, by name and reason, and only once', async () => {
    under = await StepUnderTest.start();
    const long = Array.from({ length: 5 }, () => 'x'.repeat(250)).join('/');
    await writeTree(under.asset.root, { plain: '1', [long]: 'too long a name' });
    await symlink('plain', at('link'));
    const asked = await under.transfer('initial', 1);
    expect(asked).toMatchObject({
      kind: 'needsStatement',
      request: {
        roles: ['owner', 'operator'],
        question: expect.stringMatching(
          /^2 items of files cannot become blobs and stay behind: .*link \(symbolic link to "plain": not followed\), x+ \(blob name of \d+ characters/,
        ),
      },
      evidence: { facts: { staysBehind: { items: 2, first: [{ path: 'link' }, { path: long }] } } },
    });
    expect(await under.transfer('initial', 1)).toEqual(asked);
    await accept('initial-copy');
    expect(await under.transfer('incremental', 1)).toMatchObject({ kind: 'done' });

    await mkdir(at('hollow'));
    const more = { staysBehind: { items: 1, first: [{ path: 'hollow' }] } };
    expect(await under.transfer('final', 1)).toMatchObject({
      kind: 'needsStatement',
      evidence: { facts: more },
    });
    await accept('final-pass');
    expect(await under.perform('verify-items', 1, 'verifyItems')).toMatchObject({
      kind: 'done',
      evidence: {
        summary: 'all 1 items are equal on both sides; 3 that blobs cannot hold stay behind',
        facts: { checkedItems: 1, unsupportedItems: 3 },
      },
    });
  });

  it('asks nobody where there is none of it', async () => {
    under = await StepUnderTest.start();
    await writeTree(under.asset.root, { plain: '1' });
    expect(await under.transfer('initial', 1)).toMatchObject({ kind: 'done' });
    expect(await under.transfer('final', 1)).toMatchObject({ kind: 'done' });
  });
});
