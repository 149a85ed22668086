import loadHighs from 'highs';
import type { Connection } from '../../../shared/contracts/planning/portfolio';
import { buildDependencyGraph } from '../../../shared/domain/planning/waves/dependency-graph';
import { groupIntoWaves } from '../../../shared/domain/planning/waves/group-into-waves';
import type {
  WaveCandidate,
  WaveGrouping,
  WaveGroupingInput,
} from '../../../shared/domain/planning/waves/grouping';
import { recogniseSharedServices } from '../../../shared/domain/planning/waves/shared-services';
import type { BenchRow } from '../bench';
import { randomNumbers } from './estate';
import { exactCut } from './exact-cut';

type Random = () => number;
/** `partOf`: what the graph was made of, where anybody knows. */
interface Instance {
  readonly input: WaveGroupingInput;
  readonly partOf: Int32Array | null;
}

const SMALL = {
  instances: 10,
  workloads: 14,
  capacity: { workloadsPerWave: 5, serversPerWave: 14 },
} as const;
const PLANTED = [1_000, 10_000, 100_000];
const CAPACITY = { workloadsPerWave: 20, serversPerWave: 150 };
const PORTS = [443, 1433, 5672, 445];

const below = (random: Random, most: number): number => Math.floor(random() * most);
const idOf = (index: number): string => `w${String(index).padStart(6, '0')}`;

/** All of one kind, so that nothing but dependencies and capacity says which wave. */
const candidate = (index: number, servers: number): WaveCandidate => ({
  workload: {
    ...{ id: idOf(index), application: idOf(index), businessUnit: null, owner: null, isInternal: null },
    ...{
      environment: 'production',
      criticality: 'medium',
      dataGb: null,
      changeGbPerDay: null,
      dependsOn: [],
    },
    servers: { length: servers },
  },
  ...{ complexity: 1, risk: 1, precedence: 0, isBlocked: false },
});

/** One connection of each pair, in the order that portfolios have. */
class Connections {
  private readonly found = new Map<number, Connection>();

  constructor(private readonly random: Random) {}

  get size(): number {
    return this.found.size;
  }

  add(from: number, to: number, bits: number): void {
    const key = from * 1_000_000 + to;
    if (from === to || this.found.has(key)) return;
    const port = PORTS[below(this.random, PORTS.length)] ?? 443;
    const observations = 1 << below(this.random, bits);
    this.found.set(key, { from: idOf(from), to: idOf(to), ports: [port], observations });
  }

  sorted(): Connection[] {
    return [...this.found].sort(([a], [b]) => a - b).map(([, connection]) => connection);
  }
}

/** One component, in which three sorts of workloads like their own. */
function small(random: Random): Instance {
  const connections = new Connections(random);
  const users = new Int32Array(SMALL.workloads);
  for (let from = 0; from < SMALL.workloads; from += 1) {
    for (let to = from + 1; to < SMALL.workloads; to += 1) {
      const isNear = from % 3 === to % 3;
      if (to !== from + 1 && random() > (isNear ? 0.6 : 0.15)) continue;
      const [user, used] = (users[from] ?? 0) < (users[to] ?? 0) ? [to, from] : [from, to];
      connections.add(user, used, isNear ? 16 : 8);
      users[used] = (users[used] ?? 0) + 1;
    }
  }
  const candidates = Array.from({ length: SMALL.workloads }, (_, index) =>
    candidate(index, 1 + below(random, 4)),
  );
  return { input: inputOf(candidates, connections.sorted(), SMALL.capacity), partOf: null };
}

/** The first in which nobody has so many users that it would be shared, and what depends on it no cut. */
function unshared(random: Random) {
  for (;;) {
    const { input } = small(random);
    const graph = graphOf(input);
    if (recogniseSharedServices(graph, [], input.capacity.workloadsPerWave).size === 0)
      return { input, graph };
  }
}

