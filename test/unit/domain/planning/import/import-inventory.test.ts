import { describe, expect, it } from '@jest/globals';
import { importFiles } from './import-fixture';

const INVENTORY = [
  '\ufeff*Server name,IP addresses,*Cores,*Memory (In MB),*OS name,Boot type,Storage in use (In GB),Application,Environment,Owner',
  'web01.corp.example,10.1.0.1,4,16384,Windows Server 2019,UEFI,120,Shop,prod,Ana',
  'db01.corp.example,10.1.0.2,8,65536,Windows Server 2012 R2,BIOS,500,Shop,Production,Ana',
  'web11.corp.example,10.2.0.1,2,8192,Ubuntu 22.04,UEFI,40,shop,dev,',
  'dc01,10.1.0.9;fe80::1,2,4096,Windows Server 2022,UEFI,60,,,',
  'crm01,10.1.0.20,4,8192,Red Hat Enterprise Linux 7,BIOS,80,CRM,prod,Ben',
].join('\r\n');

const DEPENDENCIES = [
  'Time slot,Source server name,Source IP,Source application,Source process,Destination server name,Destination IP,Destination application,Destination process,Destination port',
  '7/28/2026 12:00-18:00,web01,10.1.0.1,IIS,w3wp.exe,db01,10.1.0.2,SQL,sqlservr.exe,1433',
  '7/28/2026 12:00-18:00,crm01,10.1.0.20,crm,java,db01,10.1.0.2,SQL,sqlservr.exe,1433',
  '7/28/2026 18:00-24:00,crm01,10.1.0.20,crm,java,db01.corp.example,10.1.0.2,SQL,sqlservr.exe,1433',
  '7/28/2026 12:00-18:00,crm01,10.1.0.20,crm,java,,20.50.1.2,,,443',
  '7/28/2026 12:00-18:00,crm01,10.1.0.20,crm,java,dc01,10.1.0.9,,lsass.exe,389',
  '7/28/2026 12:00-18:00,,10.9.9.9,,,crm01,10.1.0.20,,java,8080',
  '7/28/2026 12:00-18:00,crm01,10.1.0.20,,java,crm01,10.1.0.20,,java,8080',
].join('\n');

const OWN = `
workloads:
  - id: shop
    criticality: mission-critical
    acceptableDowntimeMinutes: 30
    targetArchitecture: https://example.com/shop
    assessment: { readiness: conditional, link: https://example.com/a }
    dependsOn: [{ on: crm, kind: messages }]
  - id: crm
    businessUnit: Sales
`;

describe('an inventory that is imported', () => {
  it('R5 R6 R9 R10 R34 becomes workloads of applications and environments with owners, units, criticality and whom they talk to', async () => {
    const { portfolio, result } = await importFiles({
      'inventory.csv': INVENTORY,
      'dependencies.csv': DEPENDENCIES,
      'facts.yaml': OWN,
    });
    expect(result.problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(portfolio.workloads.map(({ id }) => id)).toEqual(['crm', 'dc01', 'shop', 'shop-development']);
    const [crm, , shop] = portfolio.workloads;
    expect(shop).toMatchObject({
      name: 'Shop',
      owner: 'Ana',
      environment: 'production',
      criticality: 'mission-critical',
      targetArchitecture: 'https://example.com/shop',
      assessment: { readiness: 'conditional' },
    });
    expect(shop?.servers.map(({ id, storageGb, firmware }) => [id, storageGb, firmware])).toEqual([
      ['db01.corp.example', 500, 'bios'],
      ['web01.corp.example', 120, 'uefi'],
    ]);
    expect(shop?.databases).toEqual([
      { name: 'sql server on db01', engine: 'sql server', version: null, sizeGb: null, isInferred: true },
    ]);
    expect(crm).toMatchObject({ businessUnit: 'Sales', owner: 'Ben', criticality: null });
    expect(portfolio.connections).toEqual([
      { from: 'crm', to: 'dc01', ports: [389], observations: 1 },
      { from: 'crm', to: 'shop', ports: [1433], observations: 2 },
    ]);
    expect(crm?.integrations).toEqual([
      { name: '20.50.1.2', kind: 'api', isExternal: true, endpoint: '20.50.1.2:443', isObserved: true },
    ]);
    expect(result.counts).toEqual({ new: 4, changed: 0, gone: 0, unchanged: 0 });
  });
});
