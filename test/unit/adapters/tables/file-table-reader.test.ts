import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { strToU8 } from 'fflate';
import { FileTableReader } from '../../../../shared/adapters/tables/file-table-reader';
import { TABLE_LIMITS, type TableLimits } from '../../../../shared/adapters/tables/table-limits';
import type { RowProblem } from '../../../../shared/contracts/planning/import';
import type { InventorySource } from '../../../../shared/domain/planning/import/source';
import { packed, workbook, workbookParts } from './workbook-fixture';

async function read(
  content: string | Uint8Array,
  {
    name = 'file.csv',
    limits = {},
    piece = 7,
  }: { name?: string; limits?: Partial<TableLimits>; piece?: number } = {},
): Promise<InventorySource> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const open = async function* () {
    for (let start = 0; start < bytes.length; start += piece) yield bytes.subarray(start, start + piece);
  };
  const [source] = await new FileTableReader({ ...TABLE_LIMITS, ...limits }).read({ name, open });
  if (source === undefined) throw new Error('nothing was read');
  return source;
}

async function rowsOf(
  source: InventorySource,
): Promise<{ rows: [number, ...string[]][]; problems: RowProblem[] }> {
  if (source.kind !== 'table') throw new Error(JSON.stringify(source));
  const rows: [number, ...string[]][] = [];
  const problems: RowProblem[] = [];
  for await (const batch of source.batches()) {
    rows.push(...batch.rows.map(({ line, cells }): [number, ...string[]] => [line, ...cells]));
    problems.push(...batch.problems);
  }
  return { rows, problems };
}

const refusal = (source: InventorySource): string =>
  source.kind === 'refused' ? source.problem.message : `not refused: ${source.kind}`;

