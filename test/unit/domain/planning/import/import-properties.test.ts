import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { InventoryWorkload } from '../../../../../shared/contracts/planning/portfolio';
import { importFiles } from './import-fixture';

const COLUMNS = [
  '*Server name',
  'Cores',
  '*Memory (In MB)',
  '*OS name',
  'Boot type',
  'Storage in use (In GB)',
  'Application name(s)',
  'Tags',
] as const;
type Row = readonly string[];

const NAMES = ['web01', 'web02.corp.example', 'DB01', 'app01.a.example', 'app01.b.example', 'mail', 'x y'];
const rowOf = (name: string): fc.Arbitrary<Row> =>
  fc.tuple(
    fc.constant(name),
    fc.constantFrom('', '2', '4'),
    fc.constantFrom('', '4096', '8,192'),
    fc.constantFrom('Linux', 'Windows Server 2012 R2'),
    fc.constantFrom('', 'BIOS', 'EFI'),
    fc.constantFrom('', '10', '99.5'),
    fc.constantFrom('', 'Shop', 'SHOP', 'CRM', 'Shop,CRM', 'Übersee & Söhne'),
    fc.constantFrom('', 'Env: prod', 'Env: Dev', 'Owner: Ana; Env=test'),
  );
const rows: fc.Arbitrary<readonly Row[]> = fc.subarray(NAMES).chain((names) => fc.tuple(...names.map(rowOf)));

const end = fc.constantFrom('web01', 'WEB02', 'db01.corp.example', 'app01', 'app01.a.example', 'ghost', '');
const traffic = fc.array(fc.tuple(end, end, fc.constantFrom('80', '1433', '389', '50000', '65000')), {
  maxLength: 20,
});

const quoted = (cell: string): string => `"${cell.replace(/"/g, '""')}"`;
const csv = (header: readonly string[], lines: readonly Row[], separator = ','): string =>
  [header, ...lines].map((cells) => cells.map(quoted).join(separator)).join('\r\n');
const trafficCsv = (lines: readonly Row[]): string =>
  csv(
    ['Source server name', 'Destination server name', 'Destination port'],
    lines.map((line) => [...line]),
  );
const OWN =
  'workloads: [{ id: shop, owner: Eva, criticality: high }, { id: idea, dependsOn: [{ on: shop }] }]';

const permuted = (row: Row, order: readonly number[]): string[] => order.map((index) => row[index] ?? '');
const withoutRows = (portfolio: { readonly workloads: readonly InventoryWorkload[] }) =>
  portfolio.workloads.map((workload) => ({ ...workload, sources: [] }));

describe('importing any inventory', () => {
  it('gives the same portfolio whatever the order, case and notation of its columns', async () => {
    const order = fc.shuffledSubarray([...COLUMNS.keys()], { minLength: COLUMNS.length });
    await fc.assert(
      fc.asyncProperty(rows, order, fc.constantFrom(',', ';', '\t'), async (lines, columns, separator) => {
        const plain = await importFiles({ 'a.csv': csv(COLUMNS, lines) });
        const header = permuted(COLUMNS, columns).map((name, index) =>
          index % 2 === 0 ? name.toUpperCase() : `  ${name.toLowerCase().replace('*', '')} (optional)`,
        );
        const other = await importFiles({
          'a.csv': csv(
            header,
            lines.map((line) => permuted(line, columns)),
            separator,
          ),
        });
        expect(other.portfolio).toEqual(plain.portfolio);
      }),
      { numRuns: 60 },
    );
  });

  it('R5 makes no difference the second time, and nothing in it is outside the contract', async () => {
    await fc.assert(
      fc.asyncProperty(rows, traffic, async (lines, seen) => {
        const files = { 'a.csv': csv(COLUMNS, lines), 'd.csv': trafficCsv(seen), 'own.yaml': OWN };
        const { portfolio, result } = await importFiles(files);
        fc.pre(result.errors === 0);
        const again = await importFiles(files, { before: portfolio });
        expect(again.portfolio).toEqual(portfolio);
        expect(again.result.counts).toEqual({
          new: 0,
          changed: 0,
          gone: 0,
          unchanged: portfolio.workloads.length,
        });
        for (const workload of portfolio.workloads)
          expect(InventoryWorkload.parse(workload)).toEqual(workload);
        const servers = portfolio.workloads.flatMap((workload) => workload.servers.map(({ id }) => id));
        expect([servers.length, new Set(servers).size]).toEqual([lines.length, lines.length]);
      }),
      { numRuns: 60 },
    );
  });

  it('gives the same portfolio whatever the order of files and rows', async () => {
    await fc.assert(
      fc.asyncProperty(
        rows,
        traffic,
        fc.nat({ max: 7 }),
        fc.boolean(),
        async (lines, seen, cut, isReversed) => {
          const files = [
            ['a.csv', csv(COLUMNS, lines.slice(0, cut))],
            ['b.csv', csv(COLUMNS, lines.slice(cut))],
            ['d.csv', trafficCsv(seen)],
            ['own.yaml', OWN],
          ] as const;
          const one = await importFiles(Object.fromEntries(files));
          const turned = (text: string): string => {
            const [header = '', ...rest] = text.split('\r\n');
            return [header, ...rest.reverse()].join('\r\n');
          };
          const other = await importFiles(
            Object.fromEntries(
              files
                .map(([name, text]): [string, string] => [
                  name,
                  isReversed && name !== 'own.yaml' ? turned(text) : text,
                ])
                .reverse(),
            ),
          );
          expect(withoutRows(other.portfolio)).toEqual(withoutRows(one.portfolio));
          expect(other.portfolio.connections).toEqual(one.portfolio.connections);
          expect(other.result.errors).toBe(one.result.errors);
        },
      ),
      { numRuns: 60 },
    );
  });
});
