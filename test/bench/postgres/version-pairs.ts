import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Processes } from '../../../clients/demo/processes';
import { startPostgres, type PostgresServer } from '../../../clients/demo/postgres/start-postgres';
import { MAJORS } from '../../../clients/demo/postgres/server-plan';
import { servingSide } from '../../../shared/movers/postgres/replication/replication-context';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { checksum } from '../../support/postgres/ledger-writers';
import { makeLedger, replicate, switchTo, until } from '../../support/postgres/replicated-ledger';
import { quantile, row, type BenchPart } from './bench-part';

const PAIRS = MAJORS.flatMap((source) =>
  MAJORS.filter((target) => target >= source).map((target) => ({ source, target })),
);

/** Every version to every version that is not older: there, back and there again, with a write on each side in between. */
export const versionPairs: BenchPart = async (say) => {
  const folder = mkdtempSync(join(tmpdir(), 'causeway-pairs-'));
  const processes = new Processes();
  const start = async (major: (typeof MAJORS)[number], copy: string) =>
    startPostgres(processes, {
      major,
      dataFolder: join(folder, `${major}-${copy}`),
      settings: { shared_buffers: '16MB' },
    });
  const windows: number[] = [];
  try {
    const servers = new Map<string, PostgresServer>();
    const server = async (major: (typeof MAJORS)[number], copy: string) => {
      const known = servers.get(`${major}-${copy}`) ?? (await start(major, copy));
      servers.set(`${major}-${copy}`, known);
      return known;
    };
    for (const { source, target } of PAIRS) {
      windows.push(...(await circle(await server(source, 'old'), await server(target, 'new'))));
      say(`${source} to ${target} and back`);
    }
  } finally {
    await processes.stopAll();
    rmSync(folder, { recursive: true, force: true });
  }
  return {
    rows: [
      row('version-pairs', 'pairs', PAIRS.length, { better: 'higher', limit: PAIRS.length }),
      row('version-pairs-window-median', 'ms', quantile(windows, 0.5)),
    ],
    leavesOut: ['A pair of versions counts where three switches left both sides with equal checksums.'],
  };
};

async function circle(source: PostgresServer, target: PostgresServer): Promise<number[]> {
  const databases = await makeLedger({ source, target });
  await replicate(databases);
  const windows: number[] = [];
  for (const epoch of [1, 2, 3]) {
    const outcome = await switchTo(databases, epoch);
    if (outcome.kind !== 'switched') throw new Error(JSON.stringify(outcome));
    windows.push(outcome.windowMs);
    await databases.query(servingSide(epoch), `INSERT INTO ledger (writer, entry) VALUES (${epoch}, 1)`);
  }
  const sum = await checksum(databases.url('target'));
  await until(async () => (await checksum(databases.url('source'))) === sum);
  const rows = await databases.query('source', 'SELECT FROM ledger');
  if (rows.length !== 3) throw new Error(`${rows.length} rows, not 3`);
  await stopReplication(databases.context);
  return windows;
}
