import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import { textOf } from './cell-values';
import { fqdnIn, shortNameIn, type ServerFacts } from './facts';
import type { Grouping } from './group-workloads';
import type { Machine, Machines } from './machines';
import type { ProblemList } from './problem-list';
import { RowReader } from './read-server-row';
import { eachRow, type Context } from './read-tables';
import type { RecognisedTable } from './recognise-table';
import type { Position } from './source';

/** A row of `cmdb_rel_ci`: the parent does what stands left of `::` to the child. */
export interface Relation {
  readonly at: Position;
  readonly parent: string;
  readonly child: string;
}

const DEPENDS = /^(depends on|runs on|hosted on|uses|consumes|connects to|receives data from)/;
/** A program that was found on a machine and is named for both. */
const PROGRAM = /@/;

export async function readRelations(
  known: RecognisedTable,
  { mapping, problems }: Context,
  relations: Relation[],
): Promise<number> {
  return eachRow(known, problems, (tableRow) => {
    const row = new RowReader(known, tableRow, mapping, problems);
    const { at } = row;
    const [parent, child, type] = [
      row.text('parent', 200),
      row.text('child', 200),
      textOf(row.cell('relation')),
    ];
    if (parent === null || child === null)
      return problems.error(
        at,
        `names no ${parent === null ? 'parent' : 'child'}; delete the row, or name it`,
      );
    const reverse = DEPENDS.test(type?.toLowerCase().split('::')[1] ?? '');
    if (DEPENDS.test(type?.toLowerCase() ?? '')) relations.push({ at, parent, child });
    else if (reverse) relations.push({ at, parent: child, child: parent });
  });
}

const machineOf = (machines: Machines, name: string): Machine | null => {
  const found = machines.find({ foreignId: null, fqdn: fqdnIn(name), shortName: shortNameIn(name) });
  return found.kind === 'one' ? found.machine : null;
};

const isAlone = ({ id, application }: InventoryWorkload): boolean => id === application;

/** Where nothing better was said of it, a server belongs to the applications that run on it. */
export function nameApplications(relations: readonly Relation[], machines: Machines): void {
  const byMachine = new Map<Machine, { readonly at: Position; readonly applications: Set<string> }>();
  for (const { at, parent, child } of relations) {
    const machine = machineOf(machines, child);
    if (machine === null || PROGRAM.test(parent) || machineOf(machines, parent) !== null) continue;
    const { workloadBefore } = machine;
    const isKept =
      workloadBefore !== null &&
      !isAlone(workloadBefore) &&
      !workloadBefore.sources.some(({ format }) => format === 'servicenow-relations');
    if (isKept) continue;
    const named = byMachine.get(machine);
    if (named === undefined) byMachine.set(machine, { at, applications: new Set([parent]) });
    else named.applications.add(parent);
  }
  for (const [machine, { at, applications }] of byMachine)
    machine.facts.push(applicationFacts(machine, at, [...applications].sort()));
}

const applicationFacts = (
  { shortName }: Machine,
  at: Position,
  applications: readonly string[],
): ServerFacts => ({
  format: 'servicenow-relations',
  at,
  name: shortName,
  foreignId: null,
  fqdn: null,
  addresses: [],
  software: [],
  machine: {},
  databases: [],
  workloadId: null,
  applications,
  environment: null,
  owner: null,
  businessUnit: null,
  criticality: null,
  readiness: null,
  isPartial: true,
});

/** By workload, those it depends on by relations between servers or applications; ends that nobody knows are told. */
export function relatedWorkloads(
  relations: readonly Relation[],
  machines: Machines,
  grouping: Grouping,
  workloadOf: ReadonlyMap<Machine, string>,
  problems: ProblemList,
): ReadonlyMap<string, readonly string[]> {
  const related = new Map<string, string[]>();
  const idOf = (name: string): string | null => {
    const machine = machineOf(machines, name);
    return (machine === null ? grouping.instanceOf(name)?.id : workloadOf.get(machine)) ?? null;
  };
  for (const { at, parent, child } of relations) {
    if (PROGRAM.test(parent) || PROGRAM.test(child)) continue;
    const [from, to] = [idOf(parent), idOf(child)];
    if (parent === child) problems.warn(at, 'is related to itself; left out', { value: parent });
    else if (from === null || to === null) {
      const message = 'is neither a server nor the application of one; the relation was left out';
      problems.warn(at, message, { value: from === null ? parent : child });
    } else if (from !== to) {
      const others = related.get(from);
      if (others === undefined) related.set(from, [to]);
      else others.push(to);
    }
  }
  return related;
}

/** Stated dependencies with those that relations name besides. */
export function withRelated(
  workload: InventoryWorkload,
  related: ReadonlyMap<string, readonly string[]>,
): InventoryWorkload {
  const known = new Set(workload.dependsOn.map(({ on }) => on));
  const added = [...new Set(related.get(workload.id) ?? [])].filter((on) => !known.has(on)).sort();
  if (added.length === 0) return workload;
  return {
    ...workload,
    dependsOn: [...workload.dependsOn, ...added.map((on) => ({ on, kind: 'other' as const }))],
  };
}
