import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface PgDumpClient {
  readonly path: string;
  readonly major: number;
}

/** Where Debian's and Red Hat's packages put the programs of each major. */
const FOLDERS = [
  { parent: '/usr/lib/postgresql', below: 'bin' },
  { parent: '/usr', below: 'bin', only: /^pgsql-\d+$/u },
];

/** The `pg_dump` programs on this worker, oldest first: the one on the path and those of the usual packages. */
export async function pgDumpClients(): Promise<PgDumpClient[]> {
  const paths = ['pg_dump', ...FOLDERS.flatMap(programsIn)];
  const found = await Promise.all(paths.map(clientAt));
  return found.filter((client) => client !== null).toSorted((a, b) => a.major - b.major);
}

/** The oldest that isn't older than the source (what newer ones write may be new to the target), or why there is none. */
export function fittingClient(
  clients: readonly PgDumpClient[],
  sourceMajor: number,
): { client: PgDumpClient } | { reason: string } {
  const client = clients.find(({ major }) => major >= sourceMajor);
  if (client !== undefined) return { client };
  const newest = clients.at(-1);
  const has = newest === undefined ? 'has no pg_dump' : `has pg_dump ${newest.major} at most`;
  return {
    reason: `The worker ${has}, and the source is PostgreSQL ${sourceMajor}: install its client programs there, or supply the DDL.`,
  };
}

function programsIn({ parent, below, only }: (typeof FOLDERS)[number]): string[] {
  try {
    const names = readdirSync(parent).filter((name) => (only ?? /^\d+$/u).test(name));
    return names.map((name) => join(parent, name, below, 'pg_dump'));
  } catch {
    // No such packages here.
    return [];
  }
}

async function clientAt(path: string): Promise<PgDumpClient | null> {
  try {
    const { stdout } = await run(path, ['--version'], { timeout: 10_000 });
    const major = /\(PostgreSQL\) (\d+)/u.exec(stdout)?.[1];
    return major === undefined ? null : { path, major: Number(major) };
  } catch {
    // Not there, or no program for this machine.
    return null;
  }
}
