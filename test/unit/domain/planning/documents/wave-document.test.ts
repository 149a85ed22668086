import { describe, expect, it } from '@jest/globals';
import { PlanHead } from '../../../../../shared/contracts/planning/plan';
import type { InventoryWorkload } from '../../../../../shared/contracts/planning/portfolio';
import { planDocument } from '../../../../../shared/domain/planning/documents/plan-document';
import { toMarkdown } from '../../../../../shared/domain/planning/documents/to-markdown';
import { waveDocument } from '../../../../../shared/domain/planning/documents/wave-document';
import { makePlan } from '../../../../../shared/domain/planning/make-plan';
import { inventoryServer, inventoryWorkload, planSettings } from '../../../../support/planning/inventory';

const workload = (more: object) =>
  inventoryWorkload({
    id: 'crm',
    name: 'Customers',
    owner: 'Olga Owner',
    businessUnit: 'Sales',
    environment: 'production',
    criticality: 'medium',
    acceptableDowntimeMinutes: 300,
    dataGb: 20,
    impact: { customer: 'low', revenue: 'none', compliance: 'none' },
    servers: [inventoryServer({ name: 'crm01', operatingSystem: 'Windows Server 2012 R2' })],
    tracked: [{ key: 'rollback-rehearsed', state: 'done', note: 'back in 14 minutes on 3 March' }],
    execution: {
      controls: { kind: 'http', url: 'https://crm.example.org/hooks', secret: 'crm-hook' },
      acceptance: [{ name: 'front page', url: 'https://crm.example.org/' }],
      manualChecks: ['Search finds a customer.'],
      thresholds: { maxErrorRate: 0.02, maxP95Ms: 800, maxConsecutiveFailures: 3 },
      rollbackEstimateMs: 1_200_000,
      rollbackPlan: 'Point the load balancer back.',
    },
    ...more,
  });
const SETTINGS = planSettings({
  rollbackAuthority: 'Ines Approver',
  emergencyChannel: '+49 30 1234567',
  signatories: [{ name: 'Ines Approver', role: 'approver' }],
  communication: [
    { audience: 'Sales', message: 'Customers will be read-only', channel: 'teams', when: 'a week before' },
  ],
});

interface Around {
  readonly beside?: readonly InventoryWorkload[];
  readonly capacity?: object;
}

const sheetOf = (more: object = {}, { beside = [], capacity = {} }: Around = {}): string => {
  const portfolio = { workloads: [workload(more), ...beside], connections: [] };
  const settings = { ...SETTINGS, capacity: { ...SETTINGS.capacity, ...capacity } };
  const content = makePlan({
    portfolio,
    portfolioHash: '0'.repeat(64),
    settings,
    edits: [],
    previous: null,
  });
  const head = PlanHead.parse({
    ...{
      id: 'big',
      name: 'Big plan',
      portfolioId: 'main',
      version: 3,
      portfolioVersion: 1,
      contentHash: 'a'.repeat(64),
    },
    ...{
      waves: 1,
      workloads: 1,
      errors: 0,
      editors: [],
      started: {},
      changedBy: 'Lena',
      changedAt: '2026-11-21T00:00:00.000Z',
    },
    approval: {
      by: 'Ines',
      at: '2026-11-21T10:00:00.000Z',
      contentHash: 'a'.repeat(64),
      reason: 'agreed in writing',
    },
    confirmations: [{ by: 'Olga Owner', at: '2026-11-21T09:00:00.000Z', wave: 1 }],
  });
  const [wave] = content.waves;
  const [classification] = content.classifications;
  const [member] = portfolio.workloads;
  if (wave === undefined || classification === undefined || member === undefined) throw new Error('no wave');
  const members = [{ workload: member, classification }];
  const sheet = waveDocument({ head, settings, wave, members, cuts: content.cuts });
  return toMarkdown(sheet) + toMarkdown(planDocument({ head, content, portfolio }));
};

