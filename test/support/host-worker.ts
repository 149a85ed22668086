/** A process of its own that runs the host: applications cannot be loaded within jest, which has its own module registry. */
import { startHost } from '../../host/host';
import { createChangeFeedListener } from '../../host/triggers/change-feed';
import { createServiceBusListener } from '../../host/triggers/service-bus';
import { createTimerListener } from '../../host/triggers/timer';

const { APP_DIR = '', DATA_DIR = '', BODY_LIMIT, STALL_LIMIT } = process.env;

startHost({
  appDir: APP_DIR,
  dataDir: DATA_DIR,
  drainLimitMs: 5_000,
  listeners: [createServiceBusListener, createTimerListener, createChangeFeedListener],
  ...(STALL_LIMIT === undefined ? {} : { stallLimitMs: Number(STALL_LIMIT) }),
  ...(BODY_LIMIT === undefined ? {} : { bodyLimitBytes: Number(BODY_LIMIT) }),
}).then(
  (host) => {
    process.stdout.write(`${JSON.stringify({ url: host.url, keys: host.keys })}\n`);
    process.on('SIGTERM', () => void host.drain().then(() => process.exit(0)));
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
