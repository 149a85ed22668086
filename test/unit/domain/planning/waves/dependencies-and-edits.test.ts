import { describe, expect, it } from '@jest/globals';
import type { PlanEdit } from '../../../../../shared/contracts/planning/edit';
import { explain } from '../../../../../shared/domain/planning/explain';
import { groupIntoWaves } from '../../../../../shared/domain/planning/waves/group-into-waves';
import { calls, candidate, input, waveOf } from './portfolios';

const ids = (count: number, prefix = 'w'): string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(2, '0')}`);
const why = { reason: 'asked for' };

describe('dependencies', () => {
  it('R35 holds a circle of dependents together', () => {
    const circle = ids(4).map((id) => candidate(id));
    const connections = ids(4).map((id, i) => calls(id, ids(4)[(i + 1) % 4] ?? ''));
    const { waves, cuts } = groupIntoWaves(input(circle, { connections }));
    expect(waves).toHaveLength(1);
    expect(cuts).toEqual([]);
  });

  it('R35 does not let a directory glue everything into one lump: it moves before those who use it', () => {
    const users = ids(12).map((id) => candidate(id));
    const connections = ids(12).map((id) => calls(id, 'directory', { ports: [389] }));
    const { waves, sharedServices, cuts } = groupIntoWaves(
      input([candidate('directory'), ...users], { connections }),
    );
    expect(sharedServices).toMatchObject([{ workloadId: 'directory', placement: 'early', users: 12 }]);
    expect(waves[0]?.workloadIds).toEqual(['directory']);
    expect(waves.slice(1).map(({ after }) => after)).toEqual([[1], [1], [1]]);
    expect(cuts).toEqual([]);
  });

  it('R35 says that a wave holds shared services alone only where it does', () => {
    const users = ids(8).map((id) => candidate(id, { criticality: null }));
    const all = [candidate('hub', { criticality: 'low' }), ...users];
    const connections = ids(8).map((id) => calls(id, 'hub'));
    const edits: PlanEdit[] = [{ kind: 'together', workloadIds: ['hub', 'w00'], ...why }];
    const waveOfHub = (more: object) =>
      groupIntoWaves(input(all, { connections, ...more })).waves.find(({ workloadIds }) =>
        workloadIds.includes('hub'),
      );
    expect(waveOfHub({})?.reasons[0]?.rule).toBe('wave-shared-services');
    expect(waveOfHub({ edits })?.reasons[0]?.rule).toBe('wave-non-critical');
    expect(waveOfHub({ edits })?.summary).toMatch(
      /; 1 shared service; production; highest criticality low; criticality of \d unknown$/,
    );
  });

  it('R35 takes a workload that more use than a wave holds as shared, and one that people name', () => {
    const users = ids(8).map((id) => candidate(id));
    const connections = [...ids(8).map((id) => calls(id, 'hub')), calls('w00', 'named')];
    const { sharedServices } = groupIntoWaves(
      input([candidate('hub'), candidate('named'), ...users], { connections, sharedServices: ['named'] }),
    );
    expect(sharedServices.map(({ workloadId, placement }) => [workloadId, placement])).toEqual([
      ['hub', 'bridged'],
      ['named', 'early'],
    ]);
  });

  it('R36 R37 cuts what is too large where it is lightest, and says which bridge, whose and what is watched', () => {
    const left = ids(5, 'left');
    const right = ids(5, 'right');
    const clique = (members: string[]) =>
      members.flatMap((from) => members.filter((to) => to !== from).map((to) => calls(from, to)));
    const connections = [...clique(left), ...clique(right), calls('left00', 'right00', { observations: 1 })];
    const all = [...left, ...right].map((id) => candidate(id, { owner: `owner of ${id}` }));
    const { waves, cuts } = groupIntoWaves(input(all, { connections }));
    expect(waves.map(({ workloadIds }) => workloadIds)).toEqual([left, right]);
    expect(cuts).toMatchObject([{ from: 'left00', to: 'right00', bridge: 'api-proxy', deadline: null }]);
    expect(cuts[0]?.reasons.map(({ rule }) => rule)).toEqual(['cut-lightest', 'cut-bridge', 'cut-owners']);
    expect(cuts[0]?.monitoring.some((line) => line.includes('integration test'))).toBe(true);
  });

  it.each([
    ['Olga', 'Per', 'Who answers for it: Olga on the side of app, Per on that of db. (R37)'],
    ['Olga', 'Olga', 'Who answers for it on both sides: Olga. (R37)'],
    [null, 'Per', 'Who answers for it: nobody yet on the side of app, Per on that of db. (R37)'],
    [null, null, 'Who answers for it: nobody yet on the side of app, nobody yet on that of db. (R37)'],
  ])('R37 names who answers for a bridge on either side: %s and %s', (fromOwner, toOwner, sentence) => {
    const ends = [candidate('app', { owner: fromOwner }), candidate('db', { owner: toOwner })];
    const connections = [calls('app', 'db')];
    const capacity = { workloadsPerWave: 1, serversPerWave: 20 };
    const [cut] = groupIntoWaves(input(ends, { connections, capacity })).cuts;
    expect(cut).toMatchObject({ fromOwner, toOwner });
    expect(cut?.reasons.map(explain)).toContain(sentence);
  });

  it('R36 would rather cut many calls than one shared database', () => {
    const members = ids(6).map((id) => candidate(id));
    const connections = [
      ...ids(6)
        .slice(1, 5)
        .map((id) => calls('w00', id)),
      calls('w00', 'w05', { ports: [5432] }),
    ];
    const grouping = groupIntoWaves(input(members, { connections }));
    const wave = waveOf(grouping);
    expect(wave.get('w05')).toBe(wave.get('w00'));
    expect(grouping.cuts).toHaveLength(1);
  });

  it('R36 bridges a database by replication, or by a cache where hardly anything changes', () => {
    const bridges = (changeGbPerDay: number) =>
      groupIntoWaves(
        input([candidate('app'), candidate('db', { dataGb: 1_000, changeGbPerDay })], {
          connections: [calls('app', 'db', { ports: [1433] })],
          capacity: { workloadsPerWave: 1, serversPerWave: 20 },
        }),
      ).cuts.map(({ bridge }) => bridge);
    expect([bridges(100), bridges(1)]).toEqual([['replication'], ['cache']]);
  });
});

describe('edits', () => {
  const pin = (workloadId: string, wave: number): PlanEdit => ({ kind: 'pin', workloadId, wave, ...why });

  it('R11 names a smallest set of what contradicts, and nothing besides', () => {
    const edits: PlanEdit[] = [
      pin('w09', 1),
      { kind: 'together', workloadIds: ['w00', 'w01'], ...why },
      { kind: 'together', workloadIds: ['w01', 'w02'], ...why },
      { kind: 'cap', workloadId: 'w08', workloads: 3, ...why },
      { kind: 'apart', workloadIds: ['w00', 'w02'], ...why },
    ];
    const { problems } = groupIntoWaves(
      input(
        ids(10).map((id) => candidate(id)),
        { edits },
      ),
    );
    expect(problems).toMatchObject([
      {
        severity: 'error',
        code: 'contradicting-edits',
        involves: ['together: w00, w01', 'together: w01, w02', 'apart: w00, w02'],
      },
    ]);
  });

  it('R11 R32 says that capacity or the order of environments is part of a contradiction', () => {
    const edits: PlanEdit[] = [{ kind: 'together', workloadIds: ids(6), ...why }, pin('shop', 1)];
    const dev = candidate('shop-dev', { application: 'shop', environment: 'development' });
    const { problems } = groupIntoWaves(
      input([...ids(6).map((id) => candidate(id)), candidate('shop'), dev], { edits }),
    );
    expect(problems.map(({ involves }) => involves)).toEqual([
      [`together: ${ids(6).join(', ')}`, 'capacity: 5 workloads and 20 servers a wave'],
      ['pin: shop in wave 1', expect.stringMatching(/^environments: development before test/)],
    ]);
  });

  it('R11 moves what depends on a pinned workload with it, and nothing else', () => {
    const all = ids(20).map((id) => candidate(id));
    const portfolio = input(all, {
      connections: [calls('w00', 'w01')],
      capacity: { workloadsPerWave: 4, serversPerWave: 20 },
    });
    const edits: PlanEdit[] = [
      { kind: 'exclude', workloadId: 'w19', ...why },
      { kind: 'exclude', workloadId: 'w18', ...why },
    ];
    const first = groupIntoWaves({ ...portfolio, edits });
    const again = groupIntoWaves({ ...portfolio, edits: [...edits, pin('w00', 5)], previous: first.waves });
    const [before, after] = [waveOf(first), waveOf(again)];
    expect([...after].filter(([id, wave]) => before.get(id) !== wave)).toEqual([
      ['w00', 5],
      ['w01', 5],
    ]);
  });

  it('R11 leaves out a workload that no wave could hold, and says so', () => {
    const { waves, excluded, problems } = groupIntoWaves(
      input([candidate('vast', { servers: { length: 21 } })]),
    );
    expect([waves, excluded.map(({ workloadId }) => workloadId)]).toEqual([[], ['vast']]);
    expect(problems).toMatchObject([
      { severity: 'error', code: 'workload-above-capacity', involves: ['vast'] },
    ]);
  });

  it('R35 warns of a workload that depends on an excluded one', () => {
    const edits: PlanEdit[] = [{ kind: 'exclude', workloadId: 'erp', ...why }];
    const { problems } = groupIntoWaves(
      input([candidate('shop'), candidate('erp')], { connections: [calls('shop', 'erp')], edits }),
    );
    expect(problems).toMatchObject([{ code: 'depends-on-excluded', involves: ['erp', 'shop'] }]);
  });
});
