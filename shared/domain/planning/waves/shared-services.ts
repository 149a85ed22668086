import type { SharedService } from '../../../contracts/planning/plan';
import type { Reason } from '../../../contracts/planning/reason';
import { because, counted, told, type Sentences } from '../reasons';
import type { DependencyGraph } from './dependency-graph';
import { bridgeFor, COUPLINGS } from './dependency-kinds';
import { INFRASTRUCTURE } from './infrastructure-ports';
import { numberAt } from './partition/number-at';

/** By number of the workload. */
export type SharedServices = ReadonlyMap<number, SharedService>;

/** With fewer users than this, a service on a port of infrastructure is an application like others. */
const infrastructureUsers = (workloads: number): number => Math.max(3, Math.ceil(Math.sqrt(workloads) / 4));
/** More users than a wave has places could never be in its wave; in a large portfolio it takes more to stand out. */
const hubUsers = (workloads: number, perWave: number): number =>
  Math.max(perWave + 1, Math.ceil(Math.sqrt(workloads)));

/**
 * What so many use that it must not glue everything together: named by people; serving the ports of a directory, name resolution,
 * time, monitoring or backup to many; or used by more workloads than a wave holds.
 */
export function recogniseSharedServices(
  graph: DependencyGraph,
  named: readonly string[],
  workloadsPerWave: number,
): SharedServices {
  const total = graph.candidates.length;
  const users = countUsers(graph);
  const names = new Set(named);
  const found = new Map<number, SharedService>();
  graph.candidates.forEach(({ workload }, index) => {
    const fanIn = numberAt(users.all, index);
    const strongest = strongestService(users, index);
    const isInfrastructure = strongest.users >= infrastructureUsers(total);
    const isHub = fanIn >= hubUsers(total, workloadsPerWave);
    if (!isInfrastructure && !isHub && !names.has(workload.id)) return;
    const reasons: Reason[] = [
      ...(names.has(workload.id) ? [because('shared-service-named', 'R35', { users: fanIn })] : []),
      ...(isInfrastructure ? [because('shared-service-port', 'R35', { ...strongest })] : []),
      ...(isHub
        ? [because('shared-service-hub', 'R35', { users: fanIn, from: hubUsers(total, workloadsPerWave) })]
        : []),
    ];

    const isEarly = isInfrastructure || names.has(workload.id);
    const coupling = COUPLINGS[numberAt(users.coupling, index)] ?? 'calls';
    found.set(index, {
      workloadId: workload.id,
      placement: isEarly ? 'early' : 'bridged',
      bridge: isEarly ? 'network-route' : bridgeFor(coupling, workload),
      users: Math.max(fanIn, strongest.users),
      reasons,
    });
  });
  return found;
}

interface Users {
  /** Workloads that open connections to it, or state that they depend on it. */
  readonly all: Int32Array;
  /** By service, then workload. */
  readonly byService: readonly Int32Array[];
  /** The strongest coupling it is used by. */
  readonly coupling: Uint8Array;
}

function strongestService({ byService }: Users, index: number): { service: string; users: number } {
  let strongest = { service: '', users: 0 };
  INFRASTRUCTURE.forEach(({ service }, number) => {
    const users = numberAt(byService[number] ?? [], index);
    if (users > strongest.users) strongest = { service, users };
  });
  return strongest;
}

function countUsers(graph: DependencyGraph): Users {
  const total = graph.candidates.length;
  const all = new Int32Array(total);
  const coupling = new Uint8Array(total);
  const byService = INFRASTRUCTURE.map(() => new Int32Array(total));
  const more = (counts: Int32Array | undefined, index: number): void => {
    if (counts) counts[index] = numberAt(counts, index) + 1;
  };
  for (let edge = 0; edge < graph.from.length; edge += 1) {
    const from = numberAt(graph.from, edge);
    const to = numberAt(graph.to, edge);
    coupling[to] = Math.max(numberAt(coupling, to), numberAt(graph.coupling, edge));
    // Sorted by from, then to: what was counted for this pair stands right before.
    if (edge === 0 || graph.from[edge - 1] !== from || graph.to[edge - 1] !== to) more(all, to);
    const mask = numberAt(graph.services, edge);
    for (let service = 0; mask >>> service > 0; service += 1) {
      if ((mask & (1 << service)) === 0) continue;
      more(byService[service], to);
      if (INFRASTRUCTURE[service]?.polls === true) more(byService[service], from);
    }
  }
  return { all, byService, coupling };
}

const used = (users: unknown): string =>
  users === 1 ? '1 workload uses it' : `${told(users as number)} workloads use it`;

export const sentences: Sentences = {
  'shared-service-named': ({ users }) =>
    `It is named as a shared service; ${users === 0 ? 'no workload is seen to use it' : `${used(users)}, without having to share its wave`}.`,
  'shared-service-port': ({ service, users }) =>
    `It serves ${told(service)} to ${counted(Number(users), 'workload')}: a shared service, which binds nobody to its wave.`,
  'shared-service-hub': ({ users, from }) =>
    `${used(users)}, from ${told(from)} on one counts as shared: it would pull more into its wave than fits.`,
};
