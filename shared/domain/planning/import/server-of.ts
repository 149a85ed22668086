import type {
  InventoryDatabase,
  InventoryFormat,
  InventoryServer,
} from '../../../contracts/planning/portfolio';
import { rankOf, shortNameIn, type MachineFacts, type ServerFacts } from './facts';
import type { Machine } from './machines';
import type { ProblemList } from './problem-list';

const MACHINE_FIELDS: readonly (keyof MachineFacts)[] = [
  'operatingSystem',
  'operatingSystemVersion',
  'cores',
  'memoryMb',
  'storageGb',
  'firmware',
  'isPoweredOn',
];

/** Most believed first; rows of one format stay in their order. */
const believed = <Row extends Pick<ServerFacts, 'format'>>(facts: readonly Row[]): Row[] =>
  facts.length < 2 ? [...facts] : [...facts].sort((a, b) => rankOf(a.format) - rankOf(b.format));

const STATED = ['environment', 'owner', 'businessUnit', 'criticality', 'readiness'] as const;

/** Rows of one format about one machine must agree: one of them is wrong, and nobody here knows which. */
export function tellConflicts(facts: readonly ServerFacts[], problems: ProblemList): void {
  const first = new Map<InventoryFormat, ServerFacts>();
  for (const row of facts) {
    const other = first.get(row.format);
    if (row.isPartial || (other !== undefined && isOtherSheet(other, row))) continue;
    if (other === undefined) {
      first.set(row.format, row);
      continue;
    }
    const differs =
      (shortNameIn(other.name) === shortNameIn(row.name) ? undefined : 'name') ??
      MACHINE_FIELDS.find((field) => differ(other.machine[field], row.machine[field])) ??
      STATED.find((field) => differ(other[field], row[field])) ??
      (other.workloadId === row.workloadId ? undefined : 'workload') ??
      (differ(named(other), named(row)) ? 'application' : undefined);
    const place = `${other.at.file === row.at.file ? '' : `${other.at.file} `}line ${other.at.line}`;
    if (differs === undefined) problems.warn(row.at, `is listed in ${place}, too`, { value: row.name });
    else {
      const message = `stands in ${place} with another ${differs}; delete the row that is wrong`;
      problems.error(row.at, message, { column: differs, value: row.name });
    }
  }
}

const named = ({ applications }: ServerFacts): string | null =>
  applications.length === 0 ? null : applications.join(', ').toLowerCase();

/** A workbook shows its machines from several sides. */
const isOtherSheet = ({ at: a }: ServerFacts, { at: b }: ServerFacts): boolean =>
  a.file === b.file && a.sheet !== b.sheet;

const differ = (left: unknown, right: unknown): boolean => left != null && right != null && left !== right;

const idOf = ({ before, fqdn, shortName, idsByFormat }: Machine, facts: readonly ServerFacts[]): string => {
  // A name gives way to a key of the source or to a fuller name; a key does not.
  if (before !== null && before.id !== shortName && before.id !== fqdn) return before.id;
  for (const { format } of facts) {
    const id = idsByFormat.get(format);
    if (id !== undefined) return id;
  }
  return fqdn ?? shortName;
};

/** What is known of a machine: of every field the most believed row that has it, else what was known before. */
export function serverOf(machine: Machine): InventoryServer {
  const { before } = machine;
  const facts = believed(machine.facts);
  const [first] = facts;
  if (first === undefined && before !== null) return before;
  const known = Object.fromEntries(
    MACHINE_FIELDS.map((field) => [
      field,
      facts.find((row) => row.machine[field] != null)?.machine[field] ?? before?.[field] ?? null,
    ]),
  ) as Required<MachineFacts>;
  const addresses = facts.find((row) => row.addresses.length > 0)?.addresses ?? before?.addresses ?? [];
  const software = facts.find((row) => row.software.length > 0)?.software ?? before?.software ?? [];
  return {
    id: idOf(machine, facts),
    name: facts.find((row) => !row.isPartial)?.name ?? before?.name ?? first?.name ?? machine.shortName,
    fqdn: machine.fqdn ?? before?.fqdn ?? null,
    addresses: [...addresses],
    ...known,
    software: [...software],
    isPlaced: facts.some(({ workloadId }) => workloadId !== null) || (before?.isPlaced ?? false),
  };
}

/** Stated databases of all rows, each once. */
export function databasesOf(
  facts: readonly Pick<ServerFacts, 'format' | 'databases'>[],
): InventoryDatabase[] {
  const databases = new Map<string, InventoryDatabase>();
  for (const { databases: listed } of believed(facts))
    for (const database of listed) {
      const key = `${database.engine}\n${database.name}`;
      if (!databases.has(key)) databases.set(key, database);
    }
  return [...databases.values()];
}
