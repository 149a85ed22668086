import type {
  EnvironmentKind,
  InventoryDatabase,
  InventoryWorkload,
} from '../../../contracts/planning/portfolio';
import { rankOf, type ServerFacts } from './facts';
import type { Machine } from './machines';
import type { ProblemList } from './problem-list';
import type { OwnWorkload } from './read-own-document';
import { slugOf, WorkloadIds } from './workload-ids';

/** A workload in the making: its machines, and what is known of it besides. */
export interface Group {
  readonly id: string;
  /** Null: only its id is known. */
  name: string | null;
  application: string | null;
  environment: EnvironmentKind | null;
  readonly before: InventoryWorkload | null;
  readonly own: OwnWorkload | null;
  readonly machines: Machine[];
  /** Ids of shared servers that its application was named on. */
  readonly shares: Set<string>;
  /** Stated of the application and of none of its servers. */
  readonly databases: InventoryDatabase[];
}

type Instances = Map<EnvironmentKind | null, Machine[]>;
interface Application {
  /** As it is first written, in order of characters. */
  name: string;
  readonly instances: Instances;
}

/** So that «-development» still fits behind it. */
const APPLICATION_LENGTH = 36;
const byCharacters = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);
const folded = (name: string): string => name.toLowerCase().replace(/\s+/g, ' ').trim();

const believed = (machine: Machine): readonly ServerFacts[] =>
  [...machine.facts].sort((a, b) => rankOf(a.format) - rankOf(b.format));

/**
 * One workload is the instance of one application in one environment; a server for which nobody names an application is one for
 * itself, and so is one that several applications share. What people put into a workload stays there, and what belonged to one
 * remains there while no file says otherwise. Where the environment is not known it counts to production's instance.
 */
export class Grouping {
  readonly groups = new Map<string, Group>();
  private readonly ids = new WorkloadIds();
  private readonly before: ReadonlyMap<string, InventoryWorkload>;
  private readonly own: ReadonlyMap<string, OwnWorkload>;
  private readonly applications = new Map<string, Application>();
  private readonly alone: { readonly machine: Machine; readonly applications: readonly string[] }[] = [];
  private readonly groupsOf = new Map<string, Group[]>();

  constructor(
    before: readonly InventoryWorkload[],
    own: readonly OwnWorkload[],
    private readonly problems: ProblemList,
  ) {
    this.before = new Map(before.map((workload) => [workload.id, workload]));
    this.own = new Map(own.map((workload) => [workload.id, workload]));
    for (const id of [...this.before.keys(), ...this.own.keys()]) this.ids.reserve(id);
    for (const { id } of own) this.open(id);
  }

  group(machines: readonly Machine[]): void {
    for (const machine of machines) this.assign(machine);
    const sorted = [...this.applications].sort(([a], [b]) => byCharacters(a, b));
    const slugs = new WorkloadIds();
    for (const [key, application] of sorted) this.openApplication(key, application, slugs);
    this.openServers();
  }

  /** The production instance of an application, or the first there is; undefined: no server was named with it. */
  instanceOf(application: string): Group | undefined {
    const groups = this.groupsOf.get(folded(application)) ?? [];
    return (
      groups.find(({ environment }) => environment === null || environment === 'production') ?? groups[0]
    );
  }

  private open(
    id: string,
    name: string | null = null,
    application: string | null = null,
    environment: EnvironmentKind | null = null,
  ): Group {
    const open = this.groups.get(id);
    if (open !== undefined) {
      open.name ??= name;
      open.application ??= application;
      open.environment ??= environment;
      return open;
    }
    const group: Group = {
      id,
      name,
      application,
      environment,
      before: this.before.get(id) ?? null,
      own: this.own.get(id) ?? null,
      machines: [],
      shares: new Set(),
      databases: [],
    };
    this.groups.set(id, group);
    return group;
  }

