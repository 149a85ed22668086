import { describe, expect, it } from '@jest/globals';
import type { Portfolio } from '../../../../../shared/contracts/planning/portfolio';
import { importFiles } from './import-fixture';

const HEADER = 'Server name,Cores,Memory (In MB),OS name,Application name(s),Tags\n';
const WEB = 'web01,4,8192,Ubuntu 22.04,Shop,Owner: Ana\n';
const DB = 'db01,8,16384,Ubuntu 22.04,Shop,Owner: Ana\n';
const CRM = 'crm01,4,8192,Ubuntu 22.04,CRM,\n';

const first = async (more = ''): Promise<Portfolio> => {
  const own = `workloads:\n  - id: shop\n    criticality: high\n    criticalityConfirmed: { by: Ana, at: 2026-01-02T03:04:05.000Z }\n    acceptableDowntimeMinutes: 60\n    tracked: [{ key: adoption-plan, state: done }]\n  - { id: idea, name: Idea }\n${more}`;
  return (await importFiles({ 'a.csv': HEADER + WEB + DB + CRM, 'own.yaml': own })).portfolio;
};

const find = ({ workloads }: Portfolio, id: string) => workloads.find((workload) => workload.id === id);

describe('an inventory that is imported again', () => {
  it('R5 R6 is an update: what people keep survives, and the difference is told in words', async () => {
    const before = await first();
    const { portfolio, result } = await importFiles(
      { 'b.csv': `${HEADER}web01,8,8192,Ubuntu 24.04,Shop,Owner: Ben\n${DB}new01,1,1,Linux,CRM,\n` },
      { before },
    );
    expect(find(portfolio, 'shop')).toMatchObject({
      criticality: 'high',
      criticalityConfirmed: { by: 'Ana' },
      acceptableDowntimeMinutes: 60,
      tracked: [{ key: 'adoption-plan', state: 'done' }],
      owner: 'Ana',
    });
    expect(result.differences).toEqual([
      { id: 'crm', change: 'changed', details: ['server new01 added', 'server crm01 gone'] },
      {
        id: 'shop',
        change: 'changed',
        details: ['server web01: operatingSystem Ubuntu 22.04 → Ubuntu 24.04', 'server web01: cores 4 → 8'],
      },
    ]);
    expect(result.counts).toEqual({ new: 0, changed: 2, gone: 0, unchanged: 1 });
  });

  it('takes away only what the same kind of file listed before', async () => {
    const before = await first();
    const without = { 'b.csv': HEADER + WEB + DB };
    const { portfolio, result } = await importFiles(without, { before });
    expect(portfolio.workloads.map(({ id }) => id)).toEqual(['idea', 'shop']);
    expect(result.differences).toEqual([
      { id: 'crm', change: 'gone', details: ['its servers are listed no more: crm01'] },
    ]);
    const moved = await importFiles(
      { 'b.csv': (HEADER + WEB + DB + CRM).replaceAll('CRM', 'Shop') },
      { before },
    );
    expect(moved.result.differences).toMatchObject([
      { id: 'crm', change: 'gone', details: ['its servers now belong to shop'] },
      { id: 'shop', change: 'changed', details: ['server crm01 added'] },
    ]);
    expect((await importFiles(without, { before, isPartial: true })).portfolio.workloads).toHaveLength(3);
    const cmdb = { 'cmdb.csv': 'sys_id,name,sys_class_name\ns1,web01,cmdb_ci_server\n' };
    expect((await importFiles(cmdb, { before })).result.counts).toMatchObject({ gone: 0, new: 0 });
    const own = { 'own.yaml': 'workloads: [{ id: shop, owner: Eva }]' };
    expect((await importFiles(own, { before })).result.differences).toEqual([
      { id: 'shop', change: 'changed', details: ['owner: Ana → Eva'] },
    ]);
  });

  it('R7 a criticality that a file changes is no longer confirmed', async () => {
    const before = await first();
    const change = async (criticality: string) =>
      (
        await importFiles(
          { 'own.yaml': `workloads: [{ id: shop, criticality: ${criticality} }]` },
          { before },
        )
      ).portfolio;
    expect(find(await change('low'), 'shop')).toMatchObject({
      criticality: 'low',
      criticalityConfirmed: null,
    });
    expect(find(await change('high'), 'shop')).toMatchObject({ criticalityConfirmed: { by: 'Ana' } });
    expect(find(await change('null'), 'shop')).toMatchObject({
      criticality: null,
      criticalityConfirmed: null,
    });
  });

  it('a server that people put into a workload stays there', async () => {
    const before = await first('  - { id: front, name: Front, servers: [{ name: web01 }] }\n');
    expect(find(before, 'front')?.servers).toMatchObject([{ id: 'web01', cores: 4, isPlaced: true }]);
    const { portfolio, result } = await importFiles({ 'a.csv': HEADER + WEB + DB + CRM }, { before });
    expect(portfolio).toEqual(before);
    expect(result.counts).toMatchObject({ changed: 0, unchanged: 4 });
  });

  it('keeps the id of an application whose environment becomes known', async () => {
    const before = await first();
    const known = HEADER + [WEB, DB].map((line) => line.replace('Owner: Ana', 'Env: Test')).join('') + CRM;
    const { portfolio, result } = await importFiles({ 'a.csv': known }, { before });
    expect(find(portfolio, 'shop')).toMatchObject({ environment: 'test', criticality: 'high' });
    expect(result.counts).toMatchObject({ new: 0, gone: 0, changed: 1 });
  });

  it('observed traffic replaces what was observed, a part is added to it, and stated integrations stay', async () => {
    const before = await first(
      '  - { id: crm, integrations: [{ name: Bank, kind: api, isExternal: true }] }\n',
    );
    const header =
      'Timeslot,Source server name,Source application,Source process,Destination server name,Destination IP,Destination application,Destination process,Destination port\n';
    const one = {
      'd.csv': `${header}t,crm01,,java,db01,10.0.0.1,,postgres,5432\nt,crm01,,java,,8.8.8.8,,,443\n`,
    };
    const two = { 'd.csv': `${header}t,web01,,nginx,crm01,10.0.0.2,,java,8080\n` };
    const seen = (await importFiles(one, { before })).portfolio;
    expect(find(seen, 'crm')?.integrations.map(({ name }) => name)).toEqual(['Bank', '8.8.8.8']);
    const replaced = (await importFiles(two, { before: seen })).portfolio;
    expect(replaced.connections).toEqual([{ from: 'shop', to: 'crm', ports: [8_080], observations: 1 }]);
    expect(find(replaced, 'crm')?.integrations.map(({ name }) => name)).toEqual(['Bank']);
    expect(find(replaced, 'shop')?.databases).toEqual([]);
    const added = (await importFiles(two, { before: seen, isPartial: true })).portfolio;
    expect(added.connections.map(({ from, to }) => `${from} ${to}`)).toEqual(['crm shop', 'shop crm']);
  });
});