describe('the sheet of a wave', () => {
  it('R60 presents name, owner, criticality, type, window, impact and why', () => {
    const sheet = sheetOf();
    expect(sheet).toContain(
      '| Customers | Olga Owner | Sales | medium | production | offline | express-route |',
    );
    expect(sheet).toContain('Window: Sat 2027-01-09 20:00 UTC to Sun 2027-01-10 06:00 UTC.');
    expect(sheet).toContain('customers low, revenue none, compliance none');
    expect(sheet).toMatch(
      /An outage of up to .* is forecast, within the tolerated 5 hours: offline\. \(R14\)/,
    );
  });

  it('R49 R50 R61 shows when it comes back, how, how fast, and what the rehearsal showed', () => {
    const sheet = sheetOf();
    expect(sheet).toContain(
      'more than 2 % of requests fail; or more than 5 of 100 requests take longer than 800 ms',
    );
    expect(sheet).toContain('It takes 20 minutes');
    expect(sheet).toContain('done: back in 14 minutes on 3 March');
    expect(sheetOf({ tracked: [] })).toContain('no rehearsal is recorded');
  });

  it.each([
    ['offline', 'send users back to the source by the configuration that was kept'],
    ['online', 'block writes on the target and let the last of them arrive at the source'],
    ['redeploy', 'deploy the previous release again by its pipeline'],
  ])('R52 has steps of its own for %s', (method, step) => {
    const facts = {
      offline: {},
      online: {
        acceptableDowntimeMinutes: 16,
        databases: [{ name: 'crm', engine: 'postgresql', sizeGb: 500 }],
      },
      redeploy: { isContainerised: true },
    }[method];
    expect(sheetOf(facts)).toContain(step);
  });

  it('R53 R64 says what Causeway does, what people would do by hand, and who decides', () => {
    const sheet = sheetOf();
    expect(sheet).toContain('Causeway does it');
    expect(sheet).toContain('By hand: Point the load balancer back.');
    expect(sheet).toContain('Ines Approver decides');
    const bare = sheetOf({ execution: null });
    expect(bare).toContain('people do it and say what they saw');
    expect(bare).toContain('nobody has written down what to do should it fail');
  });

  it('R59 R62 R65 names who is told, who agreed, who signs, and where they are reached', () => {
    const sheet = sheetOf();
    expect(sheet).toContain('| Sales | Customers will be read-only | teams | a week before |');
    expect(sheet).toContain('| Olga Owner | Sat 2026-11-21 09:00 UTC |');
    expect(sheet).toContain('| Ines Approver | approver | – | – |');
    expect(sheet).toContain('Emergencies: +49 30 1234567.');
  });

  it('R37 names who answers for a bridge on either side of it', () => {
    const shop = inventoryWorkload({ id: 'shop', name: 'Shop', owner: 'Per', dependsOn: [{ on: 'crm' }] });
    const capacity = { workloadsPerWave: 1 };
    const bridge = /\| shop \| crm \| \d and \d \| api-proxy \| [^|]+ \| Per \| Olga Owner \|/g;
    expect(sheetOf({}, { beside: [shop], capacity }).match(bridge)).toHaveLength(2);
  });

  it('R66 names the checks by which it is accepted', () => {
    const sheet = sheetOf();
    expect(sheet).toContain('| front page | https://crm.example.org/ | status 200 within 5000 ms |');
    expect(sheet).toContain('Search finds a customer.');
    expect(sheetOf({ execution: null })).toContain('No check of the moved workload is described yet.');
  });

  it('R74 lists what has to be done before, who does it and whether it stops the wave', () => {
    expect(sheetOf()).toMatch(/\| Replace operating systems out of support \| yes \| open \| – \| – \|/);
  });

  it('R45 R48 shows the parts of the schedule and other dates with what they cost', () => {
    const sheet = sheetOf();
    for (const part of ['preparation', 'cutover', 'testing', 'contingency'])
      expect(sheet).toContain(`| ${part} |`);
    expect(sheet).toContain('What it costs or wins');
  });
});