/** Services of 8 to 20 workloads that mostly call their own: four dependencies a workload, one in ten to anywhere. Ids tell nothing. */
function planted(workloads: number, random: Random): Instance {
  const places = Array.from({ length: workloads }, (_, place) => place);
  for (let last = workloads - 1; last > 0; last -= 1) {
    const other = below(random, last + 1);
    [places[last], places[other]] = [places[other] ?? 0, places[last] ?? 0];
  }
  const services: (readonly number[])[] = [];
  for (let start = 0; start < workloads;) {
    const size = 8 + below(random, 13);
    services.push(places.slice(start, start + size));
    start += size;
  }
  const connections = new Connections(random);
  const partOf = new Int32Array(workloads);
  const oneOf = (service: readonly number[]): number => service[below(random, service.length)] ?? 0;
  services.forEach((service, part) => {
    service.forEach((member, place) => {
      partOf[member] = part;
      if (place > 0) connections.add(member, service[below(random, place)] ?? 0, 16);
    });
  });
  while (connections.size < workloads * 4) {
    const service = services[below(random, services.length)] ?? [];
    connections.add(oneOf(service), random() < 0.9 ? oneOf(service) : below(random, workloads), 16);
  }
  const candidates = Array.from({ length: workloads }, (_, index) => candidate(index, 1 + below(random, 6)));
  return { input: inputOf(candidates, connections.sorted(), CAPACITY), partOf };
}

const inputOf = (
  candidates: readonly WaveCandidate[],
  connections: readonly Connection[],
  capacity: WaveGroupingInput['capacity'],
): WaveGroupingInput => ({
  candidates,
  connections,
  capacity,
  sharedServices: [],
  edits: [],
  previous: null,
});

const graphOf = ({ candidates, connections }: WaveGroupingInput) =>
  buildDependencyGraph(candidates, connections, []);

function cutBy({ from, to, weight }: ReturnType<typeof graphOf>, partOf: ArrayLike<number>): number {
  return weight.reduce((sum, each, edge) => {
    const [one, other] = [partOf[from[edge] ?? 0], partOf[to[edge] ?? 0]];
    return one === other ? sum : sum + each;
  }, 0);
}

/** Components one after the other, each in order of ids, cut where a wave is full: all are one component here. */
function chunks({ candidates, capacity }: WaveGroupingInput): Int32Array {
  let [part, workloads, servers] = [0, 0, 0];
  return Int32Array.from(candidates, ({ workload }) => {
    const more = workload.servers.length;
    if (workloads + 1 > capacity.workloadsPerWave || servers + more > capacity.serversPerWave)
      [part, workloads, servers] = [part + 1, 0, 0];
    workloads += 1;
    servers += more;
    return part;
  });
}

const weightOf = ({ cuts }: WaveGrouping): number => cuts.reduce((sum, { weight }) => sum + weight, 0);
const aboveCapacity = ({ waves }: WaveGrouping, { capacity }: WaveGroupingInput): number =>
  waves.filter(
    ({ workloadIds, servers }) =>
      workloadIds.length > capacity.workloadsPerWave || servers > capacity.serversPerWave,
  ).length;

const row = (
  name: string,
  unit: string,
  ours: number,
  limit: number | null,
  peers: BenchRow['peers'] = {},
): BenchRow => ({ name, unit, better: 'lower', ours, peers, limit });

/** What grouping into waves cuts, beside the lightest cut there is, beside the groups that a graph was made of, and beside chunks. */
export async function cutRows(
  _rounds: number,
  seed: number,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const highs = await loadHighs();
  const sums = { ours: 0, best: 0, chunks: 0, above: 0 };
  for (let number = 0; number < SMALL.instances; number += 1) {
    say(`cut-weight: instance ${number + 1} of ${SMALL.instances}`);
    const { input, graph } = unshared(randomNumbers(seed * 1_000 + number));
    const grouping = groupIntoWaves(input);
    sums.ours += weightOf(grouping);
    sums.best += exactCut(highs, graph, input.capacity);
    sums.chunks += cutBy(graph, chunks(input));
    sums.above += aboveCapacity(grouping, input);
  }
  const rows = [row('cut-weight', 'weight', sums.ours, sums.best, { 'components in chunks': sums.chunks })];
  for (const workloads of PLANTED) {
    say(`cut-planted: ${workloads} workloads`);
    const { input, partOf } = planted(workloads, randomNumbers(seed));
    const graph = graphOf(input);
    const grouping = groupIntoWaves(input);
    const total = graph.weight.reduce((sum, each) => sum + each, 0);
    const share = (weight: number): number => (weight / total) * 100;
    const peers = { 'components in chunks': share(cutBy(graph, chunks(input))) };
    const limit = share(cutBy(graph, partOf ?? []));
    rows.push(row(`cut-planted-${workloads / 1_000}k`, '%', share(weightOf(grouping)), limit, peers));
    sums.above += aboveCapacity(grouping, input);
  }
  return [...rows, row('cut-weight-violations', 'waves', sums.above, null)];
}
