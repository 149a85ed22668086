import { mkdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { z } from 'zod';
import type { CutoverView } from '../../../shared/contracts/api';
import type { Gate } from '../../../shared/contracts/gate';
import type { Role } from '../../../shared/contracts/principal';
import type { WaveInput } from '../../../shared/contracts/wave';
import type { Person } from '../api-client';
import { createContainers, startAzurite } from '../azurite';
import { BACKUP_CONTAINER, startControlPlane, type ControlPlane } from '../control-plane';
import type { DemoOutcome } from '../demo-outcome';
import type { View } from '../events';
import { followWave } from '../follow-wave';
import { Gatekeeper } from '../gatekeeper';
import { percentile } from '../outage-meter';
import type { Processes } from '../processes';
import { Proof } from '../proof';
import { proveOrders, readLedger, tellSwitches } from './prove-orders';
import { secretsOf, shopWorkload, startDatabases, startShop, WORKLOAD_ID } from './start-shop';
import type { WriterSummary } from './writer-client';

const PATIENCE_MS = 60_000;
const WINDOW_MS = 2 * 3_600_000;
const FIRST = 'wave-1';
const SECOND = 'wave-2';

/** An online cutover, a failback that is decided at the sign-off, and the cutover again, while customers order without pause. */
export async function migratePostgres(data: string, processes: Processes, view: View): Promise<DemoOutcome> {
  const step = (text: string): void => view.emit({ event: 'step', text });
  step('Starting PostgreSQL 15 and 17, Azurite, a shop, its customers and the control plane');
  mkdirSync(join(data, 'azurite'));
  const [databases, storage] = await Promise.all([
    startDatabases(processes, join(data, 'postgres')),
    startAzurite(processes, join(data, 'azurite')),
  ]);
  await createContainers(storage, [BACKUP_CONTAINER]);
  const hookSecret = `whsec_${randomBytes(32).toString('base64')}`;
  const [plane, shop] = await Promise.all([
    startControlPlane(processes, join(data, 'causeway'), storage, secretsOf(databases, hookSecret)),
    startShop(processes, databases, data, hookSecret),
  ]);
  const lead = personOf(plane, 'lead');
  await plane.api.createWorkload(lead, shopWorkload(shop.url));
  step(`The control plane listens on ${plane.url}; ${FIRST} moves the shop, and its owner will not sign off`);
  const returned = await runWave(plane, FIRST, view, rejectSignOff);
  step(
    `${SECOND} moves it again: the new database has followed the old one since, and nothing is copied anew`,
  );
  let summary: WriterSummary | null = null;
  const arrived = await runWave(
    plane,
    SECOND,
    view,
    () => undefined,
    async () => {
      step('The customers stop ordering, so that both databases can be compared');
      summary = await shop.stopWriting();
    },
  );
  step('Proving it');
  const proof = new Proof(view.emit);
  proof.check('The first cutover failed back', returned?.status === 'rolled-back', statusOf(returned));
  proof.check('The second cutover has arrived', arrived?.status === 'completed', statusOf(arrived));
  const ledger = await readLedger(shop.ledgerFile);
  const figures = await proveOrders(proof, shop, ledger, summary ?? (await shop.stopWriting()));
  for (const cutover of [returned, arrived])
    if (cutover) await proveLog(proof, { plane, processes, data }, cutover.id);
  const switches = [...(returned?.switches ?? []), ...(arrived?.switches ?? [])];
  proof.check('Every switch was measured', switches.length === 3, `${switches.length} switches`);
  const seen = tellSwitches(view.emit, ledger, switches);
  const outageMs = { p50: percentile(seen, 0.5), p99: percentile(seen, 0.99) };
  return { proof, outageMs, figures: { ...figures, switches } };
}

const statusOf = (cutover: CutoverView | undefined): string =>
  `its cutover is ${cutover?.status ?? 'absent'}`;

/** Where nobody is asked at a terminal: the first time the owner finds a fault. */
const rejectSignOff = (gate: Gate) => (gate.gate === 'sign-off' ? ('reject' as const) : undefined);

async function runWave(
  { api, people }: ControlPlane,
  waveId: string,
  view: View,
  decide: (gate: Gate) => ReturnType<typeof rejectSignOff>,
  onArrival: () => Promise<void> = async () => undefined,
): Promise<CutoverView | undefined> {
  const lead = personOf({ people }, 'lead');
  await api.createWave(lead, waveInput(waveId, people));
  await api.startWave(lead, waveId, 'The demo was started');
  const gatekeeper = new Gatekeeper(api, people, view, decide);
  const viewer = personOf({ people }, 'viewer');
  const cutovers = await followWave(api, viewer, waveId, gatekeeper, view.emit, PATIENCE_MS, onArrival);
  return cutovers.get(WORKLOAD_ID);
}

const waveInput = (id: string, people: ReadonlyMap<Role, Person>): z.input<typeof WaveInput> => ({
  id,
  name: `The shop, ${id}`,
  workloadIds: [WORKLOAD_ID],
  window: {
    start: new Date(Date.now() - 60_000).toISOString(),
    end: new Date(Date.now() + WINDOW_MS).toISOString(),
  },
  stakeholders: [...people.values()].map(({ name, role }) => ({ name, role })),
  escalationContact: 'Lena, at this terminal',
});

async function proveLog(
  proof: Proof,
  {
    plane,
    processes,
    data,
  }: { readonly plane: ControlPlane; readonly processes: Processes; readonly data: string },
  id: string,
): Promise<void> {
  const exported = await plane.api.exportLog(personOf(plane, 'viewer'), 'cutovers', id);
  await proof.logVerifies(processes, data, id, exported);
}

function personOf({ people }: Pick<ControlPlane, 'people'>, role: Role): Person {
  const person = people.get(role);
  if (person === undefined) throw new Error(`Nobody is ${role}`);
  return person;
}
