import type {
  InventoryFormat,
  InventoryServer,
  InventoryWorkload,
} from '../../../contracts/planning/portfolio';
import { fqdnIn, rankOf, shortNameIn, type ServerFacts } from './facts';
import type { ProblemList } from './problem-list';

/** One machine, whatever rows of whatever files describe it. */
export interface Machine {
  /** As the portfolio has it; null: it is new. */
  readonly before: InventoryServer | null;
  /** The workload it belonged to. */
  readonly workloadBefore: InventoryWorkload | null;
  readonly facts: ServerFacts[];
  readonly idsByFormat: Map<InventoryFormat, string>;
  fqdn: string | null;
  readonly shortName: string;
}

interface Wanted {
  readonly foreignId: string | null;
  readonly fqdn: string | null;
  readonly shortName: string;
}

export type Found =
  | { readonly kind: 'one'; readonly machine: Machine }
  | { readonly kind: 'none' }
  | { readonly kind: 'several'; readonly machines: readonly Machine[] };

const NONE: Found = { kind: 'none' };
const found = (machines: readonly Machine[]): Found => {
  const [first, second] = machines;
  if (first === undefined) return NONE;
  return second === undefined ? { kind: 'one', machine: first } : { kind: 'several', machines };
};

/** A name that so many have says nothing any more. */
const MAX_NAMESAKES = 100;

const push = (map: Map<string, Machine[]>, key: string, machine: Machine): void => {
  const list = map.get(key);
  if (list === undefined) map.set(key, [machine]);
  else if (list.length < MAX_NAMESAKES && !list.includes(machine)) list.push(machine);
};

const order = (left: ServerFacts, right: ServerFacts): number => {
  const weights = ({ isPartial, foreignId, fqdn, format }: ServerFacts) => [
    isPartial ? 1 : 0,
    foreignId === null ? 1 : 0,
    fqdn === null ? 1 : 0,
    rankOf(format),
  ];
  const [a, b] = [weights(left), weights(right)];
  for (const [index, weight] of a.entries()) if (weight !== b[index]) return weight - (b[index] ?? 0);
  const [x, y] = [left.at, right.at];
  if (x.file !== y.file) return x.file < y.file ? -1 : 1;
  if (x.sheet !== y.sheet) return (x.sheet ?? '') < (y.sheet ?? '') ? -1 : 1;
  return x.line - y.line;
};

/**
 * All machines of a portfolio and an import. Rows are of one machine if they have its id, or else its full name, or else its short
 * name where no other machine has it; never by an address, and never with two ids of one format.
 */
export class Machines {
  readonly all: Machine[] = [];
  private readonly byId = new Map<string, Machine>();
  private readonly byFqdn = new Map<string, Machine[]>();
  private readonly byShortName = new Map<string, Machine[]>();

  constructor(before: readonly InventoryWorkload[]) {
    for (const workload of before) for (const server of workload.servers) this.addBefore(server, workload);
  }

  /** Sorts the rows first, so that the order of files makes no difference. */
  join(facts: readonly ServerFacts[], problems: ProblemList): void {
    const rows = [...facts].sort(order);
    const rest = rows.filter((row) => {
      const machine = row.foreignId === null ? undefined : this.byId.get(row.foreignId);
      if (machine) this.attach(machine, row);
      return machine === undefined;
    });
    for (const row of rest) this.place(row, problems);
  }

  find({ foreignId, fqdn, shortName }: Wanted): Found {
    const known = foreignId === null ? undefined : this.byId.get(foreignId);
    if (known) return { kind: 'one', machine: known };
    const named = fqdn === null ? [] : (this.byFqdn.get(fqdn) ?? []);
    if (named.length > 0) return found(named);
    const short = this.byShortName.get(shortName) ?? [];
    return found(fqdn === null ? short : short.filter((machine) => machine.fqdn === null));
  }

  private addBefore(server: InventoryServer, workload: InventoryWorkload): void {
    const fqdn = fqdnIn(server.fqdn ?? '') ?? fqdnIn(server.name);
    const shortName = shortNameIn(server.name);
    const machine: Machine = {
      before: server,
      workloadBefore: workload,
      facts: [],
      idsByFormat: new Map(),
      fqdn,
      shortName,
    };
    this.all.push(machine);
    this.byId.set(server.id, machine);
    push(this.byShortName, shortName, machine);
    if (fqdn !== null) push(this.byFqdn, fqdn, machine);
  }

  private place(row: ServerFacts, problems: ProblemList): void {
    // An earlier row of the same machine may have brought its id.
    const wanted = { foreignId: row.foreignId, fqdn: row.fqdn, shortName: shortNameIn(row.name) };
    const result = this.find(wanted);
    const fitting = (machine: Machine): boolean => {
      const other = machine.idsByFormat.get(row.format);
      return row.foreignId === null || other === undefined || other === row.foreignId;
    };
    const machines =
      result.kind === 'one' ? [result.machine] : result.kind === 'several' ? result.machines : [];
    const [machine, second] = machines.filter(fitting);
    if (machine !== undefined && second === undefined) this.attach(machine, row);
    else if (row.isPartial && machine === undefined)
      problems.warn(row.at, 'is a server that no file lists; the row was left out', { value: row.name });
    else if (machine === undefined || row.foreignId !== null) this.attach(this.create(row), row);
    else {
      const names = machines
        .slice(0, 5)
        .map(({ fqdn, before, facts }) => fqdn ?? before?.id ?? facts[0]?.foreignId ?? '?');
      const message = `may be ${names.join(' or ')}; write which, with its full name or id`;
      problems.error(row.at, message, { value: row.name });
    }
  }

  private create({ name, fqdn }: ServerFacts): Machine {
    const machine: Machine = {
      before: null,
      workloadBefore: null,
      facts: [],
      idsByFormat: new Map(),
      fqdn,
      shortName: shortNameIn(name),
    };
    this.all.push(machine);
    return machine;
  }

  private attach(machine: Machine, row: ServerFacts): void {
    machine.facts.push(row);
    push(this.byShortName, machine.shortName, machine);
    push(this.byShortName, shortNameIn(row.name), machine);
    machine.fqdn ??= row.fqdn;
    if (row.fqdn !== null) push(this.byFqdn, row.fqdn, machine);
    if (row.foreignId === null) return;
    this.byId.set(row.foreignId, machine);
    machine.idsByFormat.set(row.format, row.foreignId);
  }
}
