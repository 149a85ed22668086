import type { InventoryDatabase } from '../../../contracts/planning/portfolio';
import { fqdnIn, type ServerFacts } from './facts';
import { RowReader } from './read-server-row';
import { eachRow, type Context } from './read-tables';
import type { RecognisedTable } from './recognise-table';
import type { Position } from './source';

/** A database that an application has, on a server that is not said. */
export interface ApplicationDatabase {
  readonly at: Position;
  readonly application: string;
  readonly database: InventoryDatabase;
}

const partial = (
  known: RecognisedTable,
  at: Position,
  name: string,
  facts: Pick<ServerFacts, 'machine' | 'databases'>,
  foreignId: string | null = null,
): ServerFacts => ({
  format: known.shape.format,
  at,
  name,
  foreignId,
  fqdn: fqdnIn(name),
  addresses: [],
  software: [],
  ...facts,
  workloadId: null,
  applications: [],
  environment: null,
  owner: null,
  businessUnit: null,
  criticality: null,
  readiness: null,
  isPartial: true,
});

/** Sizes of all disks of a server, summed: what it uses is known better by its own row where that says it. */
export async function readDisks(
  known: RecognisedTable,
  { mapping, problems }: Context,
  facts: ServerFacts[],
): Promise<number> {
  const sums = new Map<string, { readonly at: Position; gigabytes: number }>();
  const rows = await eachRow(known, problems, (tableRow) => {
    const row = new RowReader(known, tableRow, mapping, problems);
    const name = row.text('name', 255);
    const gigabytes = row.gigabytes('disk-size');
    if (name === null || gigabytes === null) return;
    const sum = sums.get(name);
    if (sum === undefined) sums.set(name, { at: row.at, gigabytes });
    else sum.gigabytes += gigabytes;
  });
  for (const [name, { at, gigabytes }] of sums)
    facts.push(
      partial(known, at, name, {
        machine: { storageGb: Math.round(gigabytes * 1_000) / 1_000 },
        databases: [],
      }),
    );
  return rows;
}

/** Databases of servers, and such of which only the application is said. */
export async function readDatabases(
  known: RecognisedTable,
  { mapping, problems }: Context,
  facts: ServerFacts[],
  ofApplications: ApplicationDatabase[],
): Promise<number> {
  return eachRow(known, problems, (tableRow) => {
    const row = new RowReader(known, tableRow, mapping, problems);
    const [server, application, named] = [
      row.text('name', 255),
      row.text('application', 200),
      row.text('database', 200),
    ];
    if (named === null)
      return problems.error(row.at, 'names no database', { column: row.header('database') });
    const database: InventoryDatabase = {
      name: (server === null || named.includes('\\') ? named : `${server}\\${named}`).slice(0, 200),
      engine: row.text('database-engine', 100)?.toLowerCase() ?? known.shape.engine ?? 'unknown',
      version: row.text('database-version', 100),
      sizeGb: row.gigabytes('database-size'),
      isInferred: false,
    };
    if (server !== null) {
      const id = row.text('id', 255)?.toLowerCase() ?? null;
      facts.push(partial(known, row.at, server, { machine: {}, databases: [database] }, id));
    } else if (application !== null) ofApplications.push({ at: row.at, application, database });
    else problems.error(row.at, 'names neither a server nor an application', { value: named });
  });
}
