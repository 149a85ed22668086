import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { SystemClock } from '../../../../shared/adapters/local/system-clock';

const THREE_WEEKS_MS = 21 * 24 * 3600 * 1000;

describe('SystemClock', () => {
  let folder: string;
  let file: string;
  const start = new Date('2026-11-21T08:00:00.000Z').getTime();
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-clock-'));
    file = join(folder, 'offset');
    jest.useFakeTimers({ now: start });
  });
  afterEach(() => {
    jest.useRealTimers();
    rmSync(folder, { recursive: true });
  });
  const offsetMs = (clock: SystemClock) => clock.now().getTime() - Date.now();

  it('tells the time of the machine', () => {
    expect(new SystemClock(undefined).now()).toEqual(new Date(start));
    expect(new SystemClock('').now()).toEqual(new Date(start));
    expect(new SystemClock(file).now()).toEqual(new Date(start));
  });

  it('adds the offset in the file, reread after 200 ms and not before', () => {
    writeFileSync(file, `${THREE_WEEKS_MS}\n`);
    const clock = new SystemClock(file);
    expect(offsetMs(clock)).toBe(THREE_WEEKS_MS);
    writeFileSync(file, '-5');
    jest.advanceTimersByTime(199);
    expect(offsetMs(clock)).toBe(THREE_WEEKS_MS);
    jest.advanceTimersByTime(1);
    expect(offsetMs(clock)).toBe(-5);
    rmSync(file);
    jest.advanceTimersByTime(200);
    expect(offsetMs(clock)).toBe(0);
  });

  it('takes the file from CAUSEWAY_CLOCK_OFFSET_FILE', () => {
    writeFileSync(file, '60000');
    process.env['CAUSEWAY_CLOCK_OFFSET_FILE'] = file;
    try {
      expect(offsetMs(new SystemClock())).toBe(60_000);
    } finally {
      delete process.env['CAUSEWAY_CLOCK_OFFSET_FILE'];
    }
  });

  it.each(['soon', '1.5', '1e3', '12 34', '-'])('refuses the offset %j', (text) => {
    writeFileSync(file, text);
    expect(() => new SystemClock(file).now()).toThrow(/whole number of milliseconds/);
  });
});
