import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { InventoryWorkload } from '../../../shared/contracts/planning/portfolio';
import type { WaveCandidate } from '../../../shared/domain/planning/waves/grouping';
import type { BenchRow } from '../bench';
import { median } from '../files/run-task';
import { estateOf } from './estate';

const run = promisify(execFile);
const MAKE_PLAN = path.join(__dirname, 'make-plan.js');
const SIZES = [100, 1_000, 10_000, 100_000];
const PLAN_SECONDS = 5;
const REPLAN_SECONDS = 0.5;
const MEMORY_MIB = 1_536;

interface Figures {
  readonly planSeconds: number;
  readonly replanSeconds: number;
  readonly waves: number;
  readonly undated: number;
  readonly errors: number;
  /** Waves that another edit than theirs changed, too. */
  readonly moved: number;
  readonly rssMib: number;
}

const row = (name: string, unit: string, ours: number, limit: number | null): BenchRow => ({
  ...{ name, unit, ours, limit },
  better: 'lower',
  peers: {},
});

/** A whole plan, classified, grouped and dated, from nothing and again after one pin, at each size. */
export async function planRows(
  rounds: number,
  seed: number,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'causeway-bench-plan-'));
  try {
    const rows: BenchRow[] = [];
    for (const size of SIZES) {
      const file = path.join(folder, `${size}.json`);
      await writeFile(file, portfolioText(size, seed));
      const figures: Figures[] = [];
      for (let round = 0; round < rounds; round += 1) figures.push(await measured(file));
      const middle = (of: (each: Figures) => number): number => median(figures.map(of));
      const { waves = 0, undated = 0, errors = 0, moved = 0 } = figures[0] ?? {};
      say(
        `plan of ${size} workloads: ${waves} waves, ${undated} undated, ${errors} errors; a pin changes ${moved} waves`,
      );
      const name = size >= 1_000 ? `${size / 1_000}k` : `${size}`;
      const isLargest = size === SIZES.at(-1);
      rows.push(
        row(
          `plan-${name}`,
          's',
          middle((each) => each.planSeconds),
          isLargest ? PLAN_SECONDS : null,
        ),
        row(
          `replan-${name}`,
          's',
          middle((each) => each.replanSeconds),
          isLargest ? REPLAN_SECONDS : null,
        ),
        ...(isLargest
          ? [
              row(
                `plan-${name}-memory`,
                'MiB',
                middle((each) => each.rssMib),
                MEMORY_MIB,
              ),
            ]
          : []),
      );
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measured(file: string): Promise<Figures> {
  const { stdout } = await run(process.execPath, [MAKE_PLAN, file]);
  return JSON.parse(stdout) as Figures;
}

function portfolioText(size: number, seed: number): string {
  const { candidates, connections } = estateOf(size, seed);
  return JSON.stringify({ workloads: candidates.map(inventoryOf), connections });
}

const inventoryOf = ({ workload }: WaveCandidate): InventoryWorkload =>
  InventoryWorkload.parse({
    ...workload,
    name: workload.id,
    acceptableDowntimeMinutes: 480,
    // A plan has no wave in which this is not told, and none that waits for it.
    criticalityConfirmed: { by: workload.owner, at: '2026-12-01T00:00:00.000Z' },
    servers: Array.from({ length: workload.servers.length }, (_, index) => ({
      id: `${workload.id}-${index}`,
      name: `${workload.id}-${index}`,
      operatingSystem: 'Ubuntu 24.04',
      storageGb: 80,
    })),
  });
