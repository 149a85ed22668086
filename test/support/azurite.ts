/**
 * Microsoft's storage emulator in a process of its own. It speaks the Blob protocol with its real error codes; it doesn't prove
 * Azure's throughput, throttling, listing order, replication, encryption or Entra sign-in.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';

const ACCOUNT = 'causeway';
/** The child ends with whoever started it, also when that one is killed. */
const EXIT_WITH_PARENT = 'data:text/javascript,process.once("disconnect",()=>process.exit())';
const ALONE = join(__dirname, 'azurite-alone.js');

export interface Azurite {
  readonly connectionString: string;
  /** Address of the account, without a slash at the end. */
  readonly blobEndpoint: string;
  readonly stop: () => Promise<void>;
}

/**
 * Starts it on a free loopback port, with an account key nobody knows beforehand. Without a folder it keeps everything in memory;
 * with one, a later start on the same folder and key finds what was stored.
 */
export async function startAzurite(
  folder?: string,
  accountKey = randomBytes(64).toString('base64'),
): Promise<Azurite> {
  const persistence = folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder];
  const main = require.resolve('azurite/dist/src/blob/main.js');
  const options = ['--blobPort', '0', '--silent', '--skipApiVersionCheck', '--disableTelemetry'];
  const loading = ['--import', EXIT_WITH_PARENT, '--require', ALONE];
  const child = spawn(process.execPath, [...loading, main, ...options, ...persistence], {
    env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${ACCOUNT}:${accountKey}` },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const blobEndpoint = `${await listeningAddress(child)}/${ACCOUNT}`;
  return {
    blobEndpoint,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${accountKey};BlobEndpoint=${blobEndpoint};`,
    stop: () => stop(child, folder !== undefined),
  };
}

async function listeningAddress(child: ChildProcess): Promise<string> {
  let complaint = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [, address] = (await printed(child, /successfully listens on (http:\S+?)\/?\s/)) ?? [];
  if (address === undefined) throw new Error(`Azurite did not start: ${complaint}`);
  return address;
}

/** With a folder, what it still holds in memory is written first; without, there is nothing to save. */
async function stop(child: ChildProcess, saving: boolean): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  if (saving) {
    const saved = printed(child, /successfully closed/);
    child.kill('SIGTERM');
    await saved;
  }
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** Waits for a line; null if the process ends without it. */
function printed(child: ChildProcess, pattern: RegExp): Promise<RegExpExecArray | null> {
  return new Promise((resolve) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const match = pattern.exec(text);
      if (match !== null) resolve(match);
    });
    child.once('exit', () => resolve(null));
  });
}
