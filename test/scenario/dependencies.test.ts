import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { CutoverView } from '../../shared/contracts/api';
import { startCauseway, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

jest.setTimeout(240_000);

describe('workloads that depend on each other', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway();
  });
  afterAll(() => causeway?.stop());

  const make = (
    id: string,
    dependsOn: string[],
    options: { breakTarget?: boolean } = {},
  ): Promise<TestWorkload> =>
    causeway.makeWorkload({ id, files: options.breakTarget ? 12 : 3, plan: { dependsOn }, ...options });

  const reviewOf = async (waveId: string): Promise<string> =>
    (await causeway.openGate(`wave:${waveId}`, 'wave-review')).question;

  it('R35 in a circle both begin and both arrive: neither waits for the other', async () => {
    const [left, right] = [await make('left', ['right']), await make('right', ['left'])];
    await causeway.beginWave('circle', [left, right]);
    const ends = await Promise.all(
      [left, right].map((each) => causeway.drive(causeway.cutoverIdOf('circle', each))),
    );
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'completed']);
    const began = ends.map(({ createdAt }) => createdAt);
    const arrived = ends.map(({ arrivedAt }) => arrivedAt ?? '');
    expect(Math.max(...began.map(Date.parse))).toBeLessThan(Math.min(...arrived.map(Date.parse)));
  });

  it('R35 in a chain each begins only after what it rests on has arrived', async () => {
    const chain = [await make('page', ['logic']), await make('logic', ['data']), await make('data', [])];
    await causeway.beginWave('chain', chain);
    const ends = await Promise.all(chain.map((each) => causeway.drive(causeway.cutoverIdOf('chain', each))));
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'completed', 'completed']);
    const [page, logic, data] = ends;
    expect(Date.parse(logic?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(data?.arrivedAt ?? ''));
    expect(Date.parse(page?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(logic?.arrivedAt ?? ''));
  });

  it('R35 where what they rest on was rolled back, the others never begin, and the review says why', async () => {
    const base = await make('base', [], { breakTarget: true });
    const above = [await make('middle', ['base']), await make('top', ['middle'])];
    await causeway.beginWave('broken', [base, ...above]);
    const end = await causeway.drive(causeway.cutoverIdOf('broken', base), undefined, (gate) =>
      gate.gate === 'rollback-decision' ? 'rollback' : undefined,
    );
    expect(end.status).toBe('rolled-back');
    const review = await reviewOf('broken');
    expect(review).toContain('middle not started because base did not arrive');
    expect(review).toContain('top not started because middle did not arrive');
    expect(Object.keys((await causeway.wave('broken')).cutovers)).toEqual(['base']);
    for (const { about } of above.map((each) => ({ about: () => each.about() })))
      expect(await about()).toMatchObject({ activeSide: 'source', frozen: false });
  });

  it('R129 never has more under way than the wave allows', async () => {
    const three = await Promise.all(['one', 'two', 'three'].map((id) => make(id, [])));
    await causeway.beginWave('narrow', three, { maxConcurrentCutovers: 1 });
    const ends: CutoverView[] = [];
    for (const each of three) ends.push(await causeway.drive(causeway.cutoverIdOf('narrow', each)));
    ends.slice(1).forEach((end, index) => {
      expect(Date.parse(end.createdAt)).toBeGreaterThanOrEqual(Date.parse(ends[index]?.arrivedAt ?? ''));
    });
  });
});
