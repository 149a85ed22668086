import type { Enterprise } from './enterprise';
import { PILOT } from './pilot';
import type { PlanDesk } from './plan-desk';
import { workloadsOf, type PortfolioFiles } from './portfolio-files';

/** Files to portfolio: tried first, then applied; what its owners confirm; what is left to be done. */
export async function importEnterprise(
  { client, lead, owner, shown, proof }: PlanDesk,
  enterprise: Enterprise,
  { paths }: PortfolioFiles,
): Promise<{ readonly importSeconds: number; readonly workloads: number; readonly servers: number }> {
  const tried = await client.importFiles(lead, paths, false);
  shown.difference(tried);
  const workloads = workloadsOf(enterprise);
  proof.check(
    'The dry run finds every workload and changes nothing',
    tried.counts.new === workloads && tried.errors === 0 && !tried.applied && tried.version === 0,
    `${tried.counts.new} of ${workloads} workloads, version ${tried.version}`,
  );
  const began = performance.now();
  const applied = await client.importFiles(lead, paths, true);
  const importSeconds = (performance.now() - began) / 1_000;
  const head = await client.portfolio(lead);
  shown.say(
    `Imported in ${importSeconds.toFixed(1)} s: ${head.workloads} workloads on ${head.servers} servers with ${head.connections} connections`,
  );
  proof.check(
    'The portfolio has every workload and server that was made up',
    applied.applied && head.workloads === workloads && head.servers === enterprise.servers,
    `${head.workloads} of ${workloads} workloads, ${head.servers} of ${enterprise.servers} servers`,
  );
  for (const { id } of PILOT) await client.confirmCriticality(owner, id, 'low');
  shown.say(`${owner.name} (owner) confirmed the criticality of ${PILOT.map(({ id }) => id).join(' and ')}`);
  shown.readiness(await client.readiness(lead));
  return { importSeconds, workloads: head.workloads, servers: head.servers };
}
