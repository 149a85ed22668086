import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WorkloadInput } from '../../../shared/contracts/workload';
import { methodProblem } from '../../../shared/domain/method-problem';
import { sampleWorkload } from '../../support/sample-plan';

const HOOK = { kind: 'http', url: 'https://shop.example/hook', secret: 'shop-hook' } as const;
const DATABASE = {
  id: 'orders',
  kind: 'postgres',
  source: { connection: 'old-orders' },
  target: { connection: 'new-orders' },
} as const;
const RELEASE = {
  pipeline: {
    service: 'github-actions',
    repository: 'contoso/shop',
    workflow: 'deploy.yml',
    token: 'pipeline-token',
  },
  next: 'v2',
  previous: null,
} as const;

const problemOf = (change: Parameters<typeof sampleWorkload>[0]) => methodProblem(sampleWorkload(change));

describe('R17 the method of a workload', () => {
  it('takes what fits it', () => {
    expect(problemOf({})).toBeNull();
    expect(problemOf({ method: 'online', assets: [DATABASE], controls: HOOK })).toBeNull();
    expect(problemOf({ method: 'redeploy', assets: [], release: RELEASE })).toBeNull();
    for (const name of ['workload', 'workload-postgres', 'workload-redeploy']) {
      const file = join(__dirname, `../../../examples/${name}.json`);
      const example = WorkloadInput.parse(JSON.parse(readFileSync(file, 'utf8')));
      expect([name, methodProblem(example)]).toEqual([name, null]);
    }
  });

  it.each([
    ['a redeployment without a release', { method: 'redeploy', assets: [] }, 'release'],
    ['a release without redeployment', { method: 'offline', release: RELEASE }, 'release'],
    ['nothing to move', { method: 'offline', assets: [] }, 'assets'],
    ['an online switch without a database', { method: 'online', controls: HOOK }, 'assets'],
    [
      'an online switch of two databases',
      { method: 'online', controls: HOOK, assets: [DATABASE, { ...DATABASE, id: 'stock' }] },
      'assets',
    ],
    ['an online switch by hand', { method: 'online', assets: [DATABASE] }, 'controls.kind'],
  ] as const)('refuses %s, naming the field', (_what, change, field) => {
    expect(problemOf(change as Parameters<typeof sampleWorkload>[0])).toMatchObject({ field });
  });
});
