import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';

const SUPPORT = resolve(__dirname, '../support');
const TOTAL = 120;
const KILLS = 12;

describe('SqliteBus under kill -9', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-bus-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  /** Runs the worker until it ends, or kills it once it has said that many lines. */
  const runWorker = async (killAfterLines: number): Promise<number | null> => {
    const hook = join(SUPPORT, 'run-typescript.js');
    const files = [join(folder, 'bus.db'), join(folder, 'effects.log')];
    const child = spawn(
      process.execPath,
      ['--require', hook, join(SUPPORT, 'bus-worker.ts'), ...files, `${TOTAL}`],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const ended = new Promise<number | null>((done) => child.once('close', done));
    let lines = 0;
    createInterface(child.stdout).on('line', () => {
      if ((lines += 1) === killAfterLines) child.kill('SIGKILL');
    });
    return ended;
  };

  it('loses no message, keeps the order of sessions, and delivers again only what was under way', async () => {
    const seed = Date.now() % 1_000_000;
    let state = seed;
    const random = (): number => (state = (state * 48_271 + 11) % 2_147_483_647) / 2_147_483_647;
    let killed = 0;
    for (; killed < KILLS; killed += 1) {
      if ((await runWorker(1 + Math.floor(random() * 40))) !== null) break;
    }
    expect(killed).toBeGreaterThan(2);
    if (killed === KILLS) expect(await runWorker(Infinity)).toBe(0);

    const effects = readFileSync(join(folder, 'effects.log'), 'utf8').trim().split('\n');
    const handled = (subscription: string) =>
      effects
        .map((line) => line.split(' '))
        .filter(([name]) => name === subscription)
        .map(([, session, id, deliveries]) => ({
          session,
          n: Number(id?.slice(1)),
          deliveries: Number(deliveries),
        }));
    const all = Array.from({ length: TOTAL }, (_, n) => n);
    for (const subscription of ['ordered', 'plain']) {
      const seen = handled(subscription);
      const context = `seed ${seed}, ${killed} kills, ${subscription}`;
      const distinct = [...new Set(seen.map(({ n }) => n))];
      expect({ context, handled: distinct.sort((a, b) => a - b) }).toEqual({ context, handled: all });
      const again = seen.length - distinct.length;
      expect({ context, isAgainOnlyUnderWay: again <= killed * 2 }).toEqual({
        context,
        isAgainOnlyUnderWay: true,
      });
      const repeats = seen.filter(({ n }, index) => seen.findIndex((other) => other.n === n) !== index);
      expect(repeats.every(({ deliveries }) => deliveries > 1)).toBe(true);
    }
    for (const session of ['s0', 's1', 's2', 's3']) {
      const inSession = handled('ordered').filter((each) => each.session === session);
      const order = [...new Set(inSession.map(({ n }) => n))];
      expect({ seed, session, order }).toEqual({ seed, session, order: [...order].sort((a, b) => a - b) });
    }
    const bus = new SqliteBus({ path: join(folder, 'bus.db'), now: () => Date.now() });
    expect(bus.subscriptions().map((each) => each.activeMessages + each.deadLetters)).toEqual([0, 0]);
    bus.close();
  });

  it('wakes a listener when another process publishes', async () => {
    const bus = new SqliteBus({ path: join(folder, 'bus.db'), now: () => Date.now() });
    const woken = new Promise<void>((done) => {
      const stop = bus.onReady(() => {
        stop();
        done();
      });
    });
    await runWorker(1);
    await woken;
    bus.close();
  });
});
