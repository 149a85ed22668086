import type { PlannedWave } from '../../../shared/contracts/planning/plan';
import { PILOT } from './pilot';
import type { PlanDesk } from './plan-desk';
import { planSettings } from './plan-settings';

const MINUTE_MS = 60_000;
const WINDOW_MS = 6 * 60 * MINUTE_MS;

/** Makes the plan of so many workloads, prints it, and asks of it what only people can know. The waves as they are then. */
export async function makePlan(
  desk: PlanDesk,
  workloads: number,
): Promise<{
  readonly planSeconds: number;
  readonly waves: readonly PlannedWave[];
}> {
  const { client, lead, people, shown } = desk;
  const began = performance.now();
  const settings = planSettings(new Date(), people);
  const { plan } = await client.makePlan(lead, { name: 'To Azure', settings });
  const planSeconds = (performance.now() - began) / 1_000;
  shown.say(`Planned in ${planSeconds.toFixed(1)} s: ${plan.workloads} workloads in ${plan.waves} waves`);
  const waves = await client.waves(lead);
  const tables = await client.tables(lead);
  shown.waves(waves);
  shown.methods(tables);
  shown.bridges(tables);
  shown.problems(await client.problems(lead));
  const [pilot] = PILOT;
  if (pilot !== undefined) shown.explanation(pilot.id, (await client.explain(lead, pilot.id)).sentences);
  const leftOut = await askOfIt(desk, waves);
  return { planSeconds, waves: await provePlan(desk, workloads - leftOut) };
}

/** The landing zone has the shared services of the first wave already, and the pilot's people want to begin today. How many it leaves out. */
async function askOfIt({ client, lead, shown }: PlanDesk, [first]: readonly PlannedWave[]): Promise<number> {
  const [pilot] = PILOT;
  if (first === undefined || pilot === undefined) throw new Error('The plan has no waves');
  const services = first.workloadIds.filter((id) => PILOT.every((plan) => plan.id !== id));
  const without = await client.edit(
    lead,
    services.map((workloadId) => ({
      kind: 'exclude',
      workloadId,
      reason: 'The landing zone has its counterpart already',
    })),
  );
  shown.change(`Left out: ${services.join(', ')}`, without);
  const window = {
    start: new Date(Date.now() - MINUTE_MS).toISOString(),
    end: new Date(Date.now() + WINDOW_MS).toISOString(),
    timeZone: 'UTC',
  };
  const dated = await client.edit(lead, [
    { kind: 'date', workloadId: pilot.id, window, reason: 'Its people are ready, and its window is open' },
  ]);
  shown.change(`Its wave runs today: ${pilot.id}`, dated);
  shown.say('Nothing was approved yet, so nothing is void');
  return services.length;
}

async function provePlan(
  { client, lead, proof }: PlanDesk,
  expectedWorkloads: number,
): Promise<readonly PlannedWave[]> {
  const [head, waves, problems] = [
    await client.plan(lead),
    await client.waves(lead),
    await client.problems(lead),
  ];
  const errors = problems.filter(({ severity }) => severity === 'error');
  proof.check(
    'The plan has no error',
    errors.length === 0 && head.errors === 0,
    errors[0]?.message ?? `${problems.length} warnings`,
  );
  const placed = waves.flatMap(({ workloadIds }) => workloadIds);
  const undated = waves.filter(({ dates }) => dates === null);
  proof.check(
    'Every workload that was not left out is in one wave, and every wave has a date',
    placed.length === expectedWorkloads && new Set(placed).size === placed.length && undated.length === 0,
    `${placed.length} of ${expectedWorkloads} workloads in ${waves.length} waves, ${undated.length} without a date`,
  );
  const [first] = waves;
  const expected = PILOT.map(({ id }) => id).sort();
  proof.check(
    'Its first wave holds the applications that really exist, by the rules alone',
    first !== undefined && [...first.workloadIds].sort().join(' ') === expected.join(' '),
    first === undefined ? 'there is no wave' : `${first.workloadIds.join(', ')}: ${first.summary}`,
  );
  return waves;
}
