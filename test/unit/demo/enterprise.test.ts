import { describe, expect, it } from '@jest/globals';
import { makeEnterprise } from '../../../clients/demo/plan/enterprise';
import { dependenciesCsv, factsYaml, inventoryCsv } from '../../../clients/demo/plan/enterprise-files';
import { importFiles } from '../domain/planning/import/import-fixture';

const filesOf = (servers: number, seed: number): Record<string, string> => {
  const enterprise = makeEnterprise(servers, seed);
  return {
    'inventory.csv': [...inventoryCsv(enterprise)].join(''),
    'dependencies.csv': [...dependenciesCsv(enterprise)].join(''),
    'facts.yaml': [...factsYaml(enterprise)].join(''),
  };
};

describe('a made-up enterprise', () => {
  it('is the same for the same seed and another for another', () => {
    expect(filesOf(300, 7)).toEqual(filesOf(300, 7));
    expect(filesOf(300, 7)).not.toEqual(filesOf(300, 8));
  });

  it('is imported without an error, and its owners speak of workloads that there are', async () => {
    const enterprise = makeEnterprise(1_000, 3);
    const { portfolio, result } = await importFiles(filesOf(1_000, 3));
    expect(result.errors).toBe(0);
    const servers = portfolio.workloads.flatMap((workload) => workload.servers);
    expect([servers.length, new Set(servers.map(({ id }) => id)).size]).toEqual([
      enterprise.servers,
      enterprise.servers,
    ]);
    expect(portfolio.workloads.filter((workload) => workload.servers.length === 0)).toEqual([]);
    const owned =
      portfolio.workloads.filter(({ owner }) => owner !== null).length / portfolio.workloads.length;
    expect(owned).toBeGreaterThan(0.7);
    expect(owned).toBeLessThan(1);
    const busiest = new Map<string, number>();
    for (const { to } of portfolio.connections) busiest.set(to, (busiest.get(to) ?? 0) + 1);
    const [first] = [...busiest].sort(([, a], [, b]) => b - a);
    expect(['active-directory', 'dns', 'monitoring', 'backup']).toContain(first?.[0]);
    expect(
      portfolio.workloads.some(({ integrations }) => integrations.some(({ isExternal }) => isExternal)),
    ).toBe(true);
    expect(portfolio.workloads.some(({ databases }) => databases.some(({ isInferred }) => isInferred))).toBe(
      true,
    );
  });
});
