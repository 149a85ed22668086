import { inspect } from 'node:util';
import type { ListenerContext } from './function-app';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;

/** Writes one line an entry to standard error, from `minimum` on. */
export const consoleLog =
  (minimum: (typeof LEVELS)[number] = 'info'): ListenerContext['log'] =>
  (level, message, fields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(minimum)) return;
    const details = fields === undefined ? '' : ` ${inspect(fields, { breakLength: Infinity, depth: 4 })}`;
    process.stderr.write(`${new Date().toISOString()} ${level.padEnd(5)} ${message}${details}\n`);
  };
