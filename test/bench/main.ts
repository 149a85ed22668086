// `npm run bench -- <name> [--json]`: runs test/bench/<name>.ts and prints its figures. Never part of the tests.
import { readdirSync } from 'node:fs';
import type { Bench, BenchResult, BenchRow } from './bench';

const OURS = ['bench.ts', 'choose-rows.ts', 'main.ts'];

const print = (text: string): void => void process.stdout.write(`${text}\n`);
const complain = (text: string): void => void process.stderr.write(`${text}\n`);

const names = readdirSync(__dirname)
  .filter((file) => file.endsWith('.ts') && !OURS.includes(file))
  .map((file) => file.slice(0, -'.ts'.length));

const load = (name: string): Bench =>
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- only the benchmark asked for is loaded
  (require(`./${name}`) as { readonly bench: Bench }).bench;

const usage = (): string =>
  [
    'Usage: npm run bench -- <name> [--json]',
    'CAUSEWAY_BENCH_ROWS=<row>,<row> measures some rows of engine, files, planner or postgres.',
    ...names.map((name) => `  ${name.padEnd(16)}${load(name).about}`),
  ].join('\n');

const figure = (value: number | null): string =>
  value === null ? '-' : String(Number(value.toPrecision(4)));

const lineOf = ({ name, ours, unit, better, peers, limit, spread = {} }: BenchRow): string => {
  const others = Object.entries(peers).map(
    ([peer, value]) => `${peer} ${figure(value)} (ours/${peer} ${(ours / value).toFixed(2)})`,
  );
  const parts = [`${figure(ours)} ${unit}`, `${better} is better`, ...others];
  const rounds = Object.entries(spread).map(
    ([each, [low, high]]) => `${each} ${figure(low)} to ${figure(high)}`,
  );
  const ends = [
    ...(limit === null ? [] : [`limit ${figure(limit)}`]),
    ...(rounds.length === 0 ? [] : [`rounds: ${rounds.join(', ')}`]),
  ];
  return `  ${name.padEnd(40)}${[...parts, ...ends].join('; ')}`;
};

/** How many times better ours is than each peer, by row: the last line, for programs. */
const timesBetter = (rows: readonly BenchRow[]): Record<string, Record<string, number>> =>
  Object.fromEntries(
    rows
      .filter(({ peers }) => Object.keys(peers).length > 0)
      .map(({ name, better, ours, peers }) => [
        name,
        Object.fromEntries(
          Object.entries(peers).map(([peer, value]) => [
            peer,
            Number((better === 'higher' ? ours / value : value / ours).toPrecision(3)),
          ]),
        ),
      ]),
  );

const printed = (name: string, { rows, seed, rounds, leavesOut }: BenchResult): string =>
  [
    `${name}: medians of ${rounds} rounds, seed ${seed}`,
    ...rows.map(lineOf),
    ...leavesOut,
    JSON.stringify({ bench: name, timesBetter: timesBetter(rows) }),
  ].join('\n');

const main = async (args: readonly string[]): Promise<number> => {
  const [name, ...unknown] = args.filter((arg) => arg !== '--json');
  if (name === undefined || name === '--help') {
    print(usage());
    return 0;
  }
  if (!names.includes(name) || unknown.length > 0) {
    complain(`bench: ${[name, ...unknown].join(' ')}: give one of ${names.join(', ')}`);
    return 2;
  }
  const result = await load(name).run((line) => complain(line));
  const { rows, seed, rounds, leavesOut } = result;
  print(
    args.includes('--json')
      ? JSON.stringify({ bench: name, rows, seed, rounds, leavesOut, timesBetter: timesBetter(rows) })
      : printed(name, result),
  );
  return 0;
};

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  },
);
