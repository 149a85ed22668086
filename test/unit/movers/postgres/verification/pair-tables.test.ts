import { describe, expect, it } from '@jest/globals';
import { pairTables } from '../../../../../shared/movers/postgres/verification/pair-tables';
import type { SideFacts, TableFacts } from '../../../../../shared/movers/postgres/verification/table-facts';

const column = (name: string, base = 'int4') => ({ name, type: base, base, generated: false });

const table = (name: string, more: Partial<TableFacts> = {}): TableFacts => ({
  ...{
    schema: 's',
    name,
    kind: 'r',
    root: null,
    columns: [column('id'), column('v', 'text')],
    rows: 10,
    bytes: 8_192,
  },
  key: [{ name: 'id', type: 'integer', base: 'int4', ordering: 'type:int4' }],
  ...more,
});

const side = (...tables: TableFacts[]): SideFacts => ({ encoding: 'UTF8', tables });

describe('tables of both sides', () => {
  it('R139 are compared by partition only where both sides have the same partitions', () => {
    const root = table('log', { kind: 'p' });
    const part = (name: string) => table(name, { root: ['s', 'log'] });
    const alike = pairTables(
      { source: side(root, part('log_1')), target: side(root, part('log_1')) },
      'source',
    );
    expect(alike.pairs.map(({ name }) => name)).toEqual(['log_1']);
    const plain = table('log');
    const unlike = pairTables({ source: side(root, part('log_1')), target: side(plain) }, 'source');
    expect(unlike.pairs.map(({ relation }) => relation)).toEqual([
      { source: '"s"."log"', target: 'ONLY "s"."log"' },
    ]);
    expect([...alike.findings, ...unlike.findings]).toEqual([]);
  });

  it('R139 have columns by name, and what one side lacks is said', () => {
    const more = table('t', { columns: [column('v', 'text'), column('new'), column('id', 'int8')] });
    const { pairs, findings } = pairTables(
      { source: side(table('t'), table('old')), target: side(more) },
      'source',
    );
    expect(pairs[0]?.columns.map(({ name, kind }) => [name, kind])).toEqual([
      ['id', 'integer'],
      ['v', 'text'],
    ]);
    expect(findings.map(({ check, subject, source, target }) => [check, subject, source, target])).toEqual([
      ['columns', 's.t', null, 'new'],
      ['table', 's.old', 'there', null],
    ]);
  });

  it('share ranges of a key only where both surely sort it alike', () => {
    const by = (ordering: string | null) =>
      table('t', { key: [{ name: 'v', type: 'text', base: 'text', ordering }] });
    const ordered = (ours: string | null, theirs: string | null) =>
      pairTables({ source: side(by(ours)), target: side(by(theirs)) }, 'source').pairs[0]?.ordered;
    expect(ordered('text:UTF8:c:de:2.36', 'text:UTF8:c:de:2.36')).toBe(true);
    expect(ordered('text:UTF8:c:de:2.36', 'text:UTF8:c:de:2.41')).toBe(false);
    expect(ordered(null, null)).toBe(false);
  });
});
