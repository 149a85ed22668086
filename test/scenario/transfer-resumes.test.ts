import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CutoverView } from '../../shared/contracts/api';
import { startCauseway, type Causeway } from '../support/causeway';
import type { TestWorkload, TestWorkloadOptions, WorkloadTouch } from '../support/test-workload';

const FILES = 30;

const writtenPath = (touch: WorkloadTouch): string | null =>
  touch.kind === 'blob' && touch.method === 'PUT' && touch.path.includes('/folder-')
    ? (touch.path.split('?')[0] ?? null)
    : null;

describe('a copy that breaks off in the middle', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway({ storageOnDisk: true });
  });
  afterAll(() => causeway?.stop());

  /** Calls `trouble` at the write with that number and counts how often each blob was written. */
  const make = async (
    id: string,
    troubleAt: number,
    trouble: (path: string) => Promise<void>,
    limits: TestWorkloadOptions['limits'] = {},
  ) => {
    const writes: string[] = [];
    const workload = await causeway.makeWorkload({
      id,
      files: FILES,
      limits,
      stepIn: async (touch) => {
        const path = writtenPath(touch);
        if (path === null) return undefined;
        writes.push(path);
        if (writes.length === troubleAt) await trouble(path);
        return undefined;
      },
    });
    return { workload, writes };
  };

  const expectArrived = async (cutover: CutoverView, workload: TestWorkload): Promise<void> => {
    expect(cutover.status).toBe('completed');
    for (const { path, sha256 } of workload.files)
      expect([path, await workload.read(path)]).toEqual([path, { sha256, servedFrom: 'target' }]);
  };

  it('R122 goes on where it was once the storage is back, and asks nobody', async () => {
    let isGone = false;
    const { workload, writes } = await make('interrupted', 12, async () => {
      await causeway.stopStorage();
      isGone = true;
    });
    await causeway.beginWave('storage-away', [workload]);
    const id = causeway.cutoverIdOf('storage-away', workload);
    const followed = causeway.drive(id);
    await causeway.until('the storage to be gone', async () => (isGone ? true : null));
    await causeway.startStorage();
    const cutover = await followed;
    await expectArrived(cutover, workload);
    expect(new Set(writes).size).toBe(FILES);
    const log = await causeway.log('cutovers', id);
    expect(log.filter(({ kind }) => kind === 'stage.failed')).toEqual([]);
  });

  it('R122 R130 R133 asks where rights are gone, and once they are back copies only what is missing', async () => {
    let denied = false;
    const { workload, writes } = await make('denied', 12, async () => {
      denied = true;
    });
    const { stepIn } = workload;
    const attempted: string[] = [];
    workload.stepIn = async (touch) => {
      if (!denied) return stepIn(touch);
      const path = writtenPath(touch);
      if (path !== null) attempted.push(path);
      return touch.kind === 'blob' ? { kind: 'answer', status: 403, body: '' } : undefined;
    };
    await causeway.beginWave('rights-gone', [workload]);
    const id = causeway.cutoverIdOf('rights-gone', workload);
    let writtenBefore = new Set<string>();
    const asked: string[] = [];
    const cutover = await causeway.drive(id, undefined, (gate) => {
      if (gate.gate !== 'stage-failed') return undefined;
      asked.push(gate.stage);
      denied = false;
      writtenBefore = new Set(writes.filter((path) => !attempted.includes(path)));
      return 'retry';
    });
    expect(asked).toEqual(['initial-copy']);
    await expectArrived(cutover, workload);
    expect(writtenBefore.size).toBeGreaterThan(5);
    const twice = [...writtenBefore].filter((path) => writes.filter((each) => each === path).length > 1);
    expect(twice).toEqual([]);
  });

  it('R122 R133 goes on in a new process after the old one was killed', async () => {
    let killed: Promise<void> | null = null;
    const { workload, writes } = await make('killed', 15, async () => {
      killed = causeway.kill();
      await killed;
    });
    await causeway.beginWave('power-cut', [workload]);
    const id = causeway.cutoverIdOf('power-cut', workload);
    const followed = causeway.drive(id).catch(() => null);
    await causeway.until('the kill', async () => killed);
    await followed;
    await causeway.startHost();
    const cutover = await causeway.drive(id);
    await expectArrived(cutover, workload);
    expect(new Set(writes).size).toBe(FILES);
    expect(cutover.stages.find(({ name }) => name === 'initial-copy')?.attempts).toBe(1);
  });

  it('R123 R131 takes up limits that are changed while it runs', async () => {
    const limits = { parallelSlices: 1, concurrencyPerSlice: 1, requestsPerSecond: 2, bytesPerSecond: null };
    let hasBegun = false;
    const begin = async (): Promise<void> => void (hasBegun = true);
    const { workload } = await make('throttled', 2, begin, limits);
    await causeway.beginWave('limits', [workload]);
    const id = causeway.cutoverIdOf('limits', workload);
    await causeway.drive(id, ({ stage }) => stage === 'initial-copy');
    await causeway.until('the copy to begin', async () => (hasBegun ? true : null));
    const path = `cutovers/${id}/assets/files/limits`;
    const faster = { ...limits, requestsPerSecond: null, concurrencyPerSlice: 8, maxDeletes: 1_000 };
    const { headers } = await causeway.send(causeway.people.viewer, 'GET', path);
    const read = { 'if-match': headers.get('etag') ?? '' };
    expect((await causeway.send(causeway.people.viewer, 'PUT', path, faster, read)).status).toBe(403);
    expect((await causeway.send(causeway.people.operator, 'PUT', path, faster, read)).status).toBe(200);
    const cutover = await causeway.drive(id);
    await expectArrived(cutover, workload);
    expect(cutover.limits['files']).toMatchObject({ requestsPerSecond: null, concurrencyPerSlice: 8 });
    const log = await causeway.log('cutovers', id);
    expect(log.find(({ kind }) => kind === 'limits.changed')).toMatchObject({ actor: 'Otto' });
  });
});
