import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { LogDraft } from '../../../shared/contracts/log-entry';
import { appendToChain, emptyLog, exportLog, verifyChain } from '../../../shared/domain/log-chain';

const draft: fc.Arbitrary<LogDraft> = fc.record({
  at: fc
    .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString()),
  kind: fc.constantFrom('stage-began', 'item-failed', 'decided'),
  actor: fc.string({ minLength: 1, maxLength: 20 }),
  summary: fc.string({ minLength: 1, maxLength: 40, unit: 'binary' }),
  facts: fc.dictionary(fc.string(), fc.jsonValue() as fc.Arbitrary<LogDraft['facts'][string]>),
});
const drafts = (minLength: number) => fc.array(draft, { minLength, maxLength: 8 });

function exported(all: readonly LogDraft[], subject = 'cutover:x'): string[] {
  const { entries, head } = appendToChain(emptyLog(subject), all);
  return exportLog(subject, entries, head);
}

/** Runs one mutation on logs of any content; it must be found at the line the mutation names, or the line after it. */
function finds(
  minEntries: number,
  mutate: (lines: string[], at: number, gen: number) => { lines: string[]; line: number },
  numRuns = 60,
) {
  fc.assert(
    fc.property(drafts(minEntries), fc.nat(), fc.nat(), (all, at, gen) => {
      const lines = exported(all);
      const mutated = mutate([...lines], at, gen);
      if (mutated.lines.join('\n') === lines.join('\n')) return;
      const verdict = verifyChain(mutated.lines);
      expect(verdict).toEqual({ ok: false, line: expect.any(Number), problem: expect.any(String) });
      if (verdict.ok) return;
      expect([mutated.line, mutated.line + 1]).toContain(verdict.line);
    }),
    { numRuns },
  );
}

