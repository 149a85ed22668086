import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { StaleWriteError } from '../../shared/contracts/errors';
import type { Journal } from '../../shared/ports/journal';

/** An empty journal; `reopen` gives another instance on the same data, as a restarted process would. */
export interface JournalUnderTest {
  readonly journal: Journal;
  reopen(): Promise<Journal>;
  dispose(): Promise<void>;
}

const code = (expected: string) => expect.objectContaining({ code: expected });
const numbers = (from: number, count: number) => Array.from({ length: count }, (_, n) => ({ n: from + n }));

async function readAll(journal: Journal, segment: string, from?: number, id = 'j'): Promise<unknown[]> {
  const lines: unknown[] = [];
  for await (const line of journal.read(id, segment, from)) lines.push(line);
  return lines;
}

/** What every adapter of the port `Journal` promises. */
export function journalSuite(name: string, makeJournal: () => Promise<JournalUnderTest>): void {
  describe(`Journal: ${name}`, () => {
    let subject: JournalUnderTest;
    let journal: Journal;
    beforeEach(async () => {
      subject = await makeJournal();
      journal = subject.journal;
    });
    afterEach(() => subject.dispose());

    it('gives back any lines in order, however they were appended', async () => {
      const batches = fc.array(fc.array(fc.jsonValue(), { maxLength: 8 }), { maxLength: 6 });
      await fc.assert(
        fc.asyncProperty(batches, fc.uuid(), fc.nat(50), async (appends, segment, from) => {
          let position = 0;
          for (const lines of appends) {
            await journal.append('j', segment, position, lines);
            position += lines.length;
          }
          const expected: unknown[] = JSON.parse(JSON.stringify(appends.flat()));
          expect(await readAll(journal, segment)).toEqual(expected);
          expect(await readAll(journal, segment, from)).toEqual(expected.slice(from));
          expect(await journal.length('j', segment)).toBe(expected.length);
        }),
        { numRuns: 40 },
      );
    });

    it('has no lines and length 0 where a segment is absent', async () => {
      expect(await readAll(journal, 'none')).toEqual([]);
      expect(await journal.length('j', 'none')).toBe(0);
      await journal.append('j', 'none', 0, []);
      expect(await journal.segments('j', '')).toEqual([]);
    });

    it('keeps line breaks and awkward texts inside one line', async () => {
      const lines = [
        'a\nb',
        '\r\n',
        '\u2028\u2029\u0085',
        '\u0000',
        '😀',
        '\ud800',
        ' ',
        null,
        [[]],
        { '': 1 },
      ];
      await journal.append('j', 's', 0, lines);
      expect(await readAll(journal, 's')).toEqual(lines);
    });

    it('tells a repeated append from a new one and leaves the segment as it is', async () => {
      await journal.append('j', 's', 0, numbers(0, 3));
      for (const position of [0, 2, 4]) {
        await expect(journal.append('j', 's', position, numbers(9, 1))).rejects.toBeInstanceOf(
          StaleWriteError,
        );
      }
      await expect(journal.append('j', 'absent', 1, numbers(0, 1))).rejects.toBeInstanceOf(StaleWriteError);
      expect(await readAll(journal, 's')).toEqual(numbers(0, 3));
      expect(await journal.segments('j', '')).toEqual(['s']);
    });

    it('lets one of many appends at a position win', async () => {
      const second = await subject.reopen();
      const appends = Array.from({ length: 20 }, (_, n) =>
        (n % 2 === 0 ? journal : second).append('j', 's', 0, [n, n]),
      );
      const outcomes = await Promise.allSettled(appends);
      const won = outcomes.findIndex((outcome) => outcome.status === 'fulfilled');
      expect(outcomes.filter((outcome) => outcome.status === 'fulfilled')).toHaveLength(1);
      expect(await readAll(journal, 's')).toEqual([won, won]);
    });

    it('appends 10,000 lines at once and no more', async () => {
      await expect(journal.append('j', 's', 0, numbers(0, 10_001))).rejects.toEqual(code('limit-exceeded'));
      expect(await journal.length('j', 's')).toBe(0);
      const path = 'folder/'.repeat(20);
      const lines = numbers(0, 10_000).map((line) => ({ ...line, path }));
      await journal.append('j', 's', 0, lines);
      expect(await readAll(journal, 's')).toEqual(lines);
      expect(await readAll(journal, 's', 9_998)).toEqual(lines.slice(9_998));
    });

    it('takes lines of a megabyte', async () => {
      const lines = ['x'.repeat(1024 * 1024), 'y', 'z'.repeat(1024 * 1024)];
      await journal.append('j', 's', 0, lines);
      expect(await readAll(journal, 's', 1)).toEqual(lines.slice(1));
    });

    it('refuses more than 64 MiB at once', async () => {
      const lines = Array.from({ length: 65 }, () => '€'.repeat(350_000));
      await expect(journal.append('j', 's', 0, lines)).rejects.toEqual(code('limit-exceeded'));
      expect(await journal.length('j', 's')).toBe(0);
    });

    it('refuses what is no JSON value, whole', async () => {
      for (const bad of [undefined, () => 1, Symbol('s')]) {
        await expect(journal.append('j', 's', 0, [1, bad])).rejects.toEqual(code('invalid-input'));
      }
      expect(await journal.length('j', 's')).toBe(0);
    });

    it('refuses names that could not be paths and positions that could not be', async () => {
      for (const bad of [
        '',
        '/a',
        'a/',
        'a//b',
        '..',
        'a/../b',
        './a',
        'a\\b',
        'a?b',
        'a#b',
        'a'.repeat(256),
      ]) {
        await expect(journal.append('j', bad, 0, [1])).rejects.toEqual(code('invalid-input'));
      }
      for (const bad of ['', 'a/b', '\ud800', 'a'.repeat(256)]) {
        await expect(journal.append(bad, 's', 0, [1])).rejects.toEqual(code('invalid-input'));
      }
      for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(journal.append('j', 's', bad, [1])).rejects.toEqual(code('invalid-input'));
        await expect(readAll(journal, 's', bad)).rejects.toEqual(code('invalid-input'));
      }
    });

    it('lists and drops segments by an exact prefix, in order, each journal its own', async () => {
      const names = ['1/items/00001', '1/items/00002', '10/items/00001', '1/Items/x', '1/i_', '1/i%', '2/a'];
      for (const each of names) await journal.append('j', each, 0, [each]);
      await journal.append('other', '1/items/00001', 0, ['other']);
      expect(await journal.segments('j', '')).toEqual([...names].sort());
      expect(await journal.segments('j', '1/')).toEqual(names.filter((each) => each.startsWith('1/')).sort());
      expect(await journal.segments('j', '1/i_')).toEqual(['1/i_']);
      await journal.drop('j', '1/items/');
      await journal.drop('j', 'nothing');
      expect(await journal.segments('j', '')).toEqual(['1/Items/x', '1/i%', '1/i_', '10/items/00001', '2/a']);
      expect(await readAll(journal, '1/items/00001')).toEqual([]);
      expect(await readAll(journal, '1/items/00001', 0, 'other')).toEqual(['other']);
      await journal.append('j', '1/items/00001', 0, ['anew']);
      expect(await readAll(journal, '1/items/00001')).toEqual(['anew']);
    });

    it('shows a reader the lines appended while it reads', async () => {
      await journal.append('j', 's', 0, numbers(0, 10));
      const seen: unknown[] = [];
      let length = 10;
      for await (const line of journal.read('j', 's')) {
        seen.push(line);
        if (length < 40) {
          await journal.append('j', 's', length, numbers(length, 10));
          length += 10;
        }
      }
      expect(seen).toEqual(numbers(0, 40));
    });

    it('never passes the rest of a dropped segment, or another one, for the whole', async () => {
      await journal.append('j', 's', 0, numbers(0, 10));
      await expect(async () => {
        for await (const line of journal.read('j', 's')) {
          if (line !== null) await journal.drop('j', '');
          await journal.append('j', 's', 0, numbers(100, 20)).catch((error: unknown) => {
            if (!(error instanceof StaleWriteError)) throw error;
          });
        }
      }).rejects.toEqual(code('conflict'));
    });

    it('gives what was appended to another instance', async () => {
      await journal.append('j', 's', 0, numbers(0, 3));
      const second = await subject.reopen();
      expect(await readAll(second, 's')).toEqual(numbers(0, 3));
      await second.append('j', 's', 3, numbers(3, 1));
      expect(await journal.length('j', 's')).toBe(4);
    });
  });
}
