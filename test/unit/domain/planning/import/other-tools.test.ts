import { describe, expect, it } from '@jest/globals';
import { importFiles } from './import-fixture';

const errors = (problems: readonly { readonly severity: string }[]) =>
  problems.filter(({ severity }) => severity === 'error');

describe('formats of other tools', () => {
  it('R5 R6 the intake form of a migration factory gives applications and their databases', async () => {
    const { portfolio, result } = await importFiles({
      'intake.csv':
        '\ufeffwave_name,app_name,aws_accountid,aws_region,server_name,server_os_family,server_os_version,server_fqdn,server_tier,server_environment,r_type,tags\n' +
        'Wave 1,hr,111122223333,us-east-1,app01,windows,2019,app01.example,web,prod,Rehost,BU=IT;Owner=Ana\n' +
        'Wave 1,hr,111122223333,us-east-1,app02,linux,Red Hat Enterprise Linux 7,app02.example,web,dev,Rehost,\n',
      'databases.csv': 'app_name,database_name,database_type\nhr,people,Oracle\nnobody,x,mysql\n',
    });
    expect(errors(result.problems)).toEqual([]);
    expect(result.warnings).toBe(1);
    expect(portfolio.workloads).toMatchObject([
      {
        id: 'hr',
        owner: 'Ana',
        businessUnit: 'IT',
        servers: [{ id: 'app01.example', operatingSystem: 'windows 2019' }],
        databases: [{ name: 'people', engine: 'oracle' }],
      },
      { id: 'hr-development', servers: [{ operatingSystem: 'Red Hat Enterprise Linux 7' }] },
    ]);
  });

  it('R5 R6 configuration items and relations, with a mapping for own columns and words', async () => {
    const files = {
      'cmdb.csv':
        'sys_id,name,sys_class_name,ip_address,os,os_version,cpu_core_count,ram,disk_space,used_for,u_tier,owned_by,u_house\n' +
        'a1,web01,cmdb_ci_win_server,10.0.0.1,Windows,2016,4,"16,384",100,Production,Tier A,Ana,North\n' +
        'a2,db01,cmdb_ci_linux_server,10.0.0.2,Linux Red Hat,7.9,8,65536,500,Production,Tier A,Ana,North\n' +
        'a3,lab01,cmdb_ci_linux_server,10.0.0.3,Linux Red Hat,8,2,4096,50,Sandpit,Tier C,Ben,North\n' +
        'a4,Shop,cmdb_ci_appl,,,,,,,,,Ana,North\n',
      'relations.csv':
        'parent,type,child\nShop,Runs on::Runs,web01\nShop,Depends on::Used by,db01\nlab01,Depends on::Used by,Shop\nesx1,Virtualized by::Virtualizes,web01\nShop,Depends on::Used by,ghost\nIIS@web01,Runs on::Runs,web01\n',
    };
    const mapping = {
      columns: { U_TIER: 'criticality', u_house: 'business-unit' },
      values: {
        criticality: { 'tier a': 'mission-critical', 'tier c': 'low' },
        environment: { sandpit: 'development' },
      },
    };
    const { portfolio, result } = await importFiles(files, { mapping });
    expect(errors(result.problems)).toEqual([]);
    expect(result.problems).toMatchObject([{ file: 'relations.csv', row: 6, value: 'ghost' }]);
    expect(portfolio.workloads).toMatchObject([
      {
        id: 'lab01',
        environment: 'development',
        criticality: 'low',
        dependsOn: [{ on: 'shop', kind: 'other' }],
      },
      {
        id: 'shop',
        name: 'Shop',
        criticality: 'mission-critical',
        businessUnit: 'North',
        environment: 'production',
      },
    ]);
    expect(portfolio.workloads[1]?.servers.map(({ id, memoryMb }) => [id, memoryMb])).toEqual([
      ['a1', 16_384],
      ['a2', 65_536],
    ]);
    const again = await importFiles(files, { mapping, before: portfolio });
    expect(again.portfolio).toEqual(portfolio);
  });

  it('a column of any other language is read where a mapping names it', async () => {
    const { portfolio } = await importFiles(
      {
        'inventar.csv':
          'Servername;Kerne;Arbeitsspeicher (MB);Betriebssystem;Speicher (GB)\napp01;4;16.384;Windows Server 2019;1.234,5\n',
      },
      {
        mapping: {
          decimalComma: true,
          columns: {
            Servername: 'name',
            kerne: 'cores',
            'arbeitsspeicher mb': 'memory',
            Betriebssystem: 'operating-system',
            'Speicher (GB)': 'storage',
          },
          formats: { 'inventar.csv': 'azure-migrate-inventory' },
        },
      },
    );
    expect(portfolio.workloads[0]?.servers).toMatchObject([
      { cores: 4, memoryMb: 16_384, storageGb: 1_234.5 },
    ]);
  });

  it('R6 dependencies of the newer export are found by ARM id, and the address alone joins nobody', async () => {
    const { portfolio } = await importFiles({
      'inventory.csv':
        'Machine Name,Operating System,Cores,Memory (in MB),IP Addresses,Machine ID\nweb,Linux,2,4096,"[10.0.0.1,fe80::1];",/Sites/1/machines/A\nweb,Linux,2,4096,"[10.0.0.2];",/Sites/1/machines/B\ndb,Linux,-1,[],10.0.0.3,/sites/1/machines/c\n',
      'dependencies.csv':
        'Date,Source Appliance Name,Source Machine ARM ID,Source Server Name,Source IP,Source Application,Source Process,Destination Appliance Name,Destination Machine ARM ID,Destination Server Name,Destination IP,Destination Application,Destination Process,Destination Port,Connection Count\n' +
        '1/07/2026,appl,/sites/1/machines/b,web,10.0.0.2,,java,appl,/sites/1/machines/c,db,10.0.0.3,,postgres,5432,40\n' +
        '16-Jul-2026,appl,/sites/1/machines/b,web,10.0.0.2,,java,,,,10.0.0.1,,,8080,2\n',
    });
    const [db, ...webs] = portfolio.workloads;
    expect(webs.map(({ servers }) => servers[0]?.id).sort()).toEqual([
      '/sites/1/machines/a',
      '/sites/1/machines/b',
    ]);
    const second = webs.find(({ servers }) => servers[0]?.id.endsWith('b'));
    expect(portfolio.connections).toEqual([{ from: second?.id, to: 'db', ports: [5_432], observations: 40 }]);
    expect(second?.integrations).toMatchObject([{ name: '10.0.0.1', isExternal: false, isObserved: true }]);
    expect(db?.servers).toMatchObject([{ cores: null, memoryMb: null }]);
    expect(webs.flatMap(({ servers }) => servers[0]?.addresses ?? [])).toContain('fe80::1');
  });
});
