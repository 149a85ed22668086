import type {
  Connection,
  InventoryDatabase,
  IntegrationPoint,
  InventoryWorkload,
} from '../../../contracts/planning/portfolio';
import { CONTROL } from './cell-values';
import { fqdnIn, isAddress, shortNameIn } from './facts';
import { databaseEngine, integrationKind, isPublicAddress } from './known-services';
import type { Found, Machine, Machines } from './machines';
import type { ProblemList } from './problem-list';
import type { Position } from './source';

export interface TrafficEnd {
  readonly name: string | null;
  readonly foreignId: string | null;
  readonly address: string | null;
  readonly process: string | null;
}

/** One row of observed traffic; `port` is the one that is listened at. */
export interface TrafficRow {
  readonly at: Position;
  readonly source: TrafficEnd;
  readonly destination: TrafficEnd;
  readonly port: number;
  readonly observations: number;
}

interface Edge {
  readonly ports: Set<number>;
  observations: number;
}
interface Outside extends Edge {
  readonly name: string;
  readonly kind: IntegrationPoint['kind'];
  address: string | null;
}

/** From here on ports are given out anew for every connection, as a rule: they tell nothing of a service. */
const FIRST_EPHEMERAL = 49_152;
const MAX_PORTS = 64;
const MAX_INTEGRATIONS = 50;
/** Pairs of a workload and somebody unmanaged that are counted one by one. */
const MAX_OUTSIDE = 1_000_000;
const EXAMPLES = 20;

const EVERY_CONTROL = new RegExp(CONTROL, 'g');

const byCharacters = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
const byName = ([a]: readonly [string, number], [b]: readonly [string, number]): number => byCharacters(a, b);

/** What was left out, by the names of those it concerns, told once each in the end. */
class LeftOut {
  private readonly counts = new Map<string, number>();
  private total = 0;
  private at: Position | null = null;

  add(at: Position, name: string, observations: number): void {
    this.at ??= at;
    this.total += observations;
    if (this.counts.has(name) || this.counts.size < MAX_OUTSIDE)
      this.counts.set(name, (this.counts.get(name) ?? 0) + observations);
  }

  tell(problems: ProblemList, what: string): void {
    if (this.at === null) return;
    const named = [...this.counts].sort(byName).slice(0, EXAMPLES);
    const names = named.map(([name, count]) => `${name} (${count})`).join(', ');
    const more = this.counts.size > named.length ? ` and ${this.counts.size - named.length} more` : '';
    problems.warn({ ...this.at, line: 0 }, `${this.total} ${what}: ${names}${more}`);
  }
}

/**
 * Sums observed traffic between servers up to traffic between workloads, row by row, so that no row has to be kept. Who is not in
 * the portfolio becomes an integration point of the workload that calls it (R34), the busiest ones.
 */
export class ObservedTraffic {
  private readonly edges = new Map<number, Edge>();
  private readonly outside = new Map<string, Outside>();
  private readonly databases = new Map<string, InventoryDatabase>();
  private readonly found = new Map<string, number | null>();
  private readonly indexes = new Map<Machine, number>();
  private readonly ephemeral = new LeftOut();
  private readonly selves = new LeftOut();
  private readonly callers = new LeftOut();
  private readonly ambiguous = new LeftOut();

  /** `workloads`: ids in order; `workloadOf`: the index among them of a machine's. */
  constructor(
    private readonly machines: Machines,
    private readonly workloads: readonly string[],
    workloadOf: ReadonlyMap<Machine, number>,
  ) {
    this.indexes = new Map(workloadOf);
  }

  add(row: TrafficRow): void {
    const { at, source, destination, port, observations } = row;
    const label = `${labelOf(source)} → ${labelOf(destination)}:${port}`;
    if (port >= FIRST_EPHEMERAL) return this.ephemeral.add(at, label, observations);
    const from = this.workloadOf(source, at);
    const to = this.workloadOf(destination, at);
    if (isSameServer(source, destination)) return this.selves.add(at, labelOf(source), observations);
    if (from === null) return this.callers.add(at, labelOf(source), observations);
    if (to === null) return this.addOutside(from, row);
    this.noteDatabase(to, row);
    if (from === to) return;
    const key = from * this.workloads.length + to;
    const edge = this.edges.get(key);
    if (edge === undefined) {
      this.edges.set(key, { ports: new Set([port]), observations });
      return;
    }
    edge.observations += observations;
    edge.ports.add(port);
  }

  tell(problems: ProblemList): void {
    this.selves.tell(problems, 'observations of a server talking to itself were left out');
    this.ephemeral.tell(
      problems,
      `observations at ports from ${FIRST_EPHEMERAL} on were left out; look whether a service listens there`,
    );
    this.callers.tell(problems, 'observations come from machines that no inventory lists and were left out');
    this.ambiguous.tell(
      problems,
      'observations name a server that several have the name of, and were left out',
    );
  }

  connections(): Connection[] {
    const count = this.workloads.length;
    return [...this.edges]
      .sort(([a], [b]) => a - b)
      .map(([key, { ports, observations }]) => ({
        from: this.workloads[Math.floor(key / count)] ?? '',
        to: this.workloads[key % count] ?? '',
        ports: [...ports].sort((a, b) => a - b).slice(0, MAX_PORTS),
        observations,
      }));
  }

