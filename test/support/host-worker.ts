/** A process of its own that runs the host: applications cannot be loaded within jest, which has its own module registry. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { TimerLimits } from '../../host/engine/replay/timed-tasks';
import { startHost } from '../../host/host';
import { LISTENERS } from '../../host/triggers/listeners';

const {
  APP_DIR = '',
  DATA_DIR = '',
  BODY_LIMIT,
  STALL_LIMIT,
  DRAIN_LIMIT = '5000',
  LINGER = '0',
  TIMER_LIMITS,
} = process.env;

startHost({
  appDir: APP_DIR,
  dataDir: DATA_DIR,
  drainLimitMs: Number(DRAIN_LIMIT),
  listeners: LISTENERS,
  ...(STALL_LIMIT === undefined ? {} : { stallLimitMs: Number(STALL_LIMIT) }),
  ...(TIMER_LIMITS === undefined ? {} : { timers: JSON.parse(TIMER_LIMITS) as TimerLimits }),
  ...(BODY_LIMIT === undefined ? {} : { bodyLimitBytes: Number(BODY_LIMIT) }),
}).then(
  (host) => {
    process.stdout.write(`${JSON.stringify({ url: host.url, keys: host.keys })}\n`);
    const drain = async (): Promise<void> => {
      await host.drain();
      // Whatever still runs has that long to do harm.
      await sleep(Number(LINGER));
      process.exit(0);
    };
    process.on('SIGTERM', () => void drain());
  },
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(2);
  },
);
