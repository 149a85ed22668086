import { describe, expect, it } from '@jest/globals';
import { offline } from '../../../orchestrations/itineraries/offline';
import { online } from '../../../orchestrations/itineraries/online';
import { decideCommand, trafficMoved } from '../../../shared/domain/commands';
import { itineraryFor } from '../../../shared/domain/itinerary-for';
import { methodProblem } from '../../../shared/domain/method-problem';
import { sampleCutover } from '../../support/sample-cutover';
import { sampleWorkload } from '../../support/sample-plan';

const database = {
  id: 'orders',
  kind: 'postgres' as const,
  source: { connection: 'old' },
  target: { connection: 'new' },
};
const files = { id: 'files', kind: 'files' as const, root: '/srv/shop', container: 'shop-files' };
const controls = { kind: 'http' as const, url: 'https://shop.example/hooks', secret: 'shop-hook' };
const shop = (assets: Parameters<typeof sampleWorkload>[0] = {}) =>
  sampleWorkload({ method: 'online', controls, assets: [database], ...assets });

const itineraries = { offline, online, redeploy: offline };
const namesFor = (workload: ReturnType<typeof shop>) =>
  itineraryFor(itineraries, workload).stages.map(({ name }) => name);

describe('the online itinerary', () => {
  it('R107 R108 R109 R110 R111 R112 R113 R114 has a stage for each of them, in that order', () => {
    const first = (requirement: string) =>
      online.stages.findIndex(({ requirements }) => requirements.includes(requirement));
    const order = ['R107', 'R109', 'R113', 'R114', 'R110', 'R112'].map(first);
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
    for (const requirement of ['R108', 'R111', 'R139', 'R140', 'R141', 'R142'])
      expect(first(requirement)).toBeGreaterThan(-1);
  });

  it('R128 stops the application before the window only where files move with the database', () => {
    expect(namesFor(shop())).not.toContain('stop-source');
    const both = namesFor(shop({ assets: [database, files] }));
    expect(both.slice(both.indexOf('stop-source'), both.indexOf('switch-over') + 1)).toEqual([
      'stop-source',
      'final-pass',
      'verify-items',
      'switch-over',
    ]);
  });

  it('undoes newest first: users return, the fences go, the target stops, nothing is left, the freeze ends', () => {
    const undone = itineraryFor(itineraries, shop()).stages.flatMap(({ compensation }) => compensation ?? []);
    expect(undone.reverse()).toEqual([
      'switchBack',
      'disarmSwitch',
      'stopTarget',
      'stopReplication',
      'unfreezeSource',
    ]);
  });

  it('R64 R148 lets nobody cancel once the switch was begun: going back is a decision of its own', () => {
    const itinerary = itineraryFor(itineraries, shop());
    const begun = sampleCutover({ workload: shop() }, itinerary);
    const at = (attempts: number) => ({
      ...begun,
      stages: begun.stages.map((state) => (state.name === 'switch-over' ? { ...state, attempts } : state)),
    });
    expect([trafficMoved(at(0)), trafficMoved(at(1))]).toEqual([false, true]);
    expect(decideCommand(at(0), 'cancel', 'no', 'Otto').kind).toBe('applied');
    expect(decideCommand(at(1), 'cancel', 'no', 'Otto').kind).toBe('refused');
    expect(decideCommand(at(1), 'rollback', 'no', 'Otto').kind).toBe('applied');
  });

  it.each([
    [
      'two databases',
      { assets: [database, { ...database, id: 'more', target: { connection: 'other' } }] },
      'assets',
    ],
    ['none', { assets: [files] }, 'assets'],
    ['people who switch by hand', { controls: { kind: 'manual' as const } }, 'controls.kind'],
  ])('R17 is refused for a workload with %s', (_, change, field) => {
    expect(methodProblem(shop())).toBeNull();
    expect(methodProblem(shop(change))?.field).toBe(field);
  });
});
