import type { WorkloadDifference } from '../../../contracts/planning/import';
import type {
  Connection,
  InventoryServer,
  InventoryWorkload,
  Portfolio,
} from '../../../contracts/planning/portfolio';

const MAX_DETAILS = 50;
const MAX_LENGTH = 300;

/** As people call the fields whose names are not words already. */
const CALLED: Readonly<Partial<Record<keyof InventoryWorkload, string>>> = {
  businessUnit: 'business unit',
  criticalityConfirmed: 'confirmation of the criticality',
  isInternal: 'internal use only',
  dataGb: 'data (GB)',
  changeGbPerDay: 'change a day (GB)',
  availabilityPercent: 'availability (%)',
  recoveryTimeMinutes: 'recovery time (minutes)',
  recoveryPointMinutes: 'recovery point (minutes)',
  acceptableDowntimeMinutes: 'acceptable downtime (minutes)',
  continuityPlan: 'continuity plan',
  dependsOn: 'stated dependencies',
  targetArchitecture: 'target architecture',
  tracked: 'tracked items',
  maintenance: 'maintenance windows',
  execution: 'how it is moved',
};

const same = (left: unknown, right: unknown): boolean =>
  left === right || JSON.stringify(left) === JSON.stringify(right);

const shown = (value: unknown): string => {
  if (value === null || value === undefined) return 'unknown';
  if (typeof value === 'string') return value;
  return JSON.stringify(value);
};

/** Differences of two lists by name of what came, went and changed. */
function listDifferences<Item>(
  before: readonly Item[],
  after: readonly Item[],
  what: string,
  nameOf: (item: Item) => string,
  between: (name: string, before: Item, after: Item) => readonly string[],
): string[] {
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const now = new Set(after.map(nameOf));
  return [
    ...after.flatMap((item) => {
      const name = nameOf(item);
      const known = old.get(name);
      return known === undefined
        ? [`${what} ${name} added`]
        : same(known, item)
          ? []
          : between(name, known, item);
    }),
    ...[...old.keys()].filter((name) => !now.has(name)).map((name) => `${what} ${name} gone`),
  ];
}

const serverChanges = (name: string, before: InventoryServer, after: InventoryServer): string[] =>
  (Object.keys(after) as (keyof InventoryServer)[])
    .filter((key) => !same(before[key], after[key]))
    .map((key) => `server ${name}: ${key} ${shown(before[key])} → ${shown(after[key])}`);

/** What differs between two versions of a workload, in words; where facts were read is no difference. */
function describeDifference(before: InventoryWorkload, after: InventoryWorkload): string[] {
  const details = (Object.keys(after) as (keyof InventoryWorkload)[]).flatMap((key) => {
    if (key === 'sources' || before[key] === after[key] || same(before[key], after[key])) return [];
    if (key === 'servers')
      return listDifferences(before.servers, after.servers, 'server', ({ name }) => name, serverChanges);
    if (key === 'databases')
      return listDifferences(
        before.databases,
        after.databases,
        'database',
        ({ name }) => name,
        (name, old, now) => [`database ${name}: ${shown(old)} → ${shown(now)}`],
      );
    if (key === 'integrations')
      return listDifferences(
        before.integrations,
        after.integrations,
        'integration',
        ({ name, kind }) => `${name} (${kind})`,
        (name) => [`integration ${name} changed`],
      );
    return [`${CALLED[key] ?? key}: ${shown(before[key])} → ${shown(after[key])}`];
  });
  return bounded(details);
}

const bounded = (details: readonly string[]): string[] => {
  const short = details.map((detail) =>
    detail.length > MAX_LENGTH ? `${detail.slice(0, MAX_LENGTH - 1)}…` : detail,
  );
  if (short.length <= MAX_DETAILS) return short;
  return [...short.slice(0, MAX_DETAILS - 1), `and ${short.length - MAX_DETAILS + 1} more`];
};

/** By workload, the connections that came and went; how busy they are is no difference. */
function connectionDifferences(
  before: readonly Connection[],
  after: readonly Connection[],
): Map<string, string[]> {
  const differences = new Map<string, string[]>();
  const keyOf = ({ from, to, ports }: Connection): string => `${from}\n${to}\n${ports.join(' ')}`;
  const note = (from: readonly Connection[], known: ReadonlySet<string>, what: string): void => {
    for (const connection of from) {
      if (known.has(keyOf(connection))) continue;
      const text = `${what} traffic to ${connection.to} (ports ${connection.ports.join(', ')})`;
      const details = differences.get(connection.from);
      if (details) details.push(text);
      else differences.set(connection.from, [text]);
    }
  };
  note(after, new Set(before.map(keyOf)), 'new');
  note(before, new Set(after.map(keyOf)), 'no more');
  return differences;
}

const firstWords = ({ servers, databases }: InventoryWorkload): string[] => {
  const names = servers.slice(0, 5).map(({ name }) => name);
  const more = servers.length > names.length ? ` and ${servers.length - names.length} more` : '';
  return [
    servers.length === 0 ? 'no servers' : `servers ${names.join(', ')}${more}`,
    ...(databases.length === 0
      ? []
      : [
          `databases ${databases
            .slice(0, 5)
            .map(({ name }) => name)
            .join(', ')}`,
        ]),
  ];
};

/** Where the servers of a workload that is gone are now. */
function whereabouts({ servers }: InventoryWorkload, workloadOf: () => ReadonlyMap<string, string>): string {
  const now = [...new Set(servers.flatMap(({ id }) => workloadOf().get(id) ?? []))].sort();
  if (now.length > 0) return `its servers now belong to ${now.slice(0, 5).join(', ')}`;
  return `its servers are listed no more: ${servers
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ')}`;
}

/** Every workload of either, by id. */
export function* portfolioDifferences(before: Portfolio, after: Portfolio): Generator<WorkloadDifference> {
  const old = new Map(before.workloads.map((workload) => [workload.id, workload]));
  const traffic = connectionDifferences(before.connections, after.connections);
  const now = new Map(after.workloads.map((workload) => [workload.id, workload]));
  let servers: Map<string, string> | undefined;
  const workloadOf = (): Map<string, string> =>
    (servers ??= new Map(
      after.workloads.flatMap((workload) => workload.servers.map((server) => [server.id, workload.id])),
    ));
  for (const id of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [was, is] = [old.get(id), now.get(id)];
    if (was === undefined)
      yield { id, change: 'new', details: is === undefined ? [] : bounded(firstWords(is)) };
    else if (is === undefined) yield { id, change: 'gone', details: bounded([whereabouts(was, workloadOf)]) };
    else {
      const details = bounded([...describeDifference(was, is), ...(traffic.get(id) ?? [])]);
      yield { id, change: details.length === 0 ? 'unchanged' : 'changed', details };
    }
  }
}
