import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import readWorkbook from 'read-excel-file/node';
import { XlsxWorkbooks } from '../../../../../shared/adapters/workbook/xlsx-workbooks';
import {
  list,
  table,
  tableOr,
  text,
  type Document,
} from '../../../../../shared/domain/planning/documents/document';
import { localTime } from '../../../../../shared/domain/planning/documents/local-time';
import { toCsv } from '../../../../../shared/domain/planning/documents/to-csv';
import { toHtml } from '../../../../../shared/domain/planning/documents/to-html';
import { toMarkdown } from '../../../../../shared/domain/planning/documents/to-markdown';

const HOSTILE = '<script>alert(1)</script> | *x* [y](javascript:z) `q`';
const DOCUMENT: Document = {
  title: HOSTILE,
  about: [HOSTILE],
  sections: [
    {
      heading: 'Waves',
      parts: [
        text(HOSTILE),
        list([HOSTILE]),
        table(
          'T',
          ['a', 'b'],
          [
            [HOSTILE, 1],
            [null, -2],
          ],
        ),
      ],
    },
    { heading: 'Nothing', parts: [tableOr('There are none.', 'N', ['a'], [])] },
  ],
};

describe('documents', () => {
  it('are HTML in which nothing that people typed is markup', () => {
    const html = toHtml(DOCUMENT);
    expect(html).not.toMatch(/<script|javascript:z"/);
    expect(html.match(/&lt;script&gt;/g)).toHaveLength(6);
    expect(html).toContain('<td>-2</td>');
    expect(html).toContain('There are none.');
  });

  it('are Markdown in which nothing that people typed is markup', () => {
    const markdown = toMarkdown(DOCUMENT);
    expect(markdown).not.toMatch(/(?<!\\)<script/);
    expect(markdown).toContain(
      '| \\<script\\>alert(1)\\</script\\> \\| \\*x\\* \\[y\\](javascript:z) \\`q\\` | 1 |',
    );
    expect(markdown).toContain('| – | -2 |');
    const broken = table('T', ['a', 'b'], [['one\rtwo', 'three\r\nfour']]);
    const lines = { title: 'T', about: [], sections: [{ heading: 'H', parts: [broken] }] };
    expect(toMarkdown(lines)).toContain('| one two | three four |');
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '=HYPERLINK("http://x")', '＝1+1'])(
    'are CSV in which %j is a text and no formula',
    (formula) => {
      const [[cell]] = parse(toCsv(table('T', ['a'], [[formula]])), { bom: true, from: 2 }) as [[string]];
      expect(cell).toBe(`'${formula}`);
    },
  );

  it('are CSV that comes back as it went, quotes, commas and line breaks with it', () => {
    const safe = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .filter((each) => !/^[=+\-@＝＋－＠\t\r\n]/.test(each));
    fc.assert(
      fc.property(fc.array(fc.tuple(safe, safe), { minLength: 1, maxLength: 10 }), (rows) => {
        const read = parse(toCsv(table('T', ['a', 'b'], rows)), {
          bom: true,
          from: 2,
          relax_column_count: false,
        });
        expect(read).toEqual(rows);
      }),
    );
  });

  it('are workbooks with a sheet for each table, numbers as numbers and formulas as texts', async () => {
    const tables = [
      table(
        'Waves: 1/2',
        ['Wave', 'Summary'],
        [
          [1, '=cmd()'],
          [2, null],
        ],
      ),
      table('Waves: 1/2', ['Wave'], [['x'.repeat(40_000)]]),
    ];
    const bytes = Buffer.from(await new XlsxWorkbooks().write(tables));
    const sheets = await readWorkbook(bytes);
    expect(sheets.map(({ sheet }) => sheet)).toEqual(['Waves  1 2', 'Waves  1 2 2']);
    expect(sheets[0]?.data).toEqual([
      ['Wave', 'Summary'],
      [1, "'=cmd()"],
      [2, null],
    ]);
    const long = String(sheets[1]?.data[1]?.[0]);
    expect(long).toHaveLength(32_767);
    expect(long).toMatch(/\(shortened\)$/);
  });

  it.each([
    ['2027-01-09T19:00:00Z', 'Europe/Berlin', 'Sat 2027-01-09 20:00 UTC+1'],
    ['2027-07-10T18:00:00Z', 'Europe/Berlin', 'Sat 2027-07-10 20:00 UTC+2'],
    ['2027-07-10T18:00:00Z', 'Asia/Kolkata', 'Sat 2027-07-10 23:30 UTC+5:30'],
  ])('say %s in %s as %s', (instant, zone, said) => {
    expect(localTime(instant, zone)).toBe(said);
  });
});
