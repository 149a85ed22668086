import { describe, expect, it } from '@jest/globals';
import { render } from '../../../clients/cli/render';
import { showPlan } from '../../../clients/cli/show-plan';
import { WavePlan } from '../../../shared/contracts/wave-plan';
import { planContent, planHash } from '../../../shared/domain/plan-hash';
import { itineraryFor } from '../../../shared/domain/itinerary-for';
import { itineraries } from '../../../orchestrations/itineraries';
import { sampleWave, sampleWorkload } from '../../support/sample-plan';

const RELEASE = {
  pipeline: {
    service: 'github-actions' as const,
    ...{ repository: 'acme/shop', workflow: 'deploy.yml', token: 'github' },
  },
  ...{ next: '2.0.0', previous: '1.9.0' },
};

const full = sampleWorkload({
  method: 'redeploy',
  criticality: 'mission-critical',
  ...{ release: RELEASE, businessUnit: 'Sales' },
  ...{ dependsOn: ['ledger'], acceptableDowntimeMs: 5_400_000 },
  assets: [
    {
      kind: 'files',
      ...{ id: 'files', root: '/srv/shop', container: 'shop', exclude: ['tmp'], prefix: 'a/' },
    },
  ],
  controls: { kind: 'http', url: 'https://shop.example.org/hooks', secret: 'shop-hook' },
  traffic: {
    kind: 'app-configuration',
    ...{ store: 'settings', key: 'shop', source: 'old', target: 'new' },
  },
  acceptance: [{ name: 'front page', url: 'https://shop.example.org/' }],
  observationChecks: [{ name: 'basket', url: 'https://shop.example.org/basket' }],
  manualChecks: ['Search finds a page.'],
  thresholds: { maxErrorRate: 0.07, maxP95Ms: 2_500, maxConsecutiveFailures: 4 },
  ...{ observationMs: 1_800_000, stabilisationMs: 259_200_000, rollbackEstimateMs: 1_200_000 },
  rollbackPlan: 'First tell the support.\nplan hash  none',
  ...{ targetEnvironment: 'shop-production', restore: true },
  endpoints: [{ id: 'bank', host: 'bank.example.org', protocol: 'tcp' }],
});
const wave = sampleWave({
  ...{
    workloadIds: ['shop', 'orders'],
    changeTicket: 'CHG0001',
    afterWave: 'zero',
    maxConcurrentCutovers: 1,
  },
  window: {
    ...{ start: '2026-12-12T20:00:00+01:00', end: '2026-12-13T04:30:00+01:00', timeZone: 'Europe/Berlin' },
  },
  blackouts: [
    { start: '2026-12-13T00:00:00Z', end: '2026-12-13T00:30:00Z', reason: 'The books are closed.' },
  ],
  scheduledStart: '2026-12-12T20:30:00+01:00',
});
const database = sampleWorkload({
  ...{ id: 'orders', name: 'Orders' },
  method: 'online',
  assets: [
    {
      kind: 'postgres',
      ...{ id: 'db', source: { connection: 'old-db' }, target: { connection: 'new-db' } },
    },
  ],
});

function planned(workloads = [full, database], of = wave): WavePlan {
  const plan = [of, workloads, (workload: typeof full) => itineraryFor(itineraries, workload)] as const;
  return WavePlan.parse({ planHash: planHash(...plan), isAsPlanned: true, plan: planContent(...plan) });
}
const shown = (plan: WavePlan): string =>
  render({ kind: 'parts', item: plan, parts: showPlan(plan) }, 'table');

describe('a plan at the terminal', () => {
  it('R63 says when, in its own zone and in UTC, under which ticket and in which order, and its hash whole', () => {
    const text = shown(planned());
    expect(text).toMatch(/^first: First wave\n +plan hash +[0-9a-f]{64}\n/);
    expect(text).toMatch(
      /window +Sat, 12 Dec 2026, 20:00 GMT\+1 – Sun, 13 Dec 2026, 04:30 GMT\+1, Europe\/Berlin, 8 h 30 min\n/,
    );
    expect(text).toContain(' 2026-12-12T19:00:00Z – 2026-12-13T03:30:00Z, UTC\n');
    expect(text).toMatch(
      /blackouts +Sun, 13 Dec 2026, 01:00 GMT\+1 .*30 min\n.*UTC\n +The books are closed\.\n/,
    );
    expect(text).toMatch(/starts +by itself at Sat, 12 Dec 2026, 20:30 GMT\+1 \(2026-12-12T19:30:00Z\)\n/);
    expect(text).toMatch(/ticket +CHG0001,/);
    expect(text).toMatch(/after +the review of zero\n/);
    expect(text).toMatch(/order +shop, then orders; at most 1 at a time\n/);
  });

  it('R63 says of each workload whose it is, what moves where, when it fails, and the way back', () => {
    const text = shown(planned());
    expect(text).toMatch(
      /1 of 2\. shop: .*\n +owner +Olga, Sales\n +criticality +mission-critical; environment: test\n/,
    );
    expect(text).toContain('files: files of /srv/shop, without tmp → container shop, below a/');
    expect(text).toContain('db: PostgreSQL at secret old-db → secret new-db');
    expect(text).toMatch(/downtime +1 h 30 min at most/);
    expect(text).toMatch(/more than 7 % errors, one answer of twenty later than 2 s 500 ms, or 4 failures/);
    expect(text).toMatch(/rollback +about 20 min\n +First tell the support\.\n +plan hash none\n/);
    expect(text).toMatch(/go-no-go \(asks approver\)/);
    expect(text).toMatch(/\n +outage: stop-source/);
    expect(text.split('\n').length).toBeLessThan(100);
  });

  it('R63 R46 changes with every field of a workload that the hash covers', () => {
    const text = shown(planned([full]));
    const other = sampleWorkload({ name: 'Another', owner: 'Nobody' });
    const bare = { ...other, environment: 'production', method: 'online' } as typeof full;
    const fields = Object.keys(planned([full]).plan.workloads[0] ?? {}).filter(
      (name) => name !== 'itinerary',
    );
    const silent = fields.filter((name) => {
      const value = name === 'id' ? 'other' : bare[name as keyof typeof full];
      return (
        shown(planned([{ ...full, [name]: value }])).replace(/[0-9a-f]{64}/, '') ===
        text.replace(/[0-9a-f]{64}/, '')
      );
    });
    expect(silent).toEqual([]);
  });

  it('says that a workload was changed since, and knows no zone that is none', () => {
    const window = { ...wave.window, timeZone: 'Mars/Olympus' };
    const text = shown({ ...planned([full], { ...wave, window }), isAsPlanned: false });
    expect(text).toMatch(/attention +a workload was changed after the wave was planned/);
    expect(text).toMatch(/window +Mars\/Olympus is no time zone\n +2026-12-12T19:00:00Z – /);
    expect(shown(planned())).not.toContain('attention');
  });
});
