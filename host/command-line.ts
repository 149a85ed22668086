import { statSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs, types } from 'node:util';
import { isLoopback } from './loopback';

export interface StartOptions {
  readonly appDir: string;
  readonly dataDir: string;
  readonly port: number;
  readonly address: string;
}

export type CommandLine =
  | { readonly kind: 'start'; readonly options: StartOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly reason: string };

export const USAGE = `Usage: npm run host -- [APP] [options]

Runs the Azure Functions application in the folder APP (default: this one) on this machine.

  --data DIR             folder of everything that must be kept (default: data)
  --port N               port to listen on, 0 for any free one (default: 7071)
  --host ADDRESS         loopback address to listen on (default: 127.0.0.1)
  --allow-non-loopback   let --host be any address; requests come unencrypted, so put a TLS proxy before it
  --help                 show this

SIGTERM and SIGINT let what is under way end first, for half a minute at most; a second one ends it at once.
Exit status: 0 after a signal (130 and 143 after a second one), 2 for bad input, 70 for a fatal error.
`;

/** Paths are made absolute against the current folder. */
export const parseCommandLine = (args: readonly string[]): CommandLine => {
  try {
    return parse(args);
  } catch (error) {
    // parseArgs says in its first sentence what is wrong.
    const message = types.isNativeError(error) ? error.message : String(error);
    return { kind: 'refused', reason: message.split(/\.\s/)[0] ?? message };
  }
};

const parse = (args: readonly string[]): CommandLine => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      data: { type: 'string', default: 'data' },
      port: { type: 'string', default: '7071' },
      host: { type: 'string', default: '127.0.0.1' },
      'allow-non-loopback': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return { kind: 'help' };
  const [app = '.', ...more] = positionals;
  const options = {
    appDir: resolve(app),
    dataDir: resolve(values.data),
    port: /^\d{1,5}$/.test(values.port) ? Number(values.port) : Number.NaN,
    address: values.host === 'localhost' ? '127.0.0.1' : values.host,
  };
  const reason =
    (more.length > 0 ? `One application at a time, not also ${more.join(' ')}` : null) ??
    (isFolder(options.appDir) ? null : `There is no folder ${options.appDir}`) ??
    (values.data === '' ? '--data needs a folder' : null) ??
    (options.port <= 65_535 ? null : `--port must be a number from 0 to 65535, not "${values.port}"`) ??
    addressProblem(options.address, values['allow-non-loopback']);
  return reason === null ? { kind: 'start', options } : { kind: 'refused', reason };
};

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const addressProblem = (address: string, allowNonLoopback: boolean): string | null => {
  if (isIP(address) === 0) return `--host must be an IP address, not "${address}"`;
  if (allowNonLoopback || isLoopback(address)) return null;
  return `--host ${address} can be reached from other machines; say --allow-non-loopback if that is meant`;
};
