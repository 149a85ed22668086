import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CutoverView } from '../../shared/contracts/api';
import { startCauseway, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

/** Begun at once and awaited by its test, so that the waves run side by side. */
function begin<T>(work: () => Promise<T>): Promise<T> {
  const promise = work();
  promise.catch(() => undefined);
  return promise;
}

describe('workloads that depend on each other', () => {
  let causeway: Causeway;
  let circle: Promise<CutoverView[]>;
  let chain: Promise<CutoverView[]>;
  let broken: Promise<{ base: CutoverView; above: TestWorkload[]; review: string }>;
  let narrow: Promise<CutoverView[]>;

  const make = (
    id: string,
    dependsOn: string[],
    options: { breakTarget?: boolean } = {},
  ): Promise<TestWorkload> =>
    causeway.makeWorkload({ id, files: options.breakTarget ? 12 : 3, plan: { dependsOn }, ...options });

  const driveAll = async (
    waveId: string,
    workloads: readonly TestWorkload[],
    maxConcurrentCutovers = 50,
  ): Promise<CutoverView[]> => {
    await causeway.beginWave(waveId, workloads, { maxConcurrentCutovers });
    return Promise.all(workloads.map((each) => causeway.drive(causeway.cutoverIdOf(waveId, each))));
  };

  beforeAll(async () => {
    causeway = await startCauseway();
    circle = begin(async () =>
      driveAll('circle', [await make('left', ['right']), await make('right', ['left'])]),
    );
    chain = begin(async () =>
      driveAll('chain', [
        await make('page', ['logic']),
        await make('logic', ['storage']),
        await make('storage', []),
      ]),
    );
    broken = begin(async () => {
      const workload = await make('base', [], { breakTarget: true });
      const above = [await make('middle', ['base']), await make('top', ['middle'])];
      await causeway.beginWave('broken', [workload, ...above]);
      const base = await causeway.drive(causeway.cutoverIdOf('broken', workload), undefined, (gate) =>
        gate.gate === 'rollback-decision' ? 'rollback' : undefined,
      );
      const review = (await causeway.openGate('wave:broken', 'wave-review')).question;
      return { base, above, review };
    });
    narrow = begin(async () =>
      driveAll('narrow', [await make('one', []), await make('two', []), await make('three', [])], 1),
    );
  });
  afterAll(() => causeway?.stop());

  it('R35 in a circle both begin and both arrive: neither waits for the other', async () => {
    const ends = await circle;
    expect(ends.map(({ status }) => status)).toEqual(['completed', 'completed']);
    const arrived = ends.map(({ arrivedAt }) => Date.parse(arrivedAt ?? ''));
    for (const { createdAt } of ends) expect(Date.parse(createdAt)).toBeLessThan(Math.min(...arrived));
  });

  it('R35 in a chain each begins only after what it rests on has arrived', async () => {
    const [page, logic, storage] = await chain;
    expect([page?.status, logic?.status, storage?.status]).toEqual(['completed', 'completed', 'completed']);
    expect(Date.parse(logic?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(storage?.arrivedAt ?? ''));
    expect(Date.parse(page?.createdAt ?? '')).toBeGreaterThanOrEqual(Date.parse(logic?.arrivedAt ?? ''));
  });

  it('R35 where what they rest on was rolled back, the others never begin, and the review says why', async () => {
    const { base, above, review } = await broken;
    expect(base.status).toBe('rolled-back');
    expect(review).toContain('middle not started because base did not arrive');
    expect(review).toContain('top not started because middle did not arrive');
    expect(Object.keys((await causeway.wave('broken')).cutovers)).toEqual(['base']);
    for (const workload of above)
      expect(await workload.about()).toMatchObject({ activeSide: 'source', frozen: false });
  });

  it('R129 never has more under way than the wave allows', async () => {
    const ends = await narrow;
    ends.slice(1).forEach((end, index) => {
      expect(Date.parse(end.createdAt)).toBeGreaterThanOrEqual(Date.parse(ends[index]?.arrivedAt ?? ''));
    });
  });
});
