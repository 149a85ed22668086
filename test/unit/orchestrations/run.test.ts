import { describe, expect, it } from '@jest/globals';
import { call, startRun, waitForWake } from '../../../orchestrations/run';
import type { Durable, Workflow } from '../../../orchestrations/durable';
import { ScriptedWorld, stepThrough } from '../../support/stepped-durable';

const HOUR_MS = 3_600_000;

/** Looks until there is nothing to look for, six hours at a time. */
function* looking(durable: Durable): Workflow<number> {
  const run = startRun(durable);
  const began = durable.nowMs();
  while ((yield* call(run, 'takeCommands', { cutoverId: 'first--shop' })) === 'wait')
    yield* waitForWake(run, durable.nowMs() + 6 * HOUR_MS);
  return durable.nowMs() - began;
}

const lookFor = async (answers: readonly string[], world: Partial<ScriptedWorld> = {}): Promise<number> => {
  const scripted = new ScriptedWorld({ takeCommands: (_input: never, count: number) => answers[count] });
  const ended = await stepThrough(looking, undefined, Object.assign(scripted, world));
  if (ended.kind !== 'returned') throw new Error('it started afresh');
  return ended.value;
};

describe('a wait to be woken', () => {
  it('ends when woken, or in time', async () => {
    expect(await lookFor(['wait', 'go'])).toBe(6 * HOUR_MS);
    expect(await lookFor(['wait', 'go'], { idles: ['wake'] })).toBe(0);
  });

  it('has heard what woke it while it looked the first time', async () => {
    expect(await lookFor(['wait', 'go'], { wokenDuringNext: ['takeCommands'] })).toBe(0);
  });

  it('has heard what woke it while it looked again, after a wait that nobody ended', async () => {
    const second = { wokenDuring: () => second.count++ === 1, count: 0 };
    expect(await lookFor(['wait', 'wait', 'go'], second)).toBe(6 * HOUR_MS);
  });
});
