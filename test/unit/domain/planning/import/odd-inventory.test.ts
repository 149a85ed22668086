import { describe, expect, it } from '@jest/globals';
import { Connection, InventoryWorkload } from '../../../../../shared/contracts/planning/portfolio';
import { HEADER, importFiles, problemsOf, type Files } from './import-fixture';

describe('an inventory that is odd', () => {
  it.each<[string, Files, string]>([
    [
      'an environment that is not known',
      { 'a.csv': `${HEADER}a,4,1,Linux,,Moon\n` },
      'development, test, staging or production',
    ],
    [
      'a dependency on itself',
      { 'own.yaml': 'workloads: [{ id: a, dependsOn: [{ on: a }] }]' },
      'a is stated to depend on itself',
    ],
    [
      'a dependency on nobody',
      { 'own.yaml': 'workloads: [{ id: shop }, { id: a, dependsOn: [{ on: shopp }] }]' },
      'did you mean shop',
    ],
    [
      'a connection of nobody',
      {
        'own.yaml': 'workloads: [{ id: a }]\nconnections: [{ from: a, to: b, ports: [1], observations: 1 }]',
      },
      'is no workload of the portfolio',
    ],
    ['an identical row', { 'a.csv': `${HEADER}a,4,1,Linux,,\na,4,1,Linux,,\n` }, 'is listed in line 2, too'],
    [
      'a server that talks to itself',
      {
        'a.csv': `${HEADER}a,4,1,Linux,,\n`,
        'd.csv': 'Source server name,Destination server name,Destination port\na,a,80\n',
      },
      '1 observations of a server talking to itself were left out: a (1)',
    ],
    [
      'ports that are given out anew',
      {
        'a.csv': `${HEADER}a,4,1,Linux,,\nb,4,1,Linux,,\n`,
        'd.csv': 'Source server name,Destination server name,Destination port\na,b,50123\n',
      },
      'a → b:50123 (1)',
    ],
  ])('goes on without %s, and says so', async (_, files, words) => {
    const { portfolio, problems } = await problemsOf(files);
    expect(problems).toMatchObject([{ severity: 'warning', message: expect.stringContaining(words) }]);
    expect(portfolio.workloads.length).toBeGreaterThan(0);
    expect(portfolio.workloads.flatMap(({ dependsOn }) => dependsOn)).toEqual([]);
    expect(portfolio.connections).toEqual([]);
  });

  it('keeps of names and traffic what can be kept, however long they are', async () => {
    const name = 'n'.repeat(240);
    const columns = 'Source server name,Destination server name,Destination IP,Destination process';
    const { portfolio, result } = await importFiles({
      'a.csv': `${HEADER}a,4,1,Linux,,\n${name},4,1,Linux,,\nb,4,1,Linux,${'s'.repeat(200)},dev\n`,
      'd.csv':
        `${columns},Destination port,Connection count\n` +
        `a,${name},,postgres,5432,${'9'.repeat(400)}\na,x\u0007y,${'1'.repeat(400)},,443,1\na,${'z'.repeat(199)} z,,,443,1\n`,
    });
    expect(result.errors).toBe(0);
    for (const workload of portfolio.workloads) expect(InventoryWorkload.parse(workload)).toEqual(workload);
    for (const connection of portfolio.connections) expect(Connection.parse(connection)).toEqual(connection);
    const [caller] = portfolio.workloads;
    expect(caller?.integrations.map((each) => each.name)).toEqual(['x y', 'z'.repeat(199)]);
  });

  it('a name of dots alone is a name, and the same one the next time', async () => {
    const files = { 'a.csv': `${HEADER}...,4,1,Linux,,\n` };
    const { portfolio } = await importFiles(files);
    expect((await importFiles(files, { before: portfolio })).portfolio).toEqual(portfolio);
  });

  it('a file may have the name of anything', async () => {
    const { result } = await importFiles({ constructor: `${HEADER}a,4,1,Linux,,\n` });
    expect(result).toMatchObject({ errors: 0, counts: { new: 1 } });
  });

  it('nothing at all is an empty portfolio', async () => {
    expect((await importFiles({})).portfolio).toEqual({ workloads: [], connections: [] });
    const { portfolio, result } = await importFiles({ 'a.csv': HEADER });
    expect([portfolio.workloads, result.errors]).toEqual([[], 0]);
  });
});
