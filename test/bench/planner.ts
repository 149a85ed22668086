import type { Bench, BenchRow } from './bench';
import { chooseRows } from './choose-rows';
import { cutRows } from './planner/cut-rows';
import { finishDateRows } from './planner/finish-date';
import { importRows } from './planner/import-rows';
import { planRows } from './planner/plan-rows';
import { waveRows } from './planner/wave-rows';

const SEED = 1;
const ROUNDS = 3;

type Measure = (rounds: number, seed: number, say: (line: string) => void) => Promise<BenchRow[]>;

/** By the name that `CAUSEWAY_BENCH_ROWS` takes; each gives all its rows. */
const ROWS: Readonly<Record<string, Measure>> = {
  'finish-date': finishDateRows,
  'import-100k': importRows,
  'plan-100k': planRows,
  waves: waveRows,
  'cut-weight': cutRows,
};

export const bench: Bench = {
  about: 'importing, planning and replanning a portfolio of 100,000 servers',
  run: async (say) => {
    const { chosen, notMeasured } = chooseRows(ROWS);
    const rows: BenchRow[] = [];
    for (const measure of chosen) rows.push(...(await measure(ROUNDS, SEED, say)));
    return {
      rows,
      seed: SEED,
      rounds: ROUNDS,
      leavesOut: [
        ...notMeasured,
        'finish-date: means of 20 made-up plans of 120 waves; the limit is what no plan can be quicker than, which need not be possible; exact: 20 of 14 waves without transfers, beside the earliest end, proved by HiGHS.',
        'plan: a made-up estate of 100,000 workloads and 500,000 connections, read from a file, in a process of its own; replan: after one pin.',
        'waves: grouping alone, without classification and dates, of a made-up estate in memory; again: after one pin, its connections read before.',
        'cut-weight: whole groupings; ten portfolios of 14 workloads, small enough for HiGHS, whose optimum is the limit; planted: the limit is the cut of the services that the portfolio was made of. No graph partitioner that runs here was found on npm.',
        'import: from files in the page cache to a portfolio in memory, in a process of its own (VmHWM); nothing is stored. The company is made up.',
      ],
    };
  },
};
