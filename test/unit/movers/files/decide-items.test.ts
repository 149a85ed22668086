import { describe, expect, it } from '@jest/globals';
import { decideItems, type DecideOptions } from '../../../../shared/movers/files/decide-items';
import type { TargetState } from '../../../../shared/movers/files/pass-journal';
import { PriorState } from '../../../../shared/movers/files/prior-state';
import type { FileStat } from '../../../../shared/movers/files/source-root';
import type { WalkEntry } from '../../../../shared/movers/files/walk-entry';
import { collect, memoryJournal } from '../../../support/files-transfer';

const stat: FileStat = {
  sizeBytes: 1,
  mtimeNs: '1',
  ctimeNs: '1',
  inode: '1',
  mode: 0o100644,
  uid: 0,
  gid: 0,
};
const state = (path: string, more: Partial<TargetState> = {}): TargetState => ({
  path,
  stat,
  md5: 'm',
  sha256: 's',
  etag: '"1"',
  settled: true,
  ...more,
});
const file = (path: string, more: Partial<FileStat> = {}): WalkEntry => ({
  kind: 'file',
  path,
  stat: { ...stat, ...more },
  sparse: false,
});
const decided = async (
  walk: WalkEntry[],
  prior: TargetState[],
  more: Partial<DecideOptions> = {},
): Promise<string[]> => {
  const options = { prefix: '', unreadable: [], doubted: new Set<string>(), ...more };
  const journal = memoryJournal();
  await journal.append('transfer-1', 'state', 0, prior);
  const found = (async function* () {
    yield* walk;
  })();
  const lines = await collect(decideItems(found, new PriorState(journal, 'transfer-1', 'state'), options));
  return lines.map(({ action, path }) => `${action} ${path}`);
};

describe('decideItems', () => {
  it('R124 joins source and target in order', async () => {
    const walk = [file('a/b'), file('a.txt'), file('b'), file('d')];
    const prior = [state('a/a'), state('a/b'), state('b', { etag: '"2"' }), state('c'), state('e')];
    expect(await decided(walk, prior)).toEqual([
      'delete a/a',
      'keep a/b',
      'copy a.txt',
      'keep b',
      'delete c',
      'copy d',
      'delete e',
    ]);
  });

  it.each<[keyof FileStat, FileStat[keyof FileStat]]>([
    ['sizeBytes', 2],
    ['mtimeNs', '2'],
    ['ctimeNs', '2'],
    ['inode', '2'],
    ['mode', 0o100600],
    ['uid', 1],
    ['gid', 1],
  ])('R124 looks at a file whose %s changed', async (fact, value) => {
    expect(await decided([file('a', { [fact]: value })], [state('a')])).toEqual(['copy a']);
  });

  it('R122 looks at unsettled and doubted files', async () => {
    expect(await decided([file('a')], [state('a', { settled: false })])).toEqual(['copy a']);
    expect(await decided([file('a')], [state('a')], { doubted: new Set(['a']) })).toEqual(['copy a']);
  });

  it('R121 deletes nothing below a folder that could not be read', async () => {
    const unreadable: WalkEntry = { kind: 'unreadable', path: 'b', reason: 'cannot be read: EACCES' };
    const prior = [state('a'), state('b/1'), state('b/2/3'), state('b.txt'), state('c')];
    expect(await decided([unreadable, file('c')], prior)).toEqual([
      'delete a',
      'report b',
      'unknown b/1',
      'unknown b/2/3',
      'delete b.txt',
      'keep c',
    ]);
    expect(await decided([], [state('b/2/3'), state('d')], { unreadable: ['b'] })).toEqual([
      'unknown b/2/3',
      'delete d',
    ]);
  });

  it('R124 deletes what became something else, before it says what it is now', async () => {
    const link: WalkEntry = { kind: 'link', path: 'a', stat, target: Buffer.from('b') };
    expect(await decided([link], [state('a')])).toEqual(['delete a', 'report a']);
  });

  it('reports names that no blob may have', async () => {
    expect(await decided([file('a')], [], { prefix: `${'x'.repeat(1_024)}/` })).toEqual(['report a']);
    expect(await decided([file(Array(255).fill('d').join('/'))], [])).toEqual([
      expect.stringMatching(/^report d/),
    ]);
  });
});
