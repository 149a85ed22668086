import { CausewayInventory } from '../../../contracts/planning/import';
import type { Connection, InventoryWorkload } from '../../../contracts/planning/portfolio';
import { fqdnIn, type ServerFacts } from './facts';
import type { ProblemList } from './problem-list';
import type { Position, SourceDocument } from './source';
import { slugOf } from './workload-ids';

/** What a file of Causeway states of a workload: the fields that stand in it, and no others. */
export interface OwnWorkload {
  readonly id: string;
  readonly at: Position;
  readonly stated: Partial<Omit<InventoryWorkload, 'id' | 'servers' | 'sources'>>;
  readonly servers: readonly ServerFacts[];
}

export interface OwnConnection extends Connection {
  readonly at: Position;
}

export interface OwnDocument {
  readonly workloads: readonly OwnWorkload[];
  readonly connections: readonly OwnConnection[];
}

const EMPTY: OwnDocument = { workloads: [], connections: [] };
type Path = readonly PropertyKey[];

const wordsOf = (path: Path): string =>
  path.reduce<string>(
    (words, key) =>
      typeof key === 'number' ? `${words}[${key}]` : words === '' ? String(key) : `${words}.${String(key)}`,
    '',
  );

function valueAt(value: unknown, path: Path): unknown {
  let found = value;
  for (const key of path) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = (found as Record<PropertyKey, unknown>)[key];
  }
  return found;
}

const shown = (value: unknown): string | null =>
  value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value);

type Parsed = CausewayInventory['workloads'][number];

const serverFacts = (
  server: NonNullable<Parsed['servers']>[number],
  workload: Pick<OwnWorkload, 'id' | 'at'>,
): ServerFacts => ({
  format: 'causeway',
  at: workload.at,
  name: server.name,
  foreignId: server.id?.toLowerCase() ?? null,
  fqdn: fqdnIn(server.fqdn ?? '') ?? fqdnIn(server.name),
  addresses: server.addresses ?? [],
  software: server.software ?? [],
  machine: {
    operatingSystem: server.operatingSystem ?? null,
    operatingSystemVersion: server.operatingSystemVersion ?? null,
    cores: server.cores ?? null,
    memoryMb: server.memoryMb ?? null,
    storageGb: server.storageGb ?? null,
    firmware: server.firmware ?? null,
    isPoweredOn: server.isPoweredOn ?? null,
  },
  databases: [],
  workloadId: workload.id,
  applications: [],
  environment: null,
  owner: null,
  businessUnit: null,
  criticality: null,
  readiness: null,
  isPartial: false,
});

/** Parsing fills in what is absent; only what the file itself has is stated. */
function ownWorkload(parsed: Parsed, raw: object, at: Position): OwnWorkload {
  const { id, servers, ...fields } = parsed;
  const stated = Object.fromEntries(Object.entries(fields).filter(([key]) => Object.hasOwn(raw, key)));
  const workload = { id: id ?? slugOf(parsed.name ?? ''), at };
  return { ...workload, stated, servers: (servers ?? []).map((server) => serverFacts(server, workload)) };
}

function sameIdTwice(workloads: readonly OwnWorkload[], problems: ProblemList): void {
  const first = new Map<string, Position>();
  for (const { id, at } of workloads) {
    const other = first.get(id);
    if (other === undefined) first.set(id, at);
    else
      problems.error(at, `stands in line ${other.line} already; state a workload once`, {
        column: 'id',
        value: id,
      });
  }
}

/** Reads YAML or JSON of Causeway's own form; what is wrong is told with path, value and what would be right, and nothing is read. */
export function readOwnDocument(document: SourceDocument, problems: ProblemList): OwnDocument {
  const at = (path: Path): Position => ({ file: document.file, sheet: null, line: document.lineOf(path) });
  const parsed = CausewayInventory.safeParse(document.value);
  if (!parsed.success) {
    for (const { path, message } of parsed.error.issues)
      problems.error(at(path), message, {
        column: wordsOf(path),
        value: shown(valueAt(document.value, path)),
      });
    return EMPTY;
  }
  const { workloads, connections } = parsed.data;
  const raw = (document.value as { workloads?: object[] }).workloads ?? [];
  const read = workloads.map((workload, index) =>
    ownWorkload(workload, raw[index] ?? {}, at(['workloads', index])),
  );
  sameIdTwice(read, problems);
  return {
    workloads: read,
    connections: connections.map((connection, index) => ({ ...connection, at: at(['connections', index]) })),
  };
}
