import { describe, expect, it } from '@jest/globals';
import { workbook } from '../../../adapters/tables/workbook-fixture';
import { importFiles } from './import-fixture';

const errors = (problems: readonly { readonly severity: string }[]) =>
  problems.filter(({ severity }) => severity === 'error');

describe('formats of other tools', () => {
  it('R9 the workbook of an assessment gives readiness, disks and databases of the servers it lists', async () => {
    const assessment = workbook({
      Assessment_Summary: [
        ['Subscription', 'Contoso'],
        ['Currency', 'USD'],
      ],
      All_Assessed_Machines: [
        [
          'Machine',
          'VM host',
          'Azure VM readiness',
          'Recommended size',
          'Compute monthly cost estimate USD',
          'Operating system',
          'Boot type',
          'Cores',
          'Memory(MB)',
          'Storage(GB)',
          'IP address',
        ],
        [
          'app01',
          'esx1',
          'Ready with conditions',
          'Standard_D2s_v5',
          71.4,
          'Windows Server 2016',
          'BIOS',
          2,
          8_192,
          null,
          '10.0.0.1',
        ],
        [
          'app02',
          'esx1',
          'Not ready for Azure',
          'Unknown',
          0,
          'Windows Server 2003',
          'BIOS',
          1,
          2_048,
          30,
          '10.0.0.2',
        ],
      ],
      All_Assessed_Disks: [
        ['Machine', 'Disk name', 'Azure disk readiness', 'Source disk size(GB)'],
        ['app01', 'disk-0', 'Ready', 127],
        ['app01', 'disk-1', 'Ready', 512.5],
        ['app09', 'disk-0', 'Ready', 10],
      ],
      SQLInstance_to_AzureSQLVM: [
        ['SERVER', 'SQL_INSTANCE', 'TOTAL_DB_SIZE_MB'],
        ['app01', 'MSSQLSERVER', 20_480],
      ],
    });
    const { portfolio, result } = await importFiles({ 'assessment.xlsx': assessment });
    expect(errors(result.problems)).toEqual([]);
    expect(result.problems.map(({ sheet, value }) => [sheet, value])).toEqual([
      ['Assessment_Summary', 'Subscription, Contoso'],
      ['All_Assessed_Disks', 'app09'],
    ]);
    expect(portfolio.workloads).toMatchObject([
      {
        id: 'app01',
        assessment: { readiness: 'conditional' },
        servers: [{ storageGb: 639.5, memoryMb: 8_192, firmware: 'bios' }],
        databases: [{ name: 'app01\\MSSQLSERVER', engine: 'sql server', sizeGb: 20, isInferred: false }],
      },
      { id: 'app02', assessment: { readiness: 'not-ready' }, servers: [{ storageGb: 30 }] },
    ]);
  });

  it('R9 the newer sheet of an assessment names applications and environments', async () => {
    const { portfolio } = await importFiles({
      'Server_to_AzureVM.csv':
        'APPLICATION,SERVER_NAME,MIGRATION_READINESS,OPERATING_SYSTEM_NAME,OS_VERSION,ONPREM_STORAGE_GB,ONPREM_CORES_COUNT,ONPREM_MEMORY_MB,IP_ADDRESS,RESOURCE_TAGS,ENVIRONMENT_TYPE\n' +
        'HR,hr01,ReadyWithConditions,Windows Server,2019,80,4,8192,10.0.0.1,"Owner: Ana, BU: People",Test\n',
    });
    expect(portfolio.workloads).toMatchObject([
      {
        id: 'hr-test',
        name: 'HR (test)',
        environment: 'test',
        owner: 'Ana',
        businessUnit: 'People',
        assessment: { readiness: 'conditional' },
      },
    ]);
  });

  it('R9 a report of assessments shows a machine on several sheets, its databases on others, findings on none', async () => {
    const machines = [
      'Machine Name',
      'Environment',
      'Azure VM Readiness',
      'Azure VM Readiness - Warnings',
      'Recommended VM Size',
      'Operating System',
      'Boot Type',
      'Cores',
      'Memory (in MB)',
      'Storage (in GB)',
      'IP Addresses',
      'Group Name',
      'Machine ID',
    ];
    const app01 = [
      'app01',
      'Prod',
      'Ready',
      '',
      'D2',
      'Windows Server 2019',
      'EFI',
      4,
      8_192,
      100,
      '[10.0.0.1];',
      'g',
      '/Sites/1/machines/a',
    ];
    const report = workbook({
      Properties: [
        ['Tenant ID', '1'],
        ['Currency', 'USD'],
      ],
      All_VM_IaaS_Server_Rehost_Perf: [machines, app01],
      'VM_IaaS_Server_Rehost_As-is': [
        machines,
        app01.map((cell) => (cell === 'Ready' ? 'Ready with conditions' : cell)),
      ],
      SQL_All_Instances: [
        [
          'Machine Name',
          'SQL Instance',
          'Environment',
          'Azure SQL MI Readiness',
          'SQL Version',
          'Total DB Size (in MB)',
          'Machine ID',
        ],
        ['app01', 'app01\\main', 'Prod', 'Ready', '2019', 1_024, '/sites/1/machines/A'],
      ],
      PgSQL_to_AzureFlexServerPG: [
        [
          'APPLICATION',
          'SERVER',
          'POSTGRESQL INSTANCE',
          'POSTGRESQL VERSION',
          'STORAGE',
          'TOTAL DB SIZE (MB)',
        ],
        ['', 'app01', 'pg1', '14', 10, 2_048],
      ],
      Issues_Warnings_VM: [
        [
          'APPLICATION',
          'SERVER_NAME',
          'MACHINE_OPERATING_SYSTEM',
          'AZURE_VM_READINESS',
          'CATEGORY',
          'PROBABLE_CAUSE',
        ],
        ['Other', 'app01', 'Windows', 'NotReady', 'Issue', 'x'],
      ],
    });
    const { portfolio, result } = await importFiles({ 'core.xlsx': report });
    expect(result.problems.map(({ severity, sheet }) => [severity, sheet])).toEqual([
      ['warning', 'Issues_Warnings_VM'],
      ['warning', 'Properties'],
    ]);
    expect(portfolio.workloads).toMatchObject([
      {
        id: 'app01',
        assessment: { readiness: 'conditional' },
        environment: 'production',
        servers: [{ id: '/sites/1/machines/a' }],
        databases: [
          { name: 'app01\\main', engine: 'sql server', version: '2019', sizeGb: 1 },
          { name: 'app01\\pg1', engine: 'postgresql', version: '14', sizeGb: 2 },
        ],
      },
    ]);
  });

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
