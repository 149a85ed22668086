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
});
