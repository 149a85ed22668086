import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startCauseway, type Causeway, type Decide } from '../support/causeway';
import type { StepIn, TestWorkload } from '../support/test-workload';
import { changesOf, firstBothWritable, operationsOf } from './side-history';

const GONE_MS = 1_500;

/** Where the trouble outlasts the retries a person is asked; the answer is to try again. */
const retry: Decide = ({ choices }) => (choices.includes('retry') ? 'retry' : undefined);

describe('what a cutover works with goes away and comes back', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway({ storageOnDisk: true });
  });
  afterAll(() => causeway?.stop());

  async function arriveThrough(workload: TestWorkload): Promise<void> {
    const id = causeway.cutoverIdOf(`wave-${workload.id}`, workload);
    await causeway.beginWave(`wave-${workload.id}`, [workload]);
    const cutover = await causeway.drive(id, ({ status }) => status === 'completed', retry);
    const found: Record<string, string> = {};
    for await (const { name } of workload.container.listBlobsFlat())
      found[name] = createHash('sha256')
        .update(await workload.container.getBlobClient(name).downloadToBuffer())
        .digest('hex');
    expect(found).toEqual(Object.fromEntries(workload.files.map(({ path, sha256 }) => [path, sha256])));
    const operations = operationsOf(dirname(workload.root));
    expect(firstBothWritable(operations)).toBeNull();
    for (const { operation, idempotencyKey } of changesOf(operations)) {
      const stage = cutover.stages.find(({ name }) => idempotencyKey.includes(`.${name}.`));
      const attempt = Number(/\.(\d+)\.[A-Za-z]+\.[a-z]+$/.exec(idempotencyKey)?.[1]);
      expect([operation, attempt >= 1 && attempt <= (stage?.attempts ?? 0)]).toEqual([operation, true]);
    }
    await causeway.log('cutovers', id);
  }

  it('R130 goes on with a copy after the storage account was gone', async () => {
    const workload = await causeway.makeWorkload({ id: 'copied', files: 60 });
    let puts = 0;
    const outages: Promise<void>[] = [];
    const goAway = async (): Promise<void> => {
      await causeway.stopStorage();
      await sleep(GONE_MS);
      await causeway.startStorage();
    };
    workload.stepIn = (touch) => {
      if (touch.kind !== 'blob' || touch.method !== 'PUT' || (puts += 1) !== 30) return undefined;
      outages.push(goAway());
      return { kind: 'break-off' };
    };
    await arriveThrough(workload);
    expect(outages).toHaveLength(1);
    await Promise.all(outages);
  });

  it.each(['stop', 'start', 'switch'])(
    'R96 R135 does once what an application that died at `%s` was asked for',
    async (operation) => {
      const id = `dies-at-${operation}`;
      const workload = await causeway.makeWorkload({ id, files: 5, isMortal: true });
      let deaths = 0;
      let revived: Promise<void> = Promise.resolve();
      const die = (): void => {
        deaths += 1;
        const dead = workload.killApp();
        revived = dead.then(() => sleep(GONE_MS)).then(() => workload.startApp());
      };
      const stepIn: StepIn = (touch) => {
        if (touch.kind !== 'hook' || touch.operation !== operation || deaths > 1) return undefined;
        if (deaths === 1)
          return {
            kind: 'edit',
            edit: (reply) => {
              die();
              return reply;
            },
          };
        die();
        return { kind: 'break-off' };
      };
      workload.stepIn = stepIn;
      await arriveThrough(workload);
      await revived;
      expect(deaths).toBe(2);
    },
  );
});
