import { parseCommandLine, USAGE, type StartOptions } from './command-line';
import { startHost, type Host } from './host';
import { HostError } from './host-error';
import { isLeftByAmqp } from './left-by-amqp';
import { LISTENERS } from './triggers/listeners';

const BAD_INPUT = 2;
const FATAL = 70;

const main = async (args: readonly string[]): Promise<void> => {
  const commandLine = parseCommandLine(args);
  if (commandLine.kind === 'help') {
    process.stdout.write(USAGE);
  } else if (commandLine.kind === 'refused') {
    end(BAD_INPUT, `${commandLine.reason}. --help shows what can be said.`);
  } else {
    const host = await start(commandLine.options);
    drainOnSignals(host);
    process.stdout.write(greeting(host, commandLine.options));
  }
};

const start = async ({ appDir, dataDir, port, address }: StartOptions): Promise<Host> => {
  // The application opens the same files as the host.
  process.env.CAUSEWAY_DATA = dataDir;
  return startHost({ appDir, dataDir, port, address, listeners: LISTENERS });
};

const drainOnSignals = (host: Host): void => {
  let isDraining = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (isDraining) process.exit(signal === 'SIGINT' ? 130 : 143);
    isDraining = true;
    process.stderr.write(`${signal}: letting what is under way end; again to end at once\n`);
    host.drain().then(
      () => process.exit(0),
      (error: unknown) => end(FATAL, lineOf(error)),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
};

const greeting = ({ url, functions }: Host, { dataDir }: StartOptions): string => {
  const byTrigger = Map.groupBy(functions, ({ trigger }) => trigger.type);
  const rows = [...byTrigger].map(
    ([type, group]) => `  ${type}: ${group.map(({ name }) => name).join(', ')}\n`,
  );
  return [
    `Listening on ${url}\n`,
    `Data folder  ${dataDir}\n`,
    `Functions by trigger\n${rows.join('')}`,
    `Functions of level "function" want the key "function" of ${dataDir}/keys.json in the header x-functions-key.\n`,
  ].join('');
};

const lineOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const end = (exitCode: number, line: string): void => {
  process.stderr.write(`causeway: ${line}\n`);
  process.exit(exitCode);
};

const endRefused = (error: unknown): void => {
  const isBadInput = error instanceof HostError && ['app-invalid', 'settings-invalid'].includes(error.code);
  end(isBadInput ? BAD_INPUT : FATAL, lineOf(error));
};

/** What nobody caught left something undone that nobody will do; the next start takes it up from what was stored. */
const endUncaught = (error: unknown): void => {
  if (isLeftByAmqp(error))
    return void process.stderr.write('causeway: a link to Service Bus closed with an error\n');
  const trace = error instanceof Error && error.stack !== undefined ? `\n${error.stack}` : '';
  end(FATAL, `${lineOf(error)}${trace}`);
};

process.on('uncaughtException', endUncaught);
process.on('unhandledRejection', endUncaught);
main(process.argv.slice(2)).catch(endRefused);
