import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startCauseway, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** On a host of its own: weeks pass here, and nothing else may be waiting through them. */
describe('time after arrival', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway({ clock: true });
  });
  afterAll(() => causeway?.stop());

  const make = (
    id: string,
    plan: Parameters<Causeway['makeWorkload']>[0]['plan'] = {},
  ): Promise<TestWorkload> => causeway.makeWorkload({ id, files: 3, plan });

  const endedAfter = (ms: number, id: string) =>
    causeway.afterPassing(ms, `the end of ${id}`, async () => {
      const cutover = await causeway.cutover(id);
      return cutover.endedAt === null ? null : cutover;
    });

  it('R145 R146 R149 keeps the source read-only for as long as was agreed, then completes', async () => {
    const workload = await make('settling', { stabilisationMs: 14 * DAY_MS });
    await causeway.beginWave('settle', [workload]);
    const id = causeway.cutoverIdOf('settle', workload);
    const arrived = await causeway.drive(id, ({ arrivedAt }) => arrivedAt !== null);
    expect(arrived.endedAt).toBeNull();
    await causeway.advanceClock(13 * DAY_MS);
    expect((await causeway.cutover(id)).endedAt).toBeNull();
    expect(await workload.write('late.txt', 'late', 'source')).not.toBe(204);
    expect((await endedAfter(DAY_MS + MINUTE_MS, id)).status).toBe('completed');
  });

  it('R145 R148 goes back even days after arrival, while the source is kept', async () => {
    const workload = await make('regretted', { stabilisationMs: 14 * DAY_MS });
    await causeway.beginWave('regret', [workload]);
    const id = causeway.cutoverIdOf('regret', workload);
    await causeway.drive(id, ({ arrivedAt }) => arrivedAt !== null);
    await causeway.advanceClock(5 * DAY_MS);
    expect((await causeway.command(id, 'rollback', 'The reports are wrong')).status).toBe(202);
    expect((await causeway.drive(id)).status).toBe('rolled-back');
    expect((await workload.about()).sides).toEqual({
      source: { serving: true, writable: true },
      target: { serving: false, writable: false },
    });
  });
});
