import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Processes } from '../../../clients/demo/processes';
import { startPostgres, type PostgresServer } from '../../../clients/demo/postgres/start-postgres';
import type { EngineUnderTest, Work } from './engine-under-test';
import { Program } from './program';
import { msBetween, Stamps } from './stamps';

const WORKER = path.join(__dirname, 'dbos-worker.js');
/** Until a workflow that was started waits for its message. */
const SETTLED_AFTER_MS = 2_000;

/** DBOS in a process of its own over a PostgreSQL 17 of its own; told what to do by its standard input, which costs less than HTTP. */
export class DbosEngine implements EngineUnderTest {
  readonly name = 'dbos';
  readonly pids: readonly number[];
  private readonly stamps: Stamps;
  private readonly sent: Stamps;
  private count = 0;

  private constructor(
    private readonly processes: Processes,
    server: PostgresServer,
    private readonly worker: Program,
  ) {
    this.pids = [server.pid, worker.pid];
    this.stamps = new Stamps(worker);
    this.sent = new Stamps(worker, 'sent');
  }

  static async start(dataDir: string): Promise<DbosEngine> {
    const processes = new Processes();
    const server = await startPostgres(processes, { major: 17, dataFolder: dataDir });
    await expectFlushes(server.url());
    const worker = new Program('DBOS', process.execPath, [WORKER, server.url('dbos')]);
    await worker.line(/^ready$/);
    return new DbosEngine(processes, server, worker);
  }

  async run(work: readonly Work[]): Promise<void> {
    await this.tell({ kind: 'run', inputs: work });
  }

  async wait(count: number): Promise<string[]> {
    const ids = Array.from({ length: count }, () => `wait-${Date.now()}-${this.count++}`);
    await this.tell({ kind: 'wait', ids });
    await sleep(SETTLED_AFTER_MS);
    return ids;
  }

  async signal(target: string): Promise<number> {
    const [sent, stamp] = [this.sent.of(target), this.stamps.of(target)];
    await this.tell({ kind: 'signal', target });
    return msBetween(await sent, await stamp);
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await this.processes.stopAll();
  }

  private async tell(command: object): Promise<void> {
    const no = this.count++;
    const done = this.worker.line(new RegExp(`^done ${no}$`));
    this.worker.tell(JSON.stringify({ no, ...command }));
    await done;
  }
}

/** Throws unless what the server acknowledges has been flushed to disk. */
const expectFlushes = async (connectionString: string): Promise<void> => {
  const client = new Client({ connectionString });
  await client.connect();
  for (const setting of ['fsync', 'synchronous_commit', 'full_page_writes']) {
    const { rows } = await client.query(`SHOW ${setting}`);
    if (rows[0]?.[setting] !== 'on') throw new Error(`PostgreSQL: ${setting} is ${rows[0]?.[setting]}`);
  }
  await client.end();
};
