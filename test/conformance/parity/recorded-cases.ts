import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { HostProcess } from '../../support/host-process';

const NODE_MODULES = path.join(__dirname, '../../../node_modules');

/** What cases came to, by their names: the lines that were printed of each. */
export type CaseLines = ReadonlyMap<string, readonly string[]>;

/** Cases that were recorded on another host: its application, what drives that over HTTP, and what came of it. */
export class RecordedCases {
  constructor(private readonly folder: string) {}

  observed(): CaseLines {
    return byCase(readFileSync(path.join(this.folder, 'observed.txt'), 'utf8'));
  }

  /** Runs cases one after the other on a host of ours. */
  async run(names: readonly string[], env: Record<string, string>): Promise<CaseLines> {
    const appDir = this.install();
    const nonDetFile = path.join(appDir, 'nondet');
    const host = new HostProcess('', { APP_DIR: appDir, NONDET_FILE: nonDetFile, ...env });
    try {
      await host.start();
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--require', path.join(__dirname, 'add-key.js'), path.join(this.folder, 'drive.js'), ...names],
        {
          maxBuffer: 2 ** 28,
          env: {
            ...process.env,
            DURABLE_URL: new URL('/runtime/webhooks/durabletask/', host.url).href,
            HOST_KEY: host.keys.system,
            TRACE_FILE: host.file('trace.jsonl'),
            NONDET_FILE: nonDetFile,
          },
        },
      );
      return byCase(stdout);
    } finally {
      await host.dispose();
      rmSync(appDir, { recursive: true, force: true });
    }
  }

  private install(): string {
    const appDir = mkdtempSync(path.join(tmpdir(), 'recorded-cases-'));
    mkdirSync(path.join(appDir, 'src'));
    copyFileSync(path.join(this.folder, 'app.js'), path.join(appDir, 'src/app.js'));
    copyFileSync(path.join(__dirname, 'trace.js'), path.join(appDir, 'src/trace.js'));
    writeFileSync(path.join(appDir, 'package.json'), JSON.stringify({ main: 'src/*.js' }));
    writeFileSync(path.join(appDir, 'host.json'), JSON.stringify({ version: '2.0' }));
    symlinkSync(NODE_MODULES, path.join(appDir, 'node_modules'), 'dir');
    return appDir;
  }
}

const byCase = (text: string): CaseLines => {
  const found = new Map<string, string[]>();
  let lines: string[] = [];
  for (const line of text.split('\n')) {
    const name = /^### (\w+)$/.exec(line)?.[1];
    if (name !== undefined) found.set(name, (lines = []));
    else if (line.trim() !== '') lines.push(line);
  }
  return found;
};
