import { setTimeout as sleep } from 'node:timers/promises';
import { row } from '../postgres/bench-part';
import { newFolder, type Bed, type Measure } from './bed';
import { HostEngine } from './host-engine';
import { residentMib } from './processor-time';

/** Node gives memory back some seconds after there was much to do. */
const SETTLED_AFTER_MS = 10_000;

const waiting =
  (name: string, count: number): Measure =>
  async (bed) => {
    const folder = newFolder(bed, name);
    const first = await HostEngine.start(folder);
    const ids = await first.wait(count);
    const before = await resident(first);
    bed.say(`${name}: ${before.toFixed(0)} MiB`);
    await first.kill();
    const began = performance.now();
    const second = await HostEngine.start(folder);
    // Ready is who acts on an event, also for the instance that was started last.
    await second.signal(ids.at(-1) ?? '');
    const readyMs = performance.now() - began;
    const after = await resident(second);
    bed.say(`${name}: ready after ${readyMs.toFixed(0)} ms, ${after.toFixed(0)} MiB`);
    await proveAlive(second, ids);
    await second.kill();
    return [
      row(`${name}-memory`, 'MiB', Math.max(before, after)),
      row(`${name}-restart`, 'ms', readyMs, {
        peers: { 'with nothing waiting': await emptyRestart(bed) },
      }),
    ];
  };

export const waiting10k = waiting('waiting-10k', 10_000);
export const waiting100k = waiting('waiting-100k', 100_000);

const resident = async ({ pids: [pid = 0] }: HostEngine): Promise<number> => {
  await sleep(SETTLED_AFTER_MS);
  return residentMib(pid).now;
};

/** Throws where an instance somewhere in the middle does not go on. */
const proveAlive = async (engine: HostEngine, ids: readonly string[]): Promise<void> => {
  const id = ids[Math.floor(ids.length / 2)] ?? '';
  await engine.signal(id);
  while ((await engine.status(id)) === 'Running') await sleep(5);
};

const emptyRestart = async (bed: Bed): Promise<number> => {
  const folder = newFolder(bed, 'empty');
  await (await HostEngine.start(folder)).kill();
  const began = performance.now();
  const engine = await HostEngine.start(folder);
  const readyMs = performance.now() - began;
  await engine.kill();
  return readyMs;
};
