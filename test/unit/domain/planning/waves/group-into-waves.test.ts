import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { groupIntoWaves, sentences } from '../../../../../shared/domain/planning/waves/group-into-waves';
import { calls, candidate, input, Portfolio, waveOf } from './portfolios';
import { violations } from './violations';

const ids = (count: number, prefix = 'w'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(2, '0')}`);

describe('any portfolio', () => {
  it('R30 R32 R35 R36 keeps every hard rule: one wave each, capacity, environments in order, dependents together or bridged', () => {
    fc.assert(
      fc.property(Portfolio({ most: 0 }), (portfolio) => {
        expect(violations(portfolio, groupIntoWaves(portfolio))).toEqual([]);
      }),
      { numRuns: 400 },
    );
  });

  it('R11 keeps what people ask for, or says as an error what can not be kept', () => {
    fc.assert(
      fc.property(Portfolio({ most: 6 }), (portfolio) => {
        expect(violations(portfolio, groupIntoWaves(portfolio))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('R11 planned again after edits keeps every hard rule, too', () => {
    fc.assert(
      fc.property(Portfolio({ most: 3 }), Portfolio({ most: 3 }), (portfolio, other) => {
        const previous = groupIntoWaves(portfolio).waves;
        const edited = { ...portfolio, edits: [...portfolio.edits, ...other.edits], previous };
        expect(violations(edited, groupIntoWaves(edited))).toEqual([]);
      }),
      { numRuns: 600 },
    );
  });

  it('R11 planned again with nothing changed moves nothing', () => {
    fc.assert(
      fc.property(Portfolio({ most: 3 }), (portfolio) => {
        const first = groupIntoWaves(portfolio);
        fc.pre(first.problems.every(({ severity }) => severity !== 'error'));
        const again = groupIntoWaves({ ...portfolio, previous: first.waves });
        expect(waveOf(again)).toEqual(waveOf(first));
      }),
      { numRuns: 300 },
    );
  });

  it('R30 comes out the same in whatever order it is listed', () => {
    fc.assert(
      fc.property(Portfolio({ most: 3 }), (portfolio) => {
        const turned = {
          ...portfolio,
          candidates: [...portfolio.candidates].reverse(),
          connections: [...portfolio.connections].reverse(),
          sharedServices: [...portfolio.sharedServices].reverse(),
        };
        expect(groupIntoWaves(turned)).toEqual(groupIntoWaves(portfolio));
      }),
      { numRuns: 300 },
    );
  });

  it('R36 tells every reason as a sentence, and every bridge with what is watched', () => {
    fc.assert(
      fc.property(Portfolio({ most: 3 }), (portfolio) => {
        const { waves, cuts, sharedServices } = groupIntoWaves(portfolio);
        for (const { reasons } of [...waves, ...cuts, ...sharedServices]) {
          expect(reasons.length).toBeGreaterThan(0);
          for (const { rule, facts } of reasons) expect(sentences[rule]?.(facts)).toMatch(/^.{20,}\.?$/s);
        }
        for (const { monitoring } of cuts) expect(monitoring.length).toBeGreaterThan(1);
      }),
    );
  });

  it('R11 gives a wave that an edit leaves alone no fewer reasons than it had', () => {
    fc.assert(
      fc.property(Portfolio({ most: 2 }), Portfolio({ most: 1 }), (portfolio, other) => {
        const first = groupIntoWaves(portfolio);
        const before = groupIntoWaves({ ...portfolio, previous: first.waves });
        const edits = [...portfolio.edits, ...other.edits.filter(({ kind }) => kind === 'pin')];
        const after = groupIntoWaves({ ...portfolio, edits, previous: first.waves });
        // A pin that leaves no other way has everything planned anew, and says so.
        fc.pre(after.problems.every(({ code }) => code !== 'planned-anew'));
        for (const wave of before.waves) {
          const same = after.waves.find(({ workloadIds }) => workloadIds.join() === wave.workloadIds.join());
          if (!same) continue;
          const own = wave.reasons.filter(({ rule }) => !ELSEWHERE.test(rule));
          expect(same.reasons.map(({ rule }) => rule)).toEqual(
            expect.arrayContaining(own.map(({ rule }) => rule)),
          );
        }
      }),
      { numRuns: 200 },
    );
  });
});

/** Reasons that rest on other waves, or on one edit that a later one replaces. */
const ELSEWHERE = /^wave-(hybrid|edited|after-services)$/;

describe('the order of waves', () => {
  it('R31 begins with non-production, ends with what is critical', () => {
    const { waves } = groupIntoWaves(
      input([
        candidate('pay', { criticality: 'mission-critical' }),
        candidate('wiki', { criticality: 'low', isInternal: true }),
        candidate('pay-dev', { application: 'pay', environment: 'development' }),
        candidate('pay-test', { application: 'pay', environment: 'test' }),
      ]),
    );
    expect(waves.map(({ workloadIds }) => workloadIds)).toEqual([
      ['pay-dev'],
      ['pay-test'],
      ['wiki'],
      ['pay'],
    ]);
    expect(waves.at(-1)?.after).toEqual([1, 2]);
  });

  it('R33 says what runs of earlier environments must have shown before production', () => {
    const { waves } = groupIntoWaves(
      input([candidate('pay'), candidate('pay-dev', { application: 'pay', environment: 'development' })]),
    );
    const rehearsed = waves[1]?.reasons.find(({ rule }) => rule === 'wave-rehearsed');
    expect(rehearsed).toMatchObject({ requirement: 'R33', facts: { waves: '1' } });
    expect(sentences['wave-rehearsed']?.(rehearsed?.facts ?? {})).toMatch(/configuration.*backup.*trained/);
    expect(waves[0]?.reasons.some(({ rule }) => rule === 'wave-rehearsed')).toBe(false);
  });

  it('R8 lets low-priority production go first for practice, and the rest of it only after critical work', () => {
    const low = ids(60, 'low').map((id) => candidate(id, { criticality: 'low' }));
    const high = ids(10, 'high').map((id) => candidate(id, { criticality: 'high' }));
    const grouping = groupIntoWaves(input([...low, ...high]));
    const wave = waveOf(grouping);
    const lastCritical = Math.max(...high.map(({ workload }) => wave.get(workload.id) ?? 0));
    const before = low.filter(({ workload }) => (wave.get(workload.id) ?? 0) < lastCritical);
    expect(before).toHaveLength(15);
    expect(grouping.waves[0]?.workloadIds.every((id) => id.startsWith('low'))).toBe(true);
  });

  it('R8 does not put off a low-priority workload that a critical one depends on', () => {
    const low = ids(60, 'low').map((id) => candidate(id, { criticality: 'low' }));
    const high = candidate('high', { criticality: 'high' });
    const wave = waveOf(groupIntoWaves(input([...low, high], { connections: [calls('high', 'low59')] })));
    expect(wave.get('low59')).toBe(wave.get('high'));
  });

  it('R8 never makes a critical wave wait for a blocked workload that nothing critical depends on', () => {
    fc.assert(
      fc.property(Portfolio({ most: 0 }), (portfolio) => {
        const { waves } = groupIntoWaves(portfolio);
        const by = new Map(portfolio.candidates.map((one) => [one.workload.id, one]));
        const isCritical = (id: string) => /high|critical/.test(by.get(id)?.workload.criticality ?? '');
        for (const { workloadIds } of waves) {
          const needed = new Set(workloadIds.filter(isCritical));
          if (needed.size === 0) continue;
          for (const id of needed)
            for (const { from, to } of portfolio.connections)
              if (from === id && workloadIds.includes(to)) needed.add(to);
          const inTheWay = workloadIds.filter((id) => by.get(id)?.isBlocked && !needed.has(id));
          const isReady = ![...needed].some((id) => by.get(id)?.isBlocked);
          if (isReady) expect(inTheWay).toEqual([]);
        }
      }),
      { numRuns: 400 },
    );
  });

  it('R8 lets a wave wait only for shared services that it uses and earlier environments of its applications', () => {
    fc.assert(
      fc.property(Portfolio({ most: 0 }), (portfolio) => {
        const { waves, sharedServices } = groupIntoWaves(portfolio);
        const by = new Map(portfolio.candidates.map(({ workload }) => [workload.id, workload]));
        const shared = new Set(sharedServices.map(({ workloadId }) => workloadId));
        for (const { workloadIds, after } of waves) {
          const applications = new Set(workloadIds.map((id) => by.get(id)?.application));
          const used = portfolio.connections
            .filter(({ from }) => workloadIds.includes(from))
            .map(({ to }) => to);
          for (const number of after) {
            const cause = waves[number - 1]?.workloadIds.some(
              (id) => applications.has(by.get(id)?.application) || (shared.has(id) && used.includes(id)),
            );
            expect(cause).toBe(true);
          }
        }
      }),
    );
  });

  it('R30 spreads complexity: no wave of several groups has above five quarters of the mean of its stage', () => {
    const unequal = ids(40).map((id, i) =>
      candidate(id, {}, { complexity: i % 8 === 0 ? 90 : 10, precedence: 0 }),
    );
    const { waves } = groupIntoWaves(input(unequal));
    const mean = unequal.reduce((sum, { complexity }) => sum + complexity, 0) / 8;
    for (const { complexity } of waves) expect(complexity).toBeLessThanOrEqual(mean * 1.25);
  });

  it('R30 packs workloads of one business unit next to each other', () => {
    const mixed = ids(10).map((id, i) => candidate(id, { businessUnit: i % 2 === 0 ? 'sales' : 'finance' }));
    const { waves } = groupIntoWaves(input(mixed));
    expect(waves.map(({ summary }) => /sales|finance/.exec(summary)?.[0])).toEqual(['finance', 'sales']);
  });
});
