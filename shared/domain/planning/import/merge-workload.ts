import type {
  Criticality,
  InventoryFormat,
  InventoryWorkload,
  Source,
} from '../../../contracts/planning/portfolio';
import { rankOf, type Readiness, type ServerFacts } from './facts';
import type { Group } from './group-workloads';
import type { Machine } from './machines';
import type { ProblemList } from './problem-list';
import { databasesOf, serverOf } from './server-of';

/** What an import is, as far as its files can make something be gone. */
export interface Listing {
  /** Formats that were read and list servers. */
  readonly formats: ReadonlySet<InventoryFormat>;
  /** They list only a part of what there is: nothing is gone. */
  readonly isPartial: boolean;
}

const MAX_NAME = 200;
const MAX_SOURCES = 50;
const MAX_SERVERS = 1_000;
const MAX_DATABASES = 200;
const CRITICALITIES: readonly Criticality[] = ['low', 'medium', 'high', 'mission-critical'];
const READINESS: readonly Readiness[] = ['ready', 'unknown', 'conditional', 'not-ready'];

/** Everything unknown. */
const unknownWorkload = (id: string): InventoryWorkload => ({
  id,
  name: id,
  application: id,
  owner: null,
  businessUnit: null,
  criticality: null,
  criticalityConfirmed: null,
  environment: null,
  isInternal: null,
  servers: [],
  databases: [],
  dataGb: null,
  changeGbPerDay: null,
  availabilityPercent: null,
  recoveryTimeMinutes: null,
  recoveryPointMinutes: null,
  acceptableDowntimeMinutes: null,
  continuityPlan: null,
  impact: null,
  isSensitive: null,
  isStateless: null,
  isContainerised: null,
  isInCode: null,
  supportsReplication: null,
  supportsFailover: null,
  dependsOn: [],
  integrations: [],
  targetArchitecture: null,
  assessment: null,
  maintenance: [],
  tracked: [],
  execution: null,
  sources: [],
});

/** They tell something of what others list. */
const LIST_NOTHING: readonly InventoryFormat[] = [
  'causeway',
  'servicenow-relations',
  'azure-migrate-dependencies',
];

/** A file listed it before, and the same kind of file lists it no more. */
export function isGone(workload: InventoryWorkload, { formats, isPartial }: Listing): boolean {
  const listedBy = workload.sources.filter(({ format }) => !LIST_NOTHING.includes(format));
  return !isPartial && listedBy.length > 0 && listedBy.every(({ format }) => formats.has(format));
}

const byCharacters = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

/** What most rows of the most believed format say; others are told. Null: none says anything. */
function agreed(
  facts: readonly ServerFacts[],
  field: 'owner' | 'businessUnit',
  workload: string,
  problems: ProblemList,
): string | null {
  const saying = facts.filter((row) => row[field] !== null);
  const best = Math.min(...saying.map(({ format }) => rankOf(format)));
  const rows = saying.filter(({ format }) => rankOf(format) === best);
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row[field] ?? '', (counts.get(row[field] ?? '') ?? 0) + 1);
  const [first, second] = [...counts].sort(([a, n], [b, m]) => m - n || byCharacters(a, b));
  if (first !== undefined && second !== undefined && rows[0]) {
    const message = `its servers name several: ${first[0]} (${first[1]}), ${second[0]} (${second[1]}); the first is taken`;
    problems.warn(rows[0].at, `${workload}: ${message}`, { column: field });
  }
  return first?.[0] ?? null;
}

const worst = <Word extends string>(words: readonly (Word | null)[], order: readonly Word[]): Word | null => {
  const ranks = words.flatMap((word) => (word === null ? [] : [order.indexOf(word)]));
  return ranks.length === 0 ? null : (order[Math.max(...ranks)] ?? null);
};