describe('migration log', () => {
  it('R133 verifies what it exported, chained in one go or piece by piece', () => {
    fc.assert(
      fc.property(drafts(0), fc.nat(12), (all, cut) => {
        const first = appendToChain(emptyLog('cutover:x'), all.slice(0, cut));
        const second = appendToChain(first.head, all.slice(cut));
        const lines = exportLog('cutover:x', [...first.entries, ...second.entries], second.head);
        expect(lines).toEqual(exported(all));
        expect(verifyChain(lines)).toEqual({ ok: true, subject: 'cutover:x', head: second.head });
        expect(second.entries.map((entry) => entry.sequence)).toEqual(
          second.entries.map((_, index) => first.entries.length + index + 1),
        );
      }),
    );
  });

  it('R133 finds any changed character', () => {
    finds(0, (lines, at, gen) => {
      const index = at % lines.length;
      const line = lines[index] ?? '';
      const position = gen % line.length;
      const other = String.fromCharCode(33 + (gen % 94));
      lines[index] = line.slice(0, position) + other + line.slice(position + 1);
      return { lines, line: index + 1 };
    });
  });

  it('R133 finds a changed value although the line is canonical again', () => {
    const { entries, head } = appendToChain(emptyLog('cutover:x'), [
      { at: '2026-11-21T00:00:00.000Z', kind: 'a', actor: 'ann', summary: 'one', facts: { files: 300 } },
      { at: '2026-11-21T00:00:01.000Z', kind: 'b', actor: 'ann', summary: 'two', facts: {} },
    ]);
    const changed = entries.map((entry) => ({ ...entry, facts: { files: 299 } }));
    expect(verifyChain(exportLog('cutover:x', changed, head))).toEqual({
      ok: false,
      line: 2,
      problem: 'the entry was changed: it does not have its hash',
    });
  });

  it('R133 finds a replaced entry whose hash was made anew', () => {
    fc.assert(
      fc.property(drafts(1), draft, fc.nat(), (all, forged, at) => {
        const index = at % all.length;
        const genuine = appendToChain(emptyLog('cutover:x'), all);
        const before = genuine.entries[index - 1];
        const from = before === undefined ? emptyLog('cutover:x') : { length: index, hash: before.hash };
        const [replacement] = appendToChain(from, [{ ...forged, actor: 'mallory' }]).entries;
        if (replacement === undefined || replacement.hash === genuine.entries[index]?.hash) return;
        const entries = genuine.entries.map((entry, n) => (n === index ? replacement : entry));
        const verdict = verifyChain(exportLog('cutover:x', entries, genuine.head));
        expect(verdict).toMatchObject({ ok: false, line: index + 3 });
      }),
    );
  });

  it('R133 finds any missing line', () => {
    finds(1, (lines, at) => {
      const index = at % lines.length;
      lines.splice(index, 1);
      return { lines, line: index + 1 };
    });
  });

  it('R133 finds any two lines that changed places', () => {
    finds(1, (lines, at, gen) => {
      const [a, b] = [at % lines.length, gen % lines.length];
      [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
      return { lines, line: Math.min(a, b) + 1 };
    });
  });

  it('R133 finds any repeated line, wherever the copy stands', () => {
    finds(0, (lines, at, gen) => {
      const to = gen % (lines.length + 1);
      const copied = at % lines.length;
      lines.splice(to, 0, lines[copied] ?? '');
      return { lines, line: to === copied ? to + 2 : to + 1 };
    });
  });

  it('R133 finds any inserted line, also an empty one', () => {
    for (const inserted of [
      '',
      '{}',
      'null',
      '[]',
      '{"length":0}',
      '  ',
      '{"a":1e999}',
      '['.repeat(100_000),
    ]) {
      finds(
        0,
        (lines, at) => {
          const index = at % (lines.length + 1);
          lines.splice(index, 0, inserted);
          return { lines, line: index + 1 };
        },
        20,
      );
    }
  });

  it('R133 finds a log cut off after any line', () => {
    finds(0, (lines, at) => {
      const kept = at % lines.length;
      return { lines: lines.slice(0, kept), line: kept + 1 };
    });
  });

  it('R133 finds a log cut off in front, behind, or in between that was closed anew with its old head', () => {
    const all = Array.from({ length: 5 }, (_, n) => ({
      at: '2026-11-21T00:00:00.000Z',
      kind: 'k',
      actor: 'ann',
      summary: `entry ${n}`,
      facts: {},
    }));
    const { entries, head } = appendToChain(emptyLog('cutover:x'), all);
    expect(verifyChain(exportLog('cutover:x', entries.slice(0, 4), head))).toEqual({
      ok: false,
      line: 6,
      problem: 'the closing line counts 5 entries, but 4 come before it',
    });
    const shorter = { length: 4, hash: head.hash };
    expect(verifyChain(exportLog('cutover:x', entries.slice(0, 4), shorter))).toMatchObject({
      ok: false,
      line: 6,
    });
    expect(verifyChain(exportLog('cutover:x', entries.slice(1), head))).toMatchObject({ ok: false, line: 2 });
  });

  it('R133 finds the log of one subject under the name of another', () => {
    const { entries, head } = appendToChain(emptyLog('cutover:x'), [
      { at: '2026-11-21T00:00:00.000Z', kind: 'k', actor: 'ann', summary: 's', facts: {} },
    ]);
    expect(verifyChain(exportLog('cutover:y', entries, head)).ok).toBe(false);
    expect(verifyChain(exportLog('cutover:y', [], emptyLog('cutover:x'))).ok).toBe(false);
  });

  it('R133 finds members that parsers drop or merge', () => {
    const lines = exported([
      { at: '2026-11-21T00:00:00.000Z', kind: 'k', actor: 'a', summary: 's', facts: {} },
    ]);
    const spellings = [
      '"facts":{"__proto__":1}',
      '"facts":{"a":1},"facts":{}',
      '"facts":{ }',
      '"extra":1,"facts":{}',
    ];
    for (const spelling of spellings) {
      const changed = lines.map((line) => line.replace('"facts":{}', spelling));
      expect(changed).not.toEqual(lines);
      expect(verifyChain(changed)).toMatchObject({ ok: false, line: 2 });
    }
  });

  it('R133 says what is wrong with what is no export at all', () => {
    for (const lines of [[], [''], ['hello'], ['{"format":"causeway-log","subject":"x","version":2}']]) {
      expect(verifyChain(lines)).toMatchObject({
        ok: false,
        line: 1,
        problem: 'this is not the first line of an exported log',
      });
    }
  });

  it('refuses a draft that could not be verified later', () => {
    const wrong = { at: 'yesterday', kind: 'k', actor: 'a', summary: 's', facts: {} };
    expect(() => appendToChain(emptyLog('cutover:x'), [wrong])).toThrow(/at/);
  });
});
