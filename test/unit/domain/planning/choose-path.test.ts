import { describe, expect, it } from '@jest/globals';
import { choosePath } from '../../../../shared/domain/planning/classify/choose-path';
import { dataVolume } from '../../../../shared/domain/planning/classify/data-volume';
import { transferMinutes } from '../../../../shared/domain/planning/classify/forecast';
import { DataPath } from '../../../../shared/contracts/planning/settings';
import { inventoryWorkload, planSettings } from '../../../support/planning/inventory';

const path = (kind: string, more: object = {}) => ({
  kind,
  state: 'provisioned',
  megabitsPerSecond: 500,
  ...more,
});
const EXPRESS_ROUTE = path('express-route');
const VPN = path('vpn');
const INTERNET = path('internet', { megabitsPerSecond: 200 });
const DATA_BOX = path('data-box', { megabitsPerSecond: null, leadTimeDays: 10 });

const choose = (facts: object, paths: object[]) => {
  const workload = inventoryWorkload({ id: 'shop', isSensitive: false, criticality: 'low', ...facts });
  return choosePath(workload, dataVolume(workload), planSettings({ paths: paths as never }));
};

describe('data path', () => {
  it('R24 is ExpressRoute where it is provisioned or planned', () => {
    expect(choose({ dataGb: 50 }, [INTERNET, VPN, EXPRESS_ROUTE]).choice.kind).toBe('express-route');
    const planned = path('express-route', { state: 'planned' });
    expect(choose({ dataGb: 50 }, [VPN, planned]).choice.kind).toBe('express-route');
  });

  it('R25 is VPN where there is no ExpressRoute and the gateway is configured', () => {
    const gone = path('express-route', { state: 'unavailable' });
    expect(choose({ dataGb: 50 }, [gone, INTERNET, VPN]).choice.kind).toBe('vpn');
    const planned = path('vpn', { state: 'planned' });
    expect(choose({ dataGb: 50 }, [INTERNET, planned]).choice.kind).toBe('internet');
  });

  it.each([
    ['is sensitive', { dataGb: 50, isSensitive: true }],
    ['may be sensitive', { dataGb: 50, isSensitive: null }],
    ['is more than a low volume', { dataGb: 101 }],
  ])('R26 is not the internet where the data %s', (_, facts) => {
    const { choice, reasons } = choose(facts, [INTERNET]);
    expect(choice.kind).toBeNull();
    expect(choice.options).toMatchObject([{ kind: 'internet', isPossible: false }]);
    expect(reasons.map(({ rule }) => rule)).toEqual(['path-none']);
  });

  it('R27 is Data Box where a line would take more than a week, for what is neither critical nor urgent', () => {
    expect(choose({ dataGb: 60_000 }, [VPN, DATA_BOX]).choice.kind).toBe('data-box');
    expect(choose({ dataGb: 100 }, [VPN, DATA_BOX]).choice.kind).toBe('vpn');
    expect(choose({ dataGb: 60_000, criticality: 'mission-critical' }, [VPN, DATA_BOX]).choice.kind).toBe(
      'vpn',
    );
    expect(choose({ dataGb: 60_000, criticality: null }, [VPN, DATA_BOX]).choice.kind).toBe('vpn');
  });

  it('R27 says what a line would take where there is one, and that there is none where there is none', () => {
    const factsOf = (paths: object[]) => choose({ dataGb: 60_000 }, paths).reasons[0]?.facts;
    expect(factsOf([VPN, DATA_BOX])).toMatchObject({ line: 'vpn', lineMinutes: expect.any(Number) });
    expect(factsOf([INTERNET, DATA_BOX])).toMatchObject({ line: null, lineMinutes: null });
  });

  it('R28 shows every path with what speaks for it, against it, its time and its cost', () => {
    const priced = { ...VPN, costPerGb: 0.05 };
    const { options } = choose({ dataGb: 100 }, [priced, DATA_BOX]).choice;
    expect(options.map(({ kind, cost }) => ({ kind, cost }))).toEqual([
      { kind: 'vpn', cost: 5 },
      { kind: 'data-box', cost: 0 },
    ]);
    for (const option of options) {
      expect(option.pros.length).toBeGreaterThan(0);
      expect(option.cons.length).toBeGreaterThan(0);
      expect(option.transferMinutes?.high).toBeGreaterThan(option.transferMinutes?.low ?? Infinity);
    }
  });

  it('R23 says that a path without a rate has no forecast', () => {
    const { choice, assumed } = choose({ dataGb: 50 }, [path('vpn', { megabitsPerSecond: null })]);
    expect(choice).toMatchObject({ kind: 'vpn', transferMinutes: null });
    expect(assumed).toContain('megabitsPerSecond');
  });

  it('R18 forecasts a measured line with less to spare than a promised one', () => {
    // 45 GB are 360,000 megabits: an hour at 100 Mbit/s.
    const line = (isMeasured: boolean) => DataPath.parse(path('vpn', { megabitsPerSecond: 100, isMeasured }));
    const [measured, promised] = [transferMinutes(45, line(true)), transferMinutes(45, line(false))];
    expect(measured).toEqual({ low: 66.67, likely: 75, high: 100 });
    expect(promised?.high).toBe(150);
  });
});
