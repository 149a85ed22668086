import { inspect } from 'node:util';
import { boundedStack, boundedText } from './bounded-text';
import type { ListenerContext } from './function-app';
import { currentInvocation } from './operations/current-invocation';

const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
type Level = (typeof LEVELS)[number];

/** `text` for people, `json` for machines: one object a line. */
export type LogFormat = 'text' | 'json';

/** Writes one line an entry to standard error, from `minimum` on; what an invocation logs carries the ids of it. */
export const consoleLog =
  (minimum: Level = 'info', format: LogFormat = logFormatOf(process.env)): ListenerContext['log'] =>
  (level, message, fields) => {
    if (LEVELS.indexOf(level) < LEVELS.indexOf(minimum)) return;
    process.stderr.write(logLine(format, level, message, { ...currentInvocation(), ...fields }));
  };

/** The app setting CAUSEWAY_LOG_FORMAT; anything but `json` is `text`. */
export const logFormatOf = (settings: Readonly<Record<string, string | undefined>>): LogFormat =>
  settings.CAUSEWAY_LOG_FORMAT === 'json' ? 'json' : 'text';

export const logLine = (
  format: LogFormat,
  level: Level,
  message: string,
  fields: Record<string, unknown> = {},
): string => {
  const time = new Date().toISOString();
  if (format === 'json') return `${JSON.stringify({ time, level, message, ...plain(fields) })}\n`;
  const details = Object.keys(fields).length === 0 ? '' : ` ${shown(fields)}`;
  return `${time} ${level.padEnd(5)} ${message}${details}\n`;
};

/** Errors as objects with their stack, anything else that JSON does not have as text. */
const plain = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, isPlain(value) ? value : describe(value)]),
  );

const isPlain = (value: unknown): boolean =>
  value === null || ['string', 'boolean', 'undefined'].includes(typeof value) || Number.isFinite(value);

const describe = (value: unknown): unknown => {
  if (!(value instanceof Error)) return shown(value);
  try {
    const { name, message, stack } = value;
    return {
      name: String(name),
      message: boundedText(String(message)),
      stack: boundedStack(String(stack), String(message)),
    };
  } catch {
    return shown(value);
  }
};

/** Handlers may throw anything, also what throws when it is looked at. */
const shown = (value: unknown): string => {
  try {
    return boundedText(inspect(value, { breakLength: Infinity, depth: 4 }));
  } catch {
    return '(cannot be shown)';
  }
};
