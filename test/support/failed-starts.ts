/** A process that starts hosts which must fail, prints what each said and left open, and then has nothing left to wait for. */
import { readdirSync, readlinkSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { startHost, type HostOptions } from '../../host/host';
import { createServiceBusListener } from '../../host/triggers/service-bus';
import { createTimerListener } from '../../host/triggers/timer';

const [dataDir = ''] = process.argv.slice(2);
const appDir = join(__dirname, 'apps/triggers');
const listeners = [createServiceBusListener, createTimerListener];

/** What a start may leave: files of the data folder, servers, threads, and listeners of the process. */
const left = (): readonly string[] => {
  const files = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  return [
    ...files.filter((file) => file.startsWith(dataDir)),
    ...process.getActiveResourcesInfo().filter((kind) => /Server|Worker|MessagePort|Timeout/.test(kind)),
    ...['exit', 'uncaughtExceptionMonitor'].filter((name) => process.listenerCount(name) > before[name]!),
  ];
};
const before: Record<string, number> = Object.fromEntries(
  ['exit', 'uncaughtExceptionMonitor'].map((name) => [name, process.listenerCount(name)]),
);

const attempt = async (options: Partial<HostOptions>): Promise<void> => {
  const said = await startHost({ appDir, dataDir, listeners, log: () => undefined, ...options }).then(
    () => 'started',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  // A handle that was closed is let go of in the next turn.
  for (let turn = 0; turn < 3; turn += 1) await nextTurn();
  process.stdout.write(`${JSON.stringify({ said, left: left() })}\n`);
};

const main = async (): Promise<void> => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => other.once('listening', listening));
  const { port } = other.address() as AddressInfo;
  other.unref();
  await attempt({ port });
  await attempt({ port });
  await new Promise((closed) => other.close(closed));
  await attempt({ settings: { WEBSITE_TIME_ZONE: 'Nowhere' } });
  // An application is loaded once a process: it registers nothing the second time.
  await attempt({});
};

void main();
