import type { Bench, BenchRow } from './bench';
import { cutoverFigures, type CutoverFigures } from './cosmos/cutover-figures';
import { median, waveFigures, WAVES, type WaveFigures } from './cosmos/wave-figures';

const SEED = 1;
const ROUNDS = 5;
const WORKLOADS = 1_000;
/** US dollars, believed of serverless accounts in 2026; the price list of the region decides. */
const PRICE_OF_A_MILLION_UNITS = 0.25;
const PRICE_OF_A_GB_MONTH = 0.25;
const GB = 1024 ** 3;
const MINUTES_OF_A_DAY = 1_440;
/** Each minute: one look for waves that are due, three for what runs. */
const FINDS_A_MINUTE = 4;
const EMPTY_FIND_UNITS = 2.3;
/** A poll each second that finds nothing. */
const IDLE_POLLS_OF_A_DAY = 86_400;

const row = (name: string, unit: string, ours: number, peers: BenchRow['peers'] = {}): BenchRow => ({
  name,
  unit,
  better: 'lower',
  ours,
  peers,
  limit: null,
});

const cutoverRows = (rounds: readonly CutoverFigures[]): BenchRow[] => {
  const of = (figure: keyof CutoverFigures): number => median(rounds.map((each) => each[figure]));
  const units = of('requestUnits') * WORKLOADS;
  const storedGb = (of('storedBytes') * WORKLOADS) / GB;
  const idleUnits = MINUTES_OF_A_DAY * FINDS_A_MINUTE * EMPTY_FIND_UNITS + IDLE_POLLS_OF_A_DAY;
  return [
    row('cutover-reads', 'calls', of('reads')),
    row('cutover-lists-and-finds', 'calls', of('finds')),
    row('cutover-commits', 'calls', of('commits')),
    row('cutover-documents-written', 'documents', of('documents')),
    row('cutover-mean-document', 'bytes', of('documentBytes')),
    row('cutover-largest-commit', 'bytes', of('largestCommitBytes')),
    row('cutover-units-estimate', 'RU', of('requestUnits')),
    row('1000-workloads-units-estimate', 'RU', units),
    row('1000-workloads-units-cost-estimate', 'USD', (units / 1e6) * PRICE_OF_A_MILLION_UNITS),
    row('1000-workloads-stored', 'MB', storedGb * 1024),
    row('1000-workloads-storage-cost-estimate', 'USD/month', storedGb * PRICE_OF_A_GB_MONTH),
    row('idle-day-units-estimate', 'RU', idleUnits),
    row('idle-month-cost-estimate', 'USD', ((30 * idleUnits) / 1e6) * PRICE_OF_A_MILLION_UNITS),
  ];
};

const waveRows = ({ cosmos, sqlite, listUnits, findUnits }: WaveFigures): BenchRow[] => [
  row(`${WAVES}-waves-list-a-partition`, 'ms', cosmos.listMs, { sqlite: sqlite.listMs }),
  row(`${WAVES}-waves-find-20-by-index`, 'ms', cosmos.findMs, { sqlite: sqlite.findMs }),
  row(`${WAVES}-waves-list-units-estimate`, 'RU', listUnits),
  row(`${WAVES}-waves-find-units-estimate`, 'RU', findUnits),
];

export const bench: Bench = {
  about: 'what cutovers do to Cosmos DB and may cost; the documents of 10,000 waves queried',
  run: async (say) => {
    const rounds: CutoverFigures[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      say(`cutover ${round + 1} of ${ROUNDS}`);
      rounds.push(await cutoverFigures(SEED + round));
    }
    say(`the documents of ${WAVES} waves`);
    return {
      rows: [...cutoverRows(rounds), ...waveRows(await waveFigures())],
      seed: SEED,
      rounds: ROUNDS,
      leavesOut: [
        'Calls, documents and bytes are counted on the wire of a cutover run in process. Request units are an ESTIMATE: the stand-in',
        'charges 1 / 1.3 / 10 RU to read and 5 / 7 / 48 RU to create 1 / 4 / 64 KB (Microsoft’s capacity guidance), twice that to',
        'replace, 2.3 RU and the reading for a query in one physical partition. Cost is that at 0.25 USD a million RU and a GB-month.',
        'Left out: requests of people, tokens and their answers kept, the engine’s own storage, the trigger’s reading of changes and',
        'its leases, backup, regions beyond one. Milliseconds are those of adapter and stand-in on this machine, and say nothing about the service.',
      ],
    };
  },
};
