import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from '../postgres/bench-part';
import { withEngines, type Measure } from './bed';
import type { EngineUnderTest } from './engine-under-test';
import { figures, inTurns, rowOf } from './rounds';

const EVENTS = 300;
const WARM_UP = 50;
/** Between two events: an engine that sleeps when it has nothing to do may do so. */
const PAUSE_MS = 5;

/** From sending an event to a waiting workflow to the beginning of the step that follows, one at a time. */
export const events: Measure = async (bed) =>
  withEngines(bed, async (engines) => {
    for (const engine of engines) await latencies(engine, WARM_UP);
    const measured = await inTurns(bed, 'event', engines, async (engine) => {
      const all = await latencies(engine, EVENTS);
      return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
    });
    return [
      rowOf(
        'event-p50',
        'ms',
        'lower',
        figures(measured, ({ p50 }) => p50),
      ),
      rowOf(
        'event-p99',
        'ms',
        'lower',
        figures(measured, ({ p99 }) => p99),
      ),
    ];
  });

const latencies = async (engine: EngineUnderTest, count: number): Promise<number[]> => {
  const all: number[] = [];
  for (const target of await engine.wait(count)) {
    all.push(await engine.signal(target));
    await sleep(PAUSE_MS);
  }
  return all;
};
