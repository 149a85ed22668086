import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { workloadSecretsCheck } from '../../../../functions/doctor/workload-secrets-check';
import { checkReadiness } from '../../../../functions/steps/readiness';
import type { StepContext } from '../../../../functions/steps/step';
import { MigrationError } from '../../../../shared/contracts/errors';
import type { Secrets } from '../../../../shared/ports/secrets';
import { LedgerUnderTest } from '../../../support/ledger-under-test';
import { sampleWorkload } from '../../../support/sample-plan';

const REQUIRED = ['adoption-plan', 'landing-zone', 'skills', 'assessment', 'target-architecture'] as const;
const PASSWORD = 'open-sesame';

const shop = sampleWorkload({
  method: 'redeploy',
  readiness: REQUIRED.map((key) => ({ key, met: true, note: 'Seen' })),
  assets: [
    {
      id: 'orders',
      kind: 'postgres',
      source: { connection: 'shop-source' },
      target: { connection: 'shop-target' },
    },
  ],
  controls: { kind: 'http', url: 'https://shop.example/hook', secret: 'shop-hook' },
  release: {
    pipeline: {
      service: 'github-actions',
      repository: 'o/shop',
      workflow: 'deploy.yml',
      token: 'shop-token',
    },
    next: '2.0.0',
    previous: null,
  },
});

describe('secrets that a workload names', () => {
  let under: LedgerUnderTest;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    await under.putWorkload(shop);
  });
  afterEach(() => under.close());

  const holding = (...there: readonly string[]): Secrets => ({
    read: async (name) => {
      if (there.includes(name)) return PASSWORD;
      throw new MigrationError('secret-missing', `No secret ${name}`);
    },
  });
  const ready = (secrets: Secrets) =>
    checkReadiness({
      services: {
        ledger: under.ledger,
        secrets,
        runbooks: {},
        releases: { open: () => ({ readiness: async () => ({ kind: 'not-ready', reason: 'asked next' }) }) },
      },
      cutover: { id: 'w--shop', workloadId: 'shop', workload: shop },
    } as unknown as StepContext);

  it('R9 are all there before anything starts, and those that are not are named with their use', async () => {
    const found = await ready(holding('shop-source', 'shop-hook'));
    expect(found).toMatchObject({
      kind: 'failed',
      code: 'secret-missing',
      reason:
        'secrets are missing: target of orders: No secret shop-target; token of the pipeline: No secret shop-token',
    });
    expect(JSON.stringify(found)).not.toContain(PASSWORD);
    expect(await ready(holding('shop-source', 'shop-hook', 'shop-target', 'shop-token'))).toMatchObject({
      code: 'pipeline-not-ready',
    });
  });

  it('R9 are waited for where it cannot be told for now whether they are there', async () => {
    const unavailable = new MigrationError('secret-unavailable', 'the vault does not answer');
    await expect(ready({ read: () => Promise.reject(unavailable) })).rejects.toBe(unavailable);
  });

  it('are warned of by the doctor, with the workload', async () => {
    const { store } = under.ledger;
    expect(
      await workloadSecretsCheck(store, holding('shop-source', 'shop-hook', 'shop-token')).run(),
    ).toEqual({
      verdict: 'warning',
      detail: 'shop, target of orders: No secret shop-target',
    });
    const all = holding('shop-source', 'shop-target', 'shop-hook', 'shop-token');
    expect(await workloadSecretsCheck(store, all).run()).toEqual({ verdict: 'ok', detail: '4 are there' });
  });
});
