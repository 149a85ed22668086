import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SystemClock } from '../../../host/clock';

const WEEK_MS = 7 * 86_400_000;

describe('SystemClock', () => {
  let folder: string;
  let clock: SystemClock;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'causeway-clock-'));
    clock = new SystemClock(path.join(folder, 'offset'));
  });
  afterEach(() => {
    clock.close();
    rmSync(folder, { recursive: true });
  });

  const rung = (atMs: number): Promise<number> =>
    new Promise((resolve) => clock.at(atMs, () => resolve(clock.now())));

  it('rings when the time has come, never before', async () => {
    const atMs = clock.now() + 30;
    expect(await rung(atMs)).toBeGreaterThanOrEqual(atMs);
  });

  it('rings at once for a time in the past, after the caller has gone on', async () => {
    let isSet = false;
    const ring = new Promise<boolean>((resolve) => clock.at(0, () => resolve(isSet)));
    isSet = true;
    expect(await ring).toBe(true);
  });

  it('rings in the order of time when weeks pass in its file', async () => {
    const order: number[] = [];
    const alarms = [3, 1, 2].map(
      (week) =>
        new Promise<void>((resolve) => {
          clock.at(clock.now() + week * WEEK_MS, () => {
            order.push(week);
            resolve();
          });
        }),
    );
    writeFileSync(path.join(folder, 'offset'), `${3 * WEEK_MS + 1000}\n`);
    await Promise.all(alarms);
    expect(order).toEqual([1, 2, 3]);
    expect(clock.now() - Date.now()).toBeGreaterThan(3 * WEEK_MS);
  });

  it('forgets an alarm, whichever place it has', async () => {
    const order: number[] = [];
    const start = clock.now();
    const forget = Array.from({ length: 20 }, (_, n) => clock.at(start + 5 + n, () => order.push(n)));
    for (const n of [0, 7, 13, 19]) forget[n]?.();
    await rung(start + 60);
    expect(order).toEqual([1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 12, 14, 15, 16, 17, 18]);
  });

  it('ignores a file that is half written', async () => {
    writeFileSync(path.join(folder, 'offset'), 'not a number');
    await rung(clock.now() + 300);
    expect(Math.abs(clock.now() - Date.now())).toBeLessThan(WEEK_MS);
  });
});
