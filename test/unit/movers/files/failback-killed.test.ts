import { readFile } from 'node:fs/promises';
import { describe, expect, it, jest } from '@jest/globals';
import { bringBack, exportBackLog } from '../../../../shared/movers/files';
import type * as FilesMover from '../../../../shared/movers/files';
import { FailbackSides } from '../../../support/failback-sides';
import { intercepted } from '../../../support/failing-blobs';
import { collect, memoryJournal, runPass } from '../../../support/files-transfer';
import { KilledJournal } from '../../../support/killed-journal';

const sides = FailbackSides.forTests();
const { asset, at, failback, input, moved, onSource, remove, write } = sides;

describe('a failback that is killed', () => {
  it('R121 at each write of the journal ends the same, with one line a file in the log', async () => {
    const journal = memoryJournal();
    const context = { ...(await moved({ a: '1', 'b/c': '2', d: '3', e: '4' })), journal };
    await runPass(context, asset(), 1, 'transfer-1');
    await write('a', 'one');
    await write('b/new', 'five');
    await remove('d');
    let kills = 0;
    for (let life = 0; ; life += 1) {
      const moment = life % 2 === 0 ? 'before' : 'after';
      try {
        await failback({ ...context, journal: new KilledJournal(journal, Math.floor(life / 2), moment) });
        break;
      } catch (error) {
        expect(String(error)).toContain('Killed');
        kills += 1;
      }
    }
    expect(kills).toBeGreaterThan(5);
    expect(await onSource()).toEqual({ a: 'one', 'b/c': '2', 'b/new': 'five', e: '4' });
    const log = await collect(exportBackLog(context, input()));
    expect(log.map((line) => line.path).sort()).toEqual(['a', 'b/new', 'd']);
  });

  it('R121 between two pieces of a large file goes on, in this process and in another', async () => {
    const large = Buffer.concat([1, 2, 3].map((n) => Buffer.alloc(8 * 2 ** 20, n)));
    const context = await moved({ large: 'small yet' });
    const slow = intercepted(sides.blobs, async (operation, _, real) => {
      if (operation === 'read') await new Promise((resolve) => setTimeout(resolve, 200));
      return real();
    });
    const short = { ...input(), budgetMs: 150 };
    for (const content of [large, large.subarray(1)]) {
      await write('large', content);
      const pass = content === large ? 1 : 2;
      const slices: string[] = [];
      const step = async (back: typeof bringBack) => {
        const { kind } = await back({ ...context, blobs: slow }, { ...short, pass });
        slices.push(kind);
        return kind;
      };
      expect(await step(bringBack)).toBe('more');
      expect((await readFile(at('large'))).equals(content)).toBe(false);
      if (pass === 2) {
        await jest.isolateModulesAsync(async () => {
          const another = jest.requireActual<typeof FilesMover>('../../../../shared/movers/files');
          while ((await step(another.bringBack)) === 'more');
        });
      } else {
        while ((await step(bringBack)) === 'more');
      }
      expect(slices.length).toBeGreaterThan(2);
      expect((await readFile(at('large'))).equals(content)).toBe(true);
    }
    expect(Object.keys(await onSource())).toEqual(['large']);
  });

  it('R126 writes no file from pieces of two versions', async () => {
    const context = await moved({ file: 'old' });
    await write('file', Buffer.alloc(9 * 2 ** 20, 'a'));
    let reads = 0;
    const changing = intercepted(sides.blobs, async (operation, _, real) => {
      if (operation === 'read' && (reads += 1) === 2) await write('file', Buffer.alloc(9 * 2 ** 20, 'b'));
      return real();
    });
    expect(await failback({ ...context, blobs: changing })).toMatchObject({ summary: { failedItems: 1 } });
    expect(await onSource()).toEqual({ file: 'old' });
    expect(await failback(context, 2)).toMatchObject({ summary: { copiedItems: 1, failedItems: 0 } });
    expect((await onSource())['file']).toBe('b'.repeat(9 * 2 ** 20));
  });
});