describe('separated values', () => {
  const TEXT = 'name;größe\r\n"Zürich\r\n2";"a ""b"" ; c"\r\n\r\nBern;3\r\n';
  const EXPECTED = [
    [1, 'name', 'größe'],
    [2, 'Zürich\r\n2', 'a "b" ; c'],
    [4, ''],
    [5, 'Bern', '3'],
  ];

  it.each([
    ['UTF-8', Buffer.from(TEXT)],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`)],
    ['UTF-16 LE with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le')],
    ['UTF-16 BE with a mark', Buffer.from(`\ufeff${TEXT}`, 'utf16le').swap16()],
    ['UTF-16 LE without a mark', Buffer.from(TEXT, 'utf16le')],
    ['Windows-1252', Buffer.from(TEXT, 'latin1')],
    ['gzip', gzipSync(TEXT)],
  ])('come out the same in %s, with quoted line breaks and the lines a person counts', async (_, bytes) => {
    expect(await rowsOf(await read(bytes))).toEqual({ rows: EXPECTED, problems: [] });
  });

  it.each([
    ['commas', 'a,b;c\n1,2;3\n', ['a', 'b;c']],
    ['semicolons', 'a;"b,c,d"\n1;2\n', ['a', 'b,c,d']],
    ['tabs', 'a\tb,c\td\n1\t2\t3\n', ['a', 'b,c', 'd']],
    ['what the first line states', 'sep=|\na|b;c;d\n', ['sep=', '']],
  ])('are parted by %s', async (_, text, first) => {
    expect((await rowsOf(await read(text))).rows[0]).toEqual([1, ...first]);
  });

  it('know the sign that Windows has at 0x80', async () => {
    const { rows } = await rowsOf(await read(Buffer.from([0x61, 0x2c, 0x80])));
    expect(rows).toEqual([[1, 'a', '€']]);
  });

  it.each([
    ['a quote that is never closed', 'a,b\n1,2\n3,"4\n5,6\n', 3, 'never closed'],
    ['something after a closing quote', 'a,b\n1,"2"3\n', 2, 'closing quote'],
    ['a quote inside a plain cell', 'a,b\n1,2\n3,4"5\n', 3, 'not quoted'],
  ])('tell the line of %s', async (_, text, line, words) => {
    const { problems } = await rowsOf(await read(text));
    expect(problems).toMatchObject([
      { severity: 'error', row: line, message: expect.stringContaining(words) },
    ]);
  });

  it('name a gigantic cell and too many columns', async () => {
    const { problems } = await rowsOf(
      await read(`a,b\n1,${'x'.repeat(40_000)}\n${','.repeat(3_000)}\n`, { piece: 9_000 }),
    );
    expect(problems.map(({ row, message }) => [row, message])).toEqual([
      [2, 'a cell has 40000 characters; at most 32767 are taken'],
      [3, 'has 3001 columns; at most 2000 are taken'],
    ]);
  });
});

describe('a workbook', () => {
  it('gives the values of its sheets with the rows a person counts, formulas by their last value, dates as ISO 8601', async () => {
    const bytes = workbook({
      Notes: [['read me']],
      Servers: [
        [],
        ['name', 'since', 'sum', 'on'],
        [],
        [
          'web01',
          { xml: '<c r="@" s="1"><v>46231</v></c>' },
          { xml: '<c r="@"><f>2+2</f><v>4</v></c>' },
          true,
        ],
        ['=cmd()', null, { xml: '<c r="@"><f>SUM(A1:A9)</f></c>' }, false],
      ],
    });
    const sources = await new FileTableReader().read({
      name: 'a.xlsx',
      open: async function* () {
        yield bytes;
      },
    });
    expect(sources.map((source) => source.kind === 'table' && source.sheet)).toEqual(['Notes', 'Servers']);
    const { rows } = await rowsOf(sources[1] as InventorySource);
    expect(rows.filter(([, ...cells]) => cells.some((cell) => cell !== ''))).toEqual([
      [2, 'name', 'since', 'sum', 'on'],
      [4, 'web01', '2026-07-28', '4', 'True'],
      [5, '=cmd()', '', '', 'False'],
    ]);
  });

  it('may have 255 columns', async () => {
    const header = Array.from({ length: 255 }, (_, index) => `column ${index}`);
    const source = await read(workbook({ Wide: [header, header.map((_, index) => index)] }), {
      piece: 10_000,
    });
    expect((await rowsOf(source)).rows[1]?.at(-1)).toBe('254');
  });

  it.each([
    [
      'unpacks to far more than its size',
      packed({ ...workbookParts({ One: [['a']] }), 'xl/sharedStrings.xml': new Uint8Array(64 * 2 ** 20) }),
      'is a bomb: part xl/sharedStrings.xml',
    ],
    [
      'has thousands of parts',
      packed(
        Object.fromEntries(Array.from({ length: 2_100 }, (_, index) => [`xl/part${index}.xml`, '<a/>'])),
      ),
      'more than 2000 parts',
    ],
    [
      'defines entities',
      packed({
        ...workbookParts({ One: [['a']] }),
        'xl/sharedStrings.xml':
          '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;">]><sst>&lol2;</sst>',
      }),
      'defines entities of its own',
    ],
    [
      'has one cell in its last corner',
      packed({
        ...workbookParts({ One: [] }),
        'xl/worksheets/sheet1.xml':
          '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>',
      }),
      '1048576 rows and 16384 columns',
    ],
    [
      'is encrypted',
      Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]),
      'take off its sensitivity label',
    ],
    ['is cut off', workbook({ One: [['a']] }).subarray(0, 200), 'can not be unpacked'],
    ['holds nothing', workbook({ One: [] }), 'without a single filled cell'],
    ['is no workbook at all', packed({ 'readme.txt': 'hello' }), 'save it again as .xlsx'],
  ])('that %s is refused', async (_, bytes, words) => {
    expect(refusal(await read(bytes, { name: 'a.xlsx', piece: 100_000 }))).toContain(words);
  });

  it('that lies about the size of a part gives no more of it than it claimed', async () => {
    const bytes = Buffer.from(
      packed({ ...workbookParts({ One: [['a']] }), 'xl/media.xml': strToU8('x'.repeat(500_000)) }),
    );
    const directory = bytes.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    const at = bytes.indexOf(Buffer.from('xl/media.xml'), directory) - 46;
    bytes.writeUInt32LE(10, at + 24);
    const source = await read(bytes, { name: 'a.xlsx', piece: 100_000 });
    expect(['table', 'refused']).toContain(source.kind);
  });
});

describe('a file', () => {
  it.each([
    ['empty', '', 'is empty'],
    ['of zero bytes', `name${'\u0000'.repeat(30)}`, 'zero bytes'],
  ])('that is %s is refused', async (_, content, words) => {
    expect(refusal(await read(content))).toContain(words);
  });

  it('that unpacks to more than 200 times its size is refused', async () => {
    const bomb = gzipSync(Buffer.alloc(40 * 2 ** 20, 'a,b\n'));
    expect(refusal(await read(bomb, { name: 'a.csv.gz', piece: 4_096 }))).toContain('is a bomb');
  });

  it('that is larger than the limit is refused by its name, packed or not', async () => {
    const text = Array.from({ length: 100_000 }, (_, index) => `${index},${(index * 7_919) % 99_991}\n`).join(
      '',
    );
    const limits = { textBytes: 2 ** 19 };
    expect(refusal(await read(text, { limits, piece: 60_000 }))).toContain('larger than 1 MiB');
    expect(refusal(await read(gzipSync(text), { limits, piece: 60_000 }))).toContain(
      'larger than 1 MiB when unpacked',
    );
  });

  it.each([
    [
      'repeats itself by aliases',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nworkloads: [${'*c,'.repeat(9)}]`,
      0,
      'by aliases too often',
    ],
    ['has a key twice', 'workloads: []\nworkloads: []\n', 2, 'unique'],
    ['is no YAML', 'workloads: [\n  - {', 2, 'no valid YAML'],
    ['is nested too deep', '['.repeat(200_000), 0, 'nested too deep'],
  ])('of Causeway that %s is refused', async (_, text, line, words) => {
    const source = await read(text, { name: 'own.yaml', piece: 10_000 });
    expect(source).toMatchObject({ kind: 'refused', problem: { message: expect.stringContaining(words) } });
    if (line > 0) expect(source).toMatchObject({ problem: { row: line } });
  });

  it('of Causeway tells the line of a value', async () => {
    const source = await read('{\n "workloads": [\n  {"id": "a"},\n  {"id": "b", "owner": 3}\n ]\n}', {
      name: 'own.json',
    });
    if (source.kind !== 'document') throw new Error(JSON.stringify(source));
    expect([
      source.lineOf(['workloads', 1, 'owner']),
      source.lineOf(['workloads', 1, 'none']),
      source.lineOf([]),
    ]).toEqual([4, 4, 1]);
  });
});