  /** By workload, the busiest first kept, then sorted by name. */
  integrations(): ReadonlyMap<string, IntegrationPoint[]> {
    const byWorkload = Map.groupBy(this.outside, ([key]) => Number(key.slice(0, key.indexOf('\n'))));
    return new Map(
      [...byWorkload].map(([index, points]) => {
        const busiest = points
          .map(([, point]) => point)
          .sort(
            (a, b) =>
              b.observations - a.observations || byCharacters(`${a.name}\n${a.kind}`, `${b.name}\n${b.kind}`),
          )
          .slice(0, MAX_INTEGRATIONS)
          .sort((a, b) => byCharacters(`${a.name}\n${a.kind}`, `${b.name}\n${b.kind}`));
        return [this.workloads[index] ?? '', busiest.map(integrationPoint)];
      }),
    );
  }

  /** By workload, what listens on its servers as a database does. */
  inferredDatabases(): ReadonlyMap<string, InventoryDatabase[]> {
    const inferred = new Map<string, InventoryDatabase[]>();
    for (const [key, database] of [...this.databases].sort(([a], [b]) => byCharacters(a, b))) {
      const id = this.workloads[Number(key.slice(0, key.indexOf('\n')))] ?? '';
      inferred.set(id, [...(inferred.get(id) ?? []), database]);
    }
    return inferred;
  }

  private workloadOf(end: TrafficEnd, at: Position): number | null {
    const key = end.foreignId ?? end.name;
    // An address alone tells nothing: it is given to another machine tomorrow.
    if (key === null || isAddress(key)) return null;
    const known = this.found.get(key);
    if (known !== undefined) return known;
    const result = this.find(end);
    if (result.kind === 'several') this.ambiguous.add(at, key, 1);
    const index = result.kind === 'one' ? (this.indexes.get(result.machine) ?? null) : null;
    if (this.found.size < MAX_OUTSIDE) this.found.set(key, index);
    return index;
  }

  private find({ foreignId, name }: TrafficEnd): Found {
    return this.machines.find({
      foreignId: foreignId?.toLowerCase() ?? null,
      fqdn: name === null ? null : fqdnIn(name),
      shortName: name === null ? '' : shortNameIn(name),
    });
  }

  private addOutside(from: number, { destination, port, observations }: TrafficRow): void {
    const name = labelOf(destination);
    const kind = integrationKind(destination.process, port);
    const key = `${from}\n${name}\n${kind}`;
    const point = this.outside.get(key);
    if (point !== undefined) {
      point.observations += observations;
      point.ports.add(port);
      if (destination.address !== null && (point.address === null || destination.address < point.address))
        point.address = destination.address;
    } else if (this.outside.size < MAX_OUTSIDE)
      this.outside.set(key, {
        name,
        kind,
        address: destination.address,
        ports: new Set([port]),
        observations,
      });
  }

  private noteDatabase(to: number, { destination, port }: TrafficRow): void {
    const engine = databaseEngine(destination.process, port);
    if (engine === null) return;
    const server = shortNameIn(destination.name ?? destination.foreignId ?? '');
    const key = `${to}\n${engine}\n${server}`;
    if (!this.databases.has(key))
      this.databases.set(key, {
        name: kept(`${engine} on ${server}`, 200),
        engine,
        version: null,
        sizeGb: null,
        isInferred: true,
      });
  }
}

const labelOf = ({ name, address, foreignId }: TrafficEnd): string =>
  (name ?? address ?? foreignId ?? 'unknown').slice(0, 200);

const isSameServer = (source: TrafficEnd, destination: TrafficEnd): boolean =>
  source.foreignId !== null && destination.foreignId !== null
    ? source.foreignId === destination.foreignId
    : source.name !== null && source.name === destination.name;

/** Names come from the network: what can't be kept of them is left out. */
const kept = (text: string, length: number): string =>
  text.replace(EVERY_CONTROL, ' ').slice(0, length).trim() || 'unknown';

const integrationPoint = ({ name, kind, address, ports }: Outside): IntegrationPoint => ({
  name: kept(name, 200),
  kind,
  isExternal: isPublicAddress(address ?? name),
  endpoint: `${kept(address ?? name, 290)}:${Math.min(...ports)}`,
  isObserved: true,
});

/** Databases and integration points that were seen take the place of those seen before; what was stated stays. */
export const withTraffic = (
  workloads: readonly InventoryWorkload[],
  traffic: ObservedTraffic | null,
): readonly InventoryWorkload[] => {
  if (traffic === null) return workloads;
  const integrations = traffic.integrations();
  const databases = traffic.inferredDatabases();
  return workloads.map((workload) => {
    const stated = workload.databases.filter(({ isInferred }) => !isInferred);
    const engines = new Set(stated.map(({ engine }) => engine));
    const inferred = (databases.get(workload.id) ?? []).filter(({ engine }) => !engines.has(engine));
    const known = workload.integrations.filter(({ isObserved }) => !isObserved);
    const names = new Set(known.map(({ name }) => name));
    const observed = (integrations.get(workload.id) ?? []).filter(({ name }) => !names.has(name));
    return {
      ...workload,
      databases: [...stated, ...inferred].slice(0, 200),
      integrations: [...known, ...observed].slice(0, 200),
    };
  });
};
