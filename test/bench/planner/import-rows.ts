import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { makeEnterprise } from '../../../clients/demo/plan/enterprise';
import { dependenciesCsv, inventoryCsv } from '../../../clients/demo/plan/enterprise-files';
import type { BenchRow } from '../bench';
import { median } from '../files/run-task';

const run = promisify(execFile);
const IMPORT = path.join(__dirname, 'import-inventory.js');
const SERVERS = 100_000;
const LIMIT_SECONDS = 20;
const LIMIT_MIB = 1_536;

interface Figures {
  readonly seconds: number;
  readonly servers: number;
  readonly rows: number;
  readonly connections: number;
  readonly rssMib: number;
}

async function measured(kind: 'ours' | 'parser', files: readonly string[]): Promise<Figures> {
  const { stdout } = await run(process.execPath, [IMPORT, JSON.stringify({ kind, files })]);
  return JSON.parse(stdout) as Figures;
}

async function exports(folder: string, servers: number, seed: number): Promise<string[]> {
  const enterprise = makeEnterprise(servers, seed);
  const files = [
    [path.join(folder, `inventory-${servers}.csv`), inventoryCsv(enterprise)],
    [path.join(folder, `dependencies-${servers}.csv`), dependenciesCsv(enterprise)],
  ] as const;
  for (const [file, content] of files) await pipeline(Readable.from(content), createWriteStream(file));
  return files.map(([file]) => file);
}

const secondsRow = (
  name: string,
  ours: number,
  peers: BenchRow['peers'],
  limit: number | null,
): BenchRow => ({
  name,
  unit: 's',
  better: 'lower',
  ours,
  peers,
  limit,
});

/** Bytes of an inventory and of observed traffic to a portfolio, beside the parser alone reading the same bytes. */
export async function importRows(
  rounds: number,
  seed: number,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const folder = await mkdtemp(path.join(tmpdir(), 'causeway-bench-import-'));
  try {
    const rows: BenchRow[] = [];
    for (const servers of [100, 1_000, 10_000, SERVERS]) {
      const files = await exports(folder, servers, seed);
      const ours: Figures[] = [];
      const parser: Figures[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        ours.push(await measured('ours', files));
        parser.push(await measured('parser', files));
      }
      const { rows: read = 0, connections = 0, servers: kept = 0 } = ours[0] ?? {};
      say(`import of ${kept} servers: ${read} rows, ${connections} connections between workloads`);
      const seconds = median(ours.map((figures) => figures.seconds));
      const peers = { 'csv-parse alone': median(parser.map((figures) => figures.seconds)) };
      if (servers < SERVERS) rows.push(secondsRow(`import-${servers}`, seconds, peers, null));
      else {
        rows.push(secondsRow('import-100k', seconds, peers, LIMIT_SECONDS));
        const rssMib = Math.max(...ours.map((figures) => figures.rssMib));
        rows.push({
          name: 'import-100k-memory',
          unit: 'MiB',
          better: 'lower',
          ours: rssMib,
          peers: {},
          limit: LIMIT_MIB,
        });
      }
    }
    return rows;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
