import { describe, expect, it } from '@jest/globals';
import { InventoryMapping } from '../../../../../shared/contracts/planning/import';
import { importInventory } from '../../../../../shared/domain/planning/import/import-inventory';
import { EMPTY, HEADER, importFiles, problemsOf, readFiles, type Files } from './import-fixture';

describe('an inventory with errors', () => {
  it.each<[string, Files, object]>([
    [
      'a number that is none',
      { 'a.csv': `${HEADER}a,four,1,Linux,,\n` },
      { row: 2, column: 'Cores', value: 'four', message: expect.stringContaining('write digits') },
    ],
    ['a negative number', { 'a.csv': `${HEADER}a,-4,1,Linux,,\n` }, { row: 2, column: 'Cores', value: '-4' }],
    [
      'a formula where a number belongs',
      { 'a.csv': `${HEADER}a,=1+1,1,Linux,,\n` },
      { column: 'Cores', value: '=1+1' },
    ],
    [
      'a row without a server',
      { 'a.csv': `${HEADER}\n,4,1,Linux,,\n` },
      { row: 3, column: 'Server name', message: expect.stringContaining('names no server') },
    ],
    [
      'one server twice, differently',
      { 'a.csv': `${HEADER}a,4,1,Linux,,\nA,8,1,Linux,,\n` },
      { row: 3, column: 'cores', message: expect.stringContaining('line 2') },
    ],
    [
      'one server in two applications',
      { 'a.csv': `${HEADER}a,4,1,Linux,Shop,\na,4,1,Linux,CRM,\n` },
      { row: 3, column: 'application', value: 'a' },
    ],
    [
      'a name that two servers have',
      { 'a.csv': `${HEADER}a.x.example,4,1,Linux,,\na.y.example,4,1,Linux,,\na,4,1,Linux,,\n` },
      {
        row: 4,
        value: 'a',
        message: 'may be a.x.example or a.y.example; write which, with its full name or id',
      },
    ],
    [
      'two servers with one full name',
      {
        'a.csv':
          'server_name,app_name,server_os_family,server_fqdn\na,x,linux,one.example\nb,x,linux,one.example\n',
      },
      { row: 3, column: 'name' },
    ],
    [
      'a name that is too long',
      { 'a.csv': `${HEADER}${'a'.repeat(300)},4,1,Linux,,\n` },
      { row: 2, message: expect.stringContaining('at most 255') },
    ],
    [
      'a control character',
      { 'a.csv': `${HEADER}a\u0007b,4,1,Linux,,\n` },
      { message: expect.stringContaining('control characters') },
    ],
    [
      'a control character in a list',
      { 'a.csv': `${HEADER}a,4,1,Linux,Shop;C\u0007RM,\n` },
      { row: 2, column: 'Application name(s)', message: expect.stringContaining('control characters') },
    ],
    [
      'a name that lower case makes too long',
      { 'a.csv': `${HEADER}${'İ'.repeat(200)},4,1,Linux,,\n` },
      { row: 2, message: expect.stringContaining('at most 255') },
    ],
    [
      'a number beyond all measure',
      { 'a.csv': `${HEADER}a,4,${'9'.repeat(400)},Linux,,\n` },
      { row: 2, column: 'Memory (In MB)', message: expect.stringContaining('at most') },
    ],
    [
      'a size beyond all measure',
      { 'own.yaml': 'workloads:\n  - id: a\n    dataGb: 1.0e+300\n' },
      { row: 3, column: 'workloads[0].dataGb' },
    ],
    [
      'an exception without a reason',
      { 'own.yaml': 'workloads:\n  - id: a\n    tracked: [{ key: skills, state: exception }]\n' },
      { row: 3, column: 'workloads[0].tracked[0].note', message: expect.stringContaining('why') },
    ],
    [
      'a relation of a name that is too long',
      { 'r.csv': `Parent,Child,Type\n${'p'.repeat(300)},a,Runs on::Runs\n` },
      { row: 2, column: 'Parent', message: expect.stringContaining('at most 200') },
    ],
    [
      'a port that is none',
      { 'd.csv': 'Source server name,Destination server name,Destination port\na,b,99999\n' },
      { row: 2, column: 'Destination port', value: '99999' },
    ],
    [
      'headers that nobody knows',
      { 'a.csv': 'Server nam,Foo\na,b\n' },
      { row: 1, message: expect.stringContaining('«Server nam» is near «server name»') },
    ],
    [
      'two columns for one field',
      { 'a.csv': `Server name,Memory (MB),Memory (GB),Cores,OS name\na,1024,1,4,Linux\n` },
      {
        column: 'Memory (MB)',
        message: expect.stringContaining('«Memory (MB)» and «Memory (GB)» both are the memory'),
      },
    ],
    [
      'a column that stands there twice',
      { 'a.csv': `Server name,Server name,Cores,Memory,OS name\na,b,4,1,Linux\n` },
      {
        column: 'Server name',
        message: '«Server name» stands there twice; delete one of the columns, or rename it',
      },
    ],
    [
      'an export that was cut',
      { 'a.csv': 'sys_id,name,sys_class_name\n1,a,server\nExport stopped due to excessive size,,\n' },
      { row: 3, message: expect.stringContaining('cut') },
    ],
    [
      'a criticality that there is not',
      { 'own.yaml': 'workloads:\n  - id: a\n    criticality: huge\n' },
      {
        row: 3,
        column: 'workloads[0].criticality',
        value: 'huge',
        message: expect.stringContaining('mission-critical'),
      },
    ],
    [
      'a target architecture that is no link',
      { 'own.yaml': 'workloads:\n  - id: a\n    targetArchitecture: on paper\n' },
      { row: 3, column: 'workloads[0].targetArchitecture', value: 'on paper' },
    ],
    [
      'a readiness that there is not',
      { 'own.yaml': 'workloads:\n  - id: a\n    assessment: { readiness: maybe }\n' },
      { row: 3, column: 'workloads[0].assessment.readiness', value: 'maybe' },
    ],
    [
      'a field that there is not',
      { 'own.yaml': 'workloads:\n  - id: a\n    ownr: Ana\n' },
      { row: 2, message: expect.stringContaining('ownr') },
    ],
    [
      'one workload stated twice',
      { 'own.yaml': 'workloads:\n  - id: a\n  - id: a\n' },
      { row: 3, column: 'id', value: 'a', message: expect.stringContaining('line 2') },
    ],
    [
      'one server in two workloads',
      {
        'own.yaml':
          'workloads:\n  - { id: a, servers: [{ name: x }] }\n  - { id: b, servers: [{ name: x }] }\n',
      },
      { value: 'x' },
    ],
    [
      'a malformed quote',
      { 'a.csv': `${HEADER}"a,4,1,Linux,,\n` },
      { row: 2, message: expect.stringContaining('never closed') },
    ],
    [
      'something that is no inventory',
      { 'a.yaml': 'just text' },
      { row: 1, message: expect.stringContaining('expected object') },
    ],
  ])('R5 R6 R9 R10 R34 tells %s by place and value, and changes nothing', async (_, files, problem) => {
    const { portfolio, problems } = await problemsOf(files);
    expect(problems).toContainEqual(expect.objectContaining({ severity: 'error', ...problem }));
    expect(portfolio.workloads).toEqual([]);
  });

  it('one bad row of one file keeps all others out', async () => {
    const good = { 'a.csv': `${HEADER}a,4,1,Linux,,\n` };
    const before = (await importFiles(good)).portfolio;
    const { portfolio, result } = await importFiles(
      { 'b.csv': `${HEADER}b,4,1,Linux,,\n`, 'c.csv': `${HEADER}c,x,1,Linux,,\n` },
      { before },
    );
    expect(portfolio).toBe(before);
    expect(result).toMatchObject({ errors: 1 });
  });

  it('two files of one name are not told apart and are refused', async () => {
    const sources = [
      ...(await readFiles({ 'a.csv': `${HEADER}a,4,1,Linux,,\n` })),
      ...(await readFiles({ 'a.csv': `${HEADER}b,4,1,Linux,,\n` })),
    ];
    const { portfolio, result } = await importInventory({
      before: EMPTY,
      sources,
      mapping: InventoryMapping.parse({}),
    });
    expect(result.problems).toMatchObject([
      { file: 'a.csv', message: 'is the name of two files; rename one of them' },
    ]);
    expect(portfolio).toBe(EMPTY);
  });

  it('counts all problems and keeps the first 500, errors first', async () => {
    const rows = Array.from(
      { length: 800 },
      (_, index) => `s${index},${index < 700 ? 4 : 'x'},1,Linux,,Moon\n`,
    ).join('');
    const { result } = await importFiles({ 'a.csv': HEADER + rows });
    expect(result).toMatchObject({ errors: 100, warnings: 800 });
    expect(result.problems).toHaveLength(500);
    expect(result.problems.slice(0, 100).every(({ severity }) => severity === 'error')).toBe(true);
  });
});
