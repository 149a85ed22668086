import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decideItems } from '../../../../shared/movers/files/decide-items';
import {
  readLines,
  runsOf,
  type ItemLine,
  type TargetState,
} from '../../../../shared/movers/files/pass-journal';
import { PriorState } from '../../../../shared/movers/files/prior-state';
import { SourceRoot } from '../../../../shared/movers/files/source-root';
import { StateWriter } from '../../../../shared/movers/files/state-writer';
import { walkInRuns, walkTree } from '../../../../shared/movers/files/walk-tree';
import type { Journal } from '../../../../shared/ports/journal';
import { memoryJournal, temporaryFolder } from '../../../support/files-transfer';

const TRANSFER = 'transfer-1';
const STATE = '00001/state';
const NAMES = 600;
const FOLDERS = ['a', 'a/below', 'b', 'c'];

let source: { path: string; remove(): Promise<void> };
let journal: Journal;
const at = (name: string) => path.join(source.path, name);
beforeAll(async () => {
  source = await temporaryFolder();
  for (const folder of FOLDERS) {
    await mkdir(at(folder));
    for (let n = 0; n < NAMES; n += 1) await writeFile(at(`${folder}/file ${n}`), 'x'.repeat(n % 3));
  }
});
beforeEach(() => {
  journal = memoryJournal();
});
afterAll(async () => source.remove());

/** What a pass that copied everything would have left. */
async function remember(more: (path: string) => Partial<TargetState> = () => ({})): Promise<void> {
  const states = await StateWriter.open(journal, TRANSFER, STATE);
  for await (const entry of walkTree(await SourceRoot.open(source.path), { exclude: [] })) {
    if (entry.kind !== 'file') continue;
    const { path: name, stat } = entry;
    await states.write({
      path: name,
      stat,
      md5: 'm',
      sha256: 's',
      etag: '"1"',
      settled: true,
      ...more(name),
    });
  }
  await states.flush();
}

interface Looking {
  readonly exclude?: string[];
  readonly doubted?: string[];
  readonly after?: { readonly path: string; readonly states: number };
}

/** What is decided, one line a path, and how many states were read for it. */
async function decided({ exclude = [], doubted = [], after }: Looking = {}) {
  let read = 0;
  const counted: Pick<Journal, 'read' | 'length'> = {
    length: (id, segment) => journal.length(id, segment),
    read: async function* (id, segment, from) {
      for await (const line of journal.read(id, segment, from)) {
        if (segment === STATE) read += 1;
        yield line;
      }
    },
  };
  const root = await SourceRoot.open(source.path);
  const walk = walkInRuns(root, { exclude, ...(after && { after: after.path }) });
  const options = { prefix: '', unreadable: [], doubted: new Set(doubted) };
  const lines: string[] = [];
  const prior = new PriorState(counted, TRANSFER, STATE, after?.states);
  for await (const line of decideItems(walk, prior, options)) lines.push(...(await spelledOut(line)));
  return { lines, read };
}

async function spelledOut(line: ItemLine): Promise<string[]> {
  if (line.action !== 'same') return [`${line.action} ${line.path}`];
  const those: TargetState[] = [];
  for await (const state of readLines<TargetState>(journal, TRANSFER, STATE, line.from)) {
    if (those.length === line.items) break;
    those.push(state);
  }
  expect(those.at(-1)?.path).toBe(line.path);
  expect(those.reduce((sum, { stat }) => sum + stat.sizeBytes, 0)).toBe(line.bytes);
  return those.map(({ path: name }) => `keep ${name}`);
}

/** With digests, and state by state as in a journal that has none. */
async function decidedBothWays(looking?: Looking) {
  const quick = await decided(looking);
  await journal.drop(TRANSFER, runsOf(STATE));
  const slow = await decided(looking);
  expect(quick.lines).toEqual(slow.lines);
  return { ...quick, readWithout: slow.read };
}

const actions = (lines: readonly string[]) => lines.filter((line) => !line.startsWith('keep'));

describe('files that stayed as they were', () => {
  it('R124 are passed by a digest for many, and no state of theirs is read', async () => {
    await remember();
    const { lines, read, readWithout } = await decidedBothWays();
    expect(lines).toHaveLength(FOLDERS.length * NAMES);
    expect(actions(lines)).toEqual([]);
    expect([read, readWithout]).toEqual([0, lines.length]);
  });

  it.each<[string, () => Promise<unknown>, string[]]>([
    ['size', () => writeFile(at('c/file 5'), 'longer'), ['copy c/file 5']],
    ['time', () => utimes(at('c/file 6'), 1, 1), ['copy c/file 6']],
    ['mode', () => chmod(at('c/file 7'), 0o600), ['copy c/file 7']],
    ['presence', () => rm(at('b/file 77')), ['delete b/file 77']],
    ['name', () => rename(at('c/file 3'), at('c/file 3a')), ['delete c/file 3', 'copy c/file 3a']],
    ['neighbour', () => writeFile(at('b/file 10b'), ''), ['copy b/file 10b']],
    [
      'kind',
      () => rm(at('c/file 8')).then(() => symlink('file 6', at('c/file 8'))),
      ['delete c/file 8', 'report c/file 8'],
    ],
  ])('R124 are told from one whose %s is another', async (_, change, expected) => {
    await remember();
    await change();
    const { lines } = await decidedBothWays();
    for (const line of expected) await rm(at(line.slice(line.indexOf(' ') + 1)), { force: true });
    expect(actions(lines)).toEqual(expected);
  });

  it('R124 are told from a folder that is gone, and from one that is new', async () => {
    await remember();
    await rename(at('a/below'), at('bb'));
    const { lines } = await decidedBothWays();
    await rename(at('bb'), at('a/below'));
    expect(lines.filter((line) => line.startsWith('delete a/below/'))).toHaveLength(NAMES);
    expect(lines.filter((line) => line.startsWith('copy bb/'))).toHaveLength(NAMES);
    expect(actions(lines)).toHaveLength(2 * NAMES);
  });

  it('R122 are none of those that are unsettled, doubted or excluded', async () => {
    await remember((name) => ({ settled: name !== 'c/file 12' }));
    const exclude = ['b/file 13'];
    const { lines } = await decidedBothWays({ exclude });
    expect(actions(lines)).toEqual(['delete b/file 13', 'report b/file 13', 'copy c/file 12']);
    const { lines: doubting } = await decidedBothWays({ exclude, doubted: ['c/file 590'] });
    expect(actions(doubting)).toEqual([...actions(lines), 'copy c/file 590']);
  });

  it('R121 are the same for an enumeration that goes on in the middle of them', async () => {
    await remember();
    const whole = (await decided()).lines.flatMap((line) => /^keep (.*)$/.exec(line)?.[1] ?? []);
    for (const name of ['a/file 500', 'a/below/file 3', 'b/file 99']) {
      const states = whole.indexOf(name) + 1;
      const { lines } = await decidedBothWays({ after: { path: name, states } });
      const kept = lines.filter((line) => line.startsWith('keep'));
      expect(kept).toEqual(whole.slice(states).map((each) => `keep ${each}`));
    }
  });
});
