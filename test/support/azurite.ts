/**
 * Microsoft's storage emulator in a process of its own. It speaks the Blob protocol with its real error codes; it doesn't prove
 * Azure's throughput, throttling, listing order, replication, encryption or Entra sign-in.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const ACCOUNT = 'causeway';
/** The child ends with whoever started it, also when that one is killed. */
const EXIT_WITH_PARENT = 'data:text/javascript,process.once("disconnect",()=>process.exit())';

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
  const child = spawn(process.execPath, ['--import', EXIT_WITH_PARENT, main, ...options, ...persistence], {
    env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${ACCOUNT}:${accountKey}` },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const blobEndpoint = `${await listeningAddress(child)}/${ACCOUNT}`;
  return {
    blobEndpoint,
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${accountKey};BlobEndpoint=${blobEndpoint};`,
    stop: () => stop(child),
  };
}

async function listeningAddress(child: ChildProcess): Promise<string> {
  const { stdout, stderr } = child;
  if (!stdout || !stderr) throw new Error('Azurite was started without pipes');
  let complaint = '';
  stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  for await (const line of createInterface({ input: stdout })) {
    const address = /successfully listens on (http:\S+)/.exec(line)?.[1];
    if (address === undefined) continue;
    stdout.resume();
    return address.replace(/\/$/, '');
  }
  throw new Error(`Azurite did not start: ${complaint}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
