import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Side } from '../../shared/contracts/controls';
import type { CutoverView } from '../../shared/contracts/api';
import type { ApiClient, Person } from './api-client';
import type { RunningWorkload } from './demo-workload';
import type { Emit } from './events';
import { bytesWords } from './event-lines';
import { urlPathOf } from './item-path';
import type { OutageSummary } from './outage-meter';
import type { Processes } from './processes';

const PARALLEL_READS = 8;

/** Collects what was proved and what was not. Each proof looks at the system itself, never at what Causeway says of it. */
export class Proof {
  readonly failed: string[] = [];
  count = 0;

  constructor(private readonly emit: Emit) {}

  check(name: string, ok: boolean, detail: string): void {
    this.count += 1;
    if (!ok) this.failed.push(name);
    this.emit({ event: 'check', ok, name, detail });
  }

  /** Reads every file as a user does and compares its content. */
  async servesEveryFile({ plan, files, url }: RunningWorkload, side: Side): Promise<void> {
    const wrong: string[] = [];
    const queue = [...files.files];
    const read = async (): Promise<void> => {
      for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
        const response = await fetch(`${url}/files/${urlPathOf(file.path)}`);
        const content = Buffer.from(await response.arrayBuffer());
        const right = createHash('sha256').update(content).digest('hex') === file.sha256;
        if (response.status !== 200 || !right || response.headers.get('x-served-from') !== side)
          wrong.push(`${file.path} (${response.status})`);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_READS }, read));
    const all = `${files.files.length} files, ${bytesWords(files.totalBytes)}`;
    const detail =
      wrong.length === 0 ? all : `${wrong.length} wrong, such as ${wrong.slice(0, 3).join(', ')}`;
    this.check(`${plan.id} serves every file from its ${side}`, wrong.length === 0, detail);
  }

  async takesWrites({ plan, url }: RunningWorkload): Promise<void> {
    const address = `${url}/files/written-after.txt`;
    const put = await fetch(address, { method: 'PUT', body: 'written after' });
    const text = await (await fetch(address)).text();
    this.check(
      `${plan.id} takes writes`,
      put.status === 204 && text === 'written after',
      `answered ${put.status}`,
    );
  }

  /** What can't be moved must be named, not lost. */
  async reportsUnsupported(
    api: ApiClient,
    viewer: Person,
    workload: RunningWorkload,
    cutover: CutoverView,
  ): Promise<void> {
    const lines = await api.itemLog(viewer, cutover.id, 'files');
    const missing = workload.files.unsupported.filter(
      (path) => !lines.some((line) => hasResult(line, path, 'Unsupported')),
    );
    const name = `${workload.plan.id} has what can't be moved in its item log`;
    this.check(
      name,
      missing.length === 0,
      missing.length === 0 ? workload.files.unsupported.join(', ') : `missing ${missing.join(', ')}`,
    );
  }

  /** Exports a log and has it checked by the verifier, which knows nothing of the service. */
  async logVerifies(processes: Processes, folder: string, subject: string, exported: string): Promise<void> {
    const file = join(folder, `${subject}.log.jsonl`);
    writeFileSync(file, exported);
    const verifier = processes.start('verify-log', [join(__dirname, '../verify-log/main.js'), file]);
    const [line = ''] = await verifier.line(/.+/);
    this.check(`The log of ${subject} verifies`, line.startsWith('ok:'), line);
  }

  readerSaw({ plan }: RunningWorkload, summary: OutageSummary): void {
    const ok = summary.wrongContent === 0 && summary.servedAtTheEnd && summary.reads > 0;
    const detail = `${summary.reads} reads, ${summary.wrongContent} with wrong content, ${summary.servedAtTheEnd ? 'served' : 'NOT served'} at the end`;
    this.check(`The reader of ${plan.id} never got wrong content and is served`, ok, detail);
  }
}

function hasResult(line: unknown, path: string, result: string): boolean {
  const { path: found, result: said } = line as { path?: unknown; result?: unknown };
  return found === path && said === result;
}
