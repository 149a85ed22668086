import type { BenchRow } from '../bench';
import { median } from '../files/run-task';
import { row } from '../postgres/bench-part';
import { newFolder, type Bed, type Measure } from './bed';
import type { Work } from './engine-under-test';
import { HostEngine } from './host-engine';
import { processorSeconds } from './processor-time';

const KIB = 1_024;
/** What JSON adds around a payload: the host takes 900 KiB of JSON and no more. */
const ROOM = 100;
const STEPS_OF_A_PAYLOAD = 10;

interface Size {
  readonly name: string;
  readonly work: readonly Work[];
  /** Steps or instances, that the cost is told for. */
  readonly count: number;
  readonly unit: string;
}

const chain = (rounds: number, payload = 'world'): Work => ({ rounds, width: 1, payload });

/** One chain, longer and longer. */
export const chainGrowth: Measure = (bed) =>
  costs(
    bed,
    [1_000, 2_000, 5_000, 10_000].map((steps) => ({
      name: `chain-${steps}-cost`,
      work: [chain(steps)],
      count: steps,
      unit: 'ms/step',
    })),
  );

/** More and more workflows of five steps. */
export const instanceGrowth: Measure = (bed) =>
  costs(
    bed,
    [100, 1_000, 10_000, 100_000].map((count) => ({
      name: `instances-${count}-cost`,
      work: Array<Work>(count).fill(chain(5)),
      count,
      unit: 'ms/instance',
    })),
  );

/** Larger and larger payloads, into and out of every step. */
export const payloadGrowth: Measure = (bed) =>
  costs(
    bed,
    [100, KIB, 10 * KIB, 100 * KIB, 900 * KIB - ROOM].map((bytes) => ({
      name: `payload-${bytes}-cost`,
      work: [chain(STEPS_OF_A_PAYLOAD, 'x'.repeat(bytes))],
      count: STEPS_OF_A_PAYLOAD,
      unit: 'ms/step',
    })),
  );

/** Time and processor that one takes, of sizes that grow. */
const costs = async (bed: Bed, sizes: readonly Size[]): Promise<BenchRow[]> => {
  const host = await HostEngine.start(newFolder(bed, 'growth'));
  try {
    await host.run(Array<Work>(100).fill(chain(5)));
    const rows: BenchRow[] = [];
    for (const { name, work, count, unit } of sizes) {
      const took: number[] = [];
      const processor: number[] = [];
      for (let round = 1; round <= (work.length > 1_000 ? 1 : bed.rounds); round += 1) {
        const before = processorSeconds(host.pids);
        const began = performance.now();
        await host.run(work);
        took.push((performance.now() - began) / count);
        processor.push(((processorSeconds(host.pids) - before) * 1_000) / count);
      }
      bed.say(`${name}: ${median(took).toFixed(3)} ${unit}, processor ${median(processor).toFixed(3)}`);
      rows.push(row(name, unit, median(took)), row(`${name}-processor`, unit, median(processor)));
    }
    return rows;
  } finally {
    await host.stop();
  }
};