function sourcesOf({ before, own }: Group, facts: readonly ServerFacts[], listing: Listing): Source[] {
  const first = new Map<string, Source>();
  const positions = [...facts, ...(own === null ? [] : [{ format: 'causeway' as const, at: own.at }])];
  for (const { format, at } of positions) {
    const key = `${format}\n${at.file}\n${at.sheet ?? ''}`;
    const known = first.get(key);
    if (known !== undefined && known.row <= at.line) continue;
    first.set(key, {
      format,
      file: at.file.slice(0, 200),
      ...(at.sheet !== null && { sheet: at.sheet.slice(0, 200) }),
      row: at.line,
    });
  }
  const renewed = new Set([...first.values()].map(({ format }) => format));
  const kept = (before?.sources ?? []).filter(
    ({ format }) =>
      !renewed.has(format) && (listing.isPartial || format === 'causeway' || !listing.formats.has(format)),
  );
  const key = ({ format, file, sheet = '', row }: Source): string =>
    [format, file, sheet, String(row).padStart(9, '0')].join('\n');
  return [...kept, ...first.values()].sort((a, b) => byCharacters(key(a), key(b))).slice(0, MAX_SOURCES);
}

const remains = ({ before, facts, workloadBefore }: Machine, listing: Listing): boolean =>
  facts.length > 0 || before === null || workloadBefore === null || !isGone(workloadBefore, listing);

/** Kept where nothing says otherwise; a confirmation is of one criticality and falls with it (R7). */
function confirmed(
  after: InventoryWorkload,
  { before, own }: Group,
): InventoryWorkload['criticalityConfirmed'] {
  if (own?.stated.criticalityConfirmed !== undefined) return own.stated.criticalityConfirmed;
  return before !== null && before.criticality === after.criticality ? before.criticalityConfirmed : null;
}

/** The workload as this import leaves it; null: it is gone. Fields that no file states are as they were. */
export function mergeWorkload(
  group: Group,
  listing: Listing,
  problems: ProblemList,
): InventoryWorkload | null {
  const { id, before, own } = group;
  const machines = group.machines.filter((machine) => remains(machine, listing));
  const facts = machines.flatMap((machine) => machine.facts);
  if (
    before !== null &&
    own === null &&
    machines.length === 0 &&
    (before.servers.length > 0 || group.machines.length > 0)
  )
    return null;
  if (machines.length > MAX_SERVERS && facts[0]) {
    const message = `has ${machines.length} servers; at most ${MAX_SERVERS} are taken: name applications that are smaller`;
    problems.error(facts[0].at, message, { value: group.name ?? id });
  }
  const start = before ?? unknownWorkload(id);
  const databases = databasesOf([
    ...facts,
    { databases: group.databases, format: 'migration-factory-intake' },
  ]);
  const readiness = worst(
    facts.map((row) => row.readiness),
    READINESS,
  );
  const stated = own?.stated ?? {};
  const sharedServers = [...group.shares]
    .filter((on) => on !== id && !start.dependsOn.some((dependency) => dependency.on === on))
    .map((on) => ({ on, kind: 'other' as const }));
  const merged: InventoryWorkload = {
    ...start,
    // That of a server may be longer, or have its environment behind it.
    name: before?.name ?? (group.name ?? id).slice(0, MAX_NAME).trim(),
    application: before?.application ?? group.application ?? id,
    environment: group.environment ?? worstEnvironment(facts) ?? start.environment,
    owner: agreed(facts, 'owner', id, problems) ?? start.owner,
    businessUnit: agreed(facts, 'businessUnit', id, problems) ?? start.businessUnit,
    criticality:
      worst(
        facts.map((row) => row.criticality),
        CRITICALITIES,
      ) ?? start.criticality,
    databases:
      databases.length > 0
        ? [...databases, ...start.databases.filter(({ isInferred }) => isInferred)].slice(0, MAX_DATABASES)
        : start.databases,
    assessment: readiness === null ? start.assessment : { ...start.assessment, readiness },
    ...stated,
    id,
    dependsOn: [...(stated.dependsOn ?? start.dependsOn), ...sharedServers],
    servers: machines.map(serverOf).sort((a, b) => byCharacters(a.id, b.id)),
    sources: sourcesOf(group, facts, listing),
  };
  return { ...merged, criticalityConfirmed: confirmed(merged, group) };
}

/** Where servers of one workload differ, it counts as what is nearest to production. */
const worstEnvironment = (facts: readonly ServerFacts[]): InventoryWorkload['environment'] =>
  worst(
    facts.map((row) => row.environment),
    ['development', 'test', 'staging', 'production'],
  );