  private assign(machine: Machine): void {
    const facts = believed(machine);
    const placed = [...new Set(facts.flatMap(({ workloadId }) => workloadId ?? []))];
    const [place, other] = placed;
    if (place !== undefined && other !== undefined) {
      const [first] = facts;
      const message = `is put into ${placed.sort(byCharacters).join(' and ')}; a server belongs to one workload`;
      if (first) this.problems.error(first.at, message, { value: first.name });
    }
    const { workloadBefore, before } = machine;
    const listed = facts.find(({ applications }) => applications.length > 0)?.applications ?? [];
    if (place !== undefined) this.open(place).machines.push(machine);
    else if (workloadBefore !== null && (before?.isPlaced === true || listed.length === 0))
      this.open(workloadBefore.id).machines.push(machine);
    else if (listed.length === 1) this.assignToApplication(machine, listed[0] ?? '', facts);
    else this.alone.push({ machine, applications: listed });
  }

  private assignToApplication(machine: Machine, name: string, facts: readonly ServerFacts[]): void {
    const key = folded(name);
    const application: Application = this.applications.get(key) ?? { name, instances: new Map() };
    if (name < application.name) application.name = name;
    this.applications.set(key, application);
    const environment =
      facts.find((row) => row.environment !== null)?.environment ??
      machine.workloadBefore?.environment ??
      null;
    const instance = application.instances.get(environment);
    if (instance) instance.push(machine);
    else application.instances.set(environment, [machine]);
  }

  private openApplication(key: string, { name, instances }: Application, slugs: WorkloadIds): void {
    const slug = slugs.claim(slugOf(name, APPLICATION_LENGTH), key);
    const unknown = instances.get(null);
    const production = instances.get('production');
    if (unknown && production) {
      production.push(...unknown);
      instances.delete(null);
    }
    const groups = [...instances]
      .sort(([a], [b]) => byCharacters(a ?? '', b ?? ''))
      .map(([environment, machines]) => {
        const isMain = environment === null || environment === 'production';
        const wished = isMain ? slug : `${slug}-${environment}`;
        const id = this.idOf(wished, slug, environment, instances.size);
        const group = this.open(id, isMain ? name : `${name} (${environment})`, slug, environment);
        group.machines.push(...machines);
        return group;
      });
    this.groupsOf.set(key, groups);
  }

  /** The id of that instance before, whatever it was called; else the one wished for. */
  private idOf(
    wished: string,
    application: string,
    environment: EnvironmentKind | null,
    instances: number,
  ): string {
    if (this.own.has(wished) || this.before.get(wished)?.application === application) return wished;
    for (const workload of this.instancesBefore(application))
      if ((workload.environment ?? 'production') === (environment ?? 'production')) return workload.id;
    // The only instance there was, whose environment was not known, is the only one there is.
    const [only, another] = this.instancesBefore(application);
    if (instances === 1 && only?.environment === null && another === undefined) return only.id;
    return this.ids.claim(wished, `${application}\n${environment ?? ''}`);
  }

  private instancesBefore(application: string): readonly InventoryWorkload[] {
    this.byApplication ??= Map.groupBy(this.before.values(), (workload) => workload.application);
    return this.byApplication.get(application) ?? [];
  }
  private byApplication: Map<string, InventoryWorkload[]> | undefined;

  private openServers(): void {
    const slugs = Map.groupBy(this.alone, ({ machine }) => slugOf(machine.shortName));
    const servers = this.alone.map(({ machine, applications }) => {
      const slug = slugOf(machine.shortName);
      const isOnly = slugs.get(slug)?.length === 1;
      const identity = machine.fqdn ?? machine.facts[0]?.foreignId ?? machine.shortName;
      return { machine, applications, identity, wished: isOnly ? slug : slugOf(identity) };
    });
    for (const { machine, applications, identity, wished } of servers.sort((a, b) =>
      byCharacters(a.identity, b.identity),
    )) {
      const stays = machine.workloadBefore?.id;
      const id = this.own.has(wished) ? wished : (stays ?? this.ids.claim(wished, identity));
      const [first] = believed(machine);
      this.open(id, first?.name ?? machine.shortName, id).machines.push(machine);
      for (const application of applications)
        for (const group of this.groupsOf.get(folded(application)) ?? []) group.shares.add(id);
    }
  }
}
