import { parseArgs } from 'node:util';
import { ApiClient } from './api-client';
import { CliError, EXIT, usageError, type ExitCode } from './cli-error';
import type { Command } from './command';
import { backupCommands } from './commands/backups';
import { decidingCommands } from './commands/deciding';
import { environmentCommands } from './commands/environments';
import { importingCommands } from './commands/importing';
import { planningCommands } from './commands/planning';
import { planActionCommands } from './commands/plan-actions';
import { planDocumentCommands } from './commands/plan-documents';
import { planSimulationCommands } from './commands/plan-simulation';
import { planCommands } from './commands/plans';
import { portfolioCommands } from './commands/portfolios';
import { reportCommands } from './commands/reports';
import { deadLetterCommands } from './commands/dead-letters';
import { runningCommands } from './commands/running';
import { tokenCommands } from './commands/token';
import { adminCredentials, personCredentials } from './credentials';
import { plainLine, render } from './render';
import { usage } from './usage';

export interface CliStreams {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
}

const COMMANDS: readonly Command[] = [
  ...runningCommands,
  ...reportCommands,
  ...deadLetterCommands,
  ...decidingCommands,
  ...planningCommands,
  ...importingCommands,
  ...portfolioCommands,
  ...planCommands,
  ...planActionCommands,
  ...planSimulationCommands,
  ...planDocumentCommands,
  ...environmentCommands,
  ...backupCommands,
  ...tokenCommands,
];

const OPTIONS = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  data: { type: 'string' },
  output: { type: 'string', default: 'table' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  name: { type: 'string' },
  role: { type: 'string', multiple: true },
  expires: { type: 'string' },
  reason: { type: 'string' },
  evidence: { type: 'string' },
  'plan-hash': { type: 'string' },
  edit: { type: 'string' },
  wave: { type: 'string' },
  workload: { type: 'string' },
  status: { type: 'string' },
  mine: { type: 'boolean' },
  out: { type: 'string' },
  format: { type: 'string' },
  table: { type: 'string' },
  apply: { type: 'boolean' },
  defaults: { type: 'string' },
  project: { type: 'string' },
  portfolio: { type: 'string' },
  mapping: { type: 'string' },
  partial: { type: 'boolean' },
  settings: { type: 'string' },
  calendar: { type: 'string' },
  version: { type: 'string' },
  state: { type: 'string' },
  severity: { type: 'string' },
  owner: { type: 'string' },
  due: { type: 'string' },
  note: { type: 'string' },
  zone: { type: 'string' },
  scheduled: { type: 'boolean' },
  runs: { type: 'string' },
  seed: { type: 'string' },
  ticket: { type: 'string' },
  sha256: { type: 'string' },
  container: { type: 'string' },
  'to-folder': { type: 'string' },
  'to-database': { type: 'string' },
} as const;

/** Runs one command line; an error is one line, and one for each field at fault where there are several. */
export async function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, error }: CliStreams,
): Promise<ExitCode> {
  try {
    out(await runCommand(args, environment, (line) => error(`${line}\n`)));
    return EXIT.ok;
  } catch (caught) {
    if (!(caught instanceof CliError)) throw caught;
    error(`causeway: ${plainLine(caught.message)}\n`);
    for (const detail of caught.details) error(`  ${plainLine(detail)}\n`);
    return caught.exitCode;
  }
}

async function runCommand(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  tell: (line: string) => void,
): Promise<string> {
  const { values, positionals } = parse(args);
  if (values.help === true || positionals.length === 0) return usage(named(positionals));
  const { command, operands } = select(positionals);
  const output = values.json === true ? 'json' : values.output;
  if (output !== 'json' && output !== 'table') throw usageError('--output is json or table');
  const url = serviceUrl(values.url ?? (environment['CAUSEWAY_URL'] || 'http://127.0.0.1:7071'));
  const dataDir = values.data ?? (environment['CAUSEWAY_DATA'] || 'data');
  const shown = await command.run({
    operands,
    options: values,
    environment,
    tell,
    api: () => new ApiClient(url, personCredentials(values['token-file'], environment['CAUSEWAY_TOKEN'])),
    adminApi: () => new ApiClient(url, adminCredentials(dataDir)),
  });
  return render(shown, output);
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true, strict: true });
  } catch (cause) {
    // What follows is advice on quoting that fits none of these commands.
    const [message = ''] = (cause as Error).message.split(/\.?(?: To |\n)/);
    throw new CliError(EXIT.usage, `${message}; see --help`, { cause });
  }
}

/** The command that the words begin with, or all whose name begins with them. */
function named(words: readonly string[]): readonly Command[] {
  for (const length of [2, 1]) {
    const start = words.slice(0, length).join(' ');
    const found = COMMANDS.filter(({ name }) => name === start || name.startsWith(`${start} `));
    if (words.length >= length && found.length > 0) return found;
  }
  if (words.length === 0) return COMMANDS;
  throw unknown(words);
}

const unknown = (words: readonly string[]): CliError =>
  usageError(`there is no command ${words.slice(0, 2).join(' ')}`);

/** The longest name that the first words spell. */
function select(words: readonly string[]): { command: Command; operands: string[] } {
  for (const length of [2, 1]) {
    const command = COMMANDS.find(({ name }) => name === words.slice(0, length).join(' '));
    if (command !== undefined) return { command, operands: words.slice(length) };
  }
  throw unknown(words);
}

function serviceUrl(text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw usageError(`--url is an http or https address, not ${text}`);
}
