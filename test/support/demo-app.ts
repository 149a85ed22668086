// The demo's web application in a process of its own, over a real folder and a real Azurite container.
import { ContainerClient } from '@azure/storage-blob';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildFileSet, type FileSet } from '../../clients/demo/file-set';
import type { AppConfig } from '../../clients/demo/app-config';
import { filePathOf } from '../../clients/demo/item-path';
import { startAzurite } from './azurite';

const ROOT = join(__dirname, '../..');
export const HOOK_SECRET = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;

export interface DemoApp {
  readonly url: string;
  readonly files: FileSet;
  readonly container: ContainerClient;
  /** Copies every file to its blob, as a migration would. */
  copyAll(): Promise<void>;
  /** SIGKILL and a new start on the same state and port. */
  crash(): Promise<void>;
  stop(): Promise<void>;
}

export async function startDemoApp(options: { breakTarget?: boolean } = {}): Promise<DemoApp> {
  const data = mkdtempSync(join(tmpdir(), 'causeway-demo-app-'));
  const azurite = await startAzurite();
  const files = buildFileSet({
    root: join(data, 'files'),
    from: join(ROOT, 'node_modules'),
    realFiles: 20,
    seed: 1,
    largeMiB: [2],
  });
  const container = new ContainerClient(azurite.connectionString, 'files');
  await container.create();
  const config: AppConfig = {
    name: 'shop',
    port: 0,
    folder: files.root,
    storage: { connectionString: azurite.connectionString, container: 'files', prefix: 'shop/' },
    stateFile: join(data, 'state.json'),
    hookSecret: HOOK_SECRET,
    knownFiles: files.files.slice(0, 3),
    breakTarget: options.breakTarget ?? false,
  };
  const start = async (port: number): Promise<{ child: ChildProcess; port: number }> => {
    writeFileSync(join(data, 'config.json'), JSON.stringify({ ...config, port }), { mode: 0o600 });
    return run(join(data, 'config.json'));
  };
  let running = await start(0);
  const kill = async (): Promise<void> => {
    const exit = once(running.child, 'exit');
    running.child.kill('SIGKILL');
    await exit;
  };
  return {
    url: `http://127.0.0.1:${running.port}`,
    files,
    container,
    async copyAll() {
      for (const { path } of files.files) {
        const content = readFileSync(filePathOf(files.root, path));
        await container.getBlockBlobClient(`shop/${path}`).upload(content, content.length);
      }
    },
    async crash() {
      await kill();
      running = await start(running.port);
    },
    async stop() {
      await kill();
      await azurite.stop();
      rmSync(data, { recursive: true });
    },
  };
}

async function run(config: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(
    process.execPath,
    [
      '--require',
      join(ROOT, 'test/support/run-typescript.js'),
      join(ROOT, 'clients/demo/workload-app.ts'),
      config,
    ],
    { cwd: ROOT, stdio: ['pipe', 'pipe', 'inherit'] },
  );
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, port: (JSON.parse(line) as { port: number }).port };
  }
  throw new Error('The application ended before it listened');
}
