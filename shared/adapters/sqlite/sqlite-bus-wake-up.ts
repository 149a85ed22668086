import { channel } from 'node:diagnostics_channel';
import { realpathSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';

/** How late a commit of another process may be noticed. */
const POLL_MS = 250;

/**
 * Calls back when the file may hold something new: at once for commits announced in this process, by whichever copy of this
 * module (a diagnostics channel is the process's, not the module's), else when SQLite says another connection has committed.
 */
export const createWakeUp = (path: string, db: DatabaseSync) => {
  const announcements = channel(`causeway.bus:${realpathSync(path)}`);
  const fileVersion = db.prepare('pragma data_version');
  const listeners = new Set<() => void>();
  let timer: NodeJS.Timeout | null = null;
  let seen: unknown;

  const callAll = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const poll = (): void => {
    const current = fileVersion.get()?.['data_version'];
    if (current === seen) return;
    seen = current;
    callAll();
  };
  const stop = (): void => {
    if (timer === null) return;
    clearInterval(timer);
    timer = null;
    announcements.unsubscribe(callAll);
  };
  const start = (): void => {
    seen = fileVersion.get()?.['data_version'];
    timer = setInterval(poll, POLL_MS);
    timer.unref();
    announcements.subscribe(callAll);
  };

  return {
    announce: (): void => announcements.publish(null),
    listen: (listener: () => void): (() => void) => {
      if (listeners.size === 0) start();
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) stop();
      };
    },
    close: (): void => {
      listeners.clear();
      stop();
    },
  };
};
