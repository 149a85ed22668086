import { parseArgs } from 'node:util';
import type { Diagnosis, Finding } from '../../shared/contracts/diagnosis';
import { personCredentials } from '../cli/credentials';
import type { CliStreams } from '../cli/run-cli';
import { examine } from './examine';

const USAGE = `Usage: npm run doctor -- [--url URL] [--token-file FILE] [--json]

Checks a running deployment, in Azure or on one machine, and says how to mend what fails.
  --url URL          where the service is (default: CAUSEWAY_URL, else http://127.0.0.1:7071)
  --token-file FILE  file with the token of a lead or an operator (default: the variable CAUSEWAY_TOKEN)
  --json             one JSON document instead of lines
Exit codes: 0 nothing failed, 1 something did, 2 wrong usage.
`;
const EXIT = { healthy: 0, failed: 1, usage: 2 } as const;
export type DoctorExit = (typeof EXIT)[keyof typeof EXIT];

const OPTIONS = {
  url: { type: 'string' },
  'token-file': { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Runs one command line. */
export async function runDoctor(
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  { out, error }: CliStreams,
): Promise<DoctorExit> {
  const options = optionsIn(args);
  const url = options?.url ?? (environment['CAUSEWAY_URL'] || 'http://127.0.0.1:7071');
  if (options === null || !/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : '')) {
    error(USAGE);
    return EXIT.usage;
  }
  if (options.help === true) {
    out(USAGE);
    return EXIT.healthy;
  }
  const credentials = () => personCredentials(options['token-file'], environment['CAUSEWAY_TOKEN']);
  const diagnosis = await examine(url, credentials);
  out(options.json === true ? `${JSON.stringify(diagnosis, null, 2)}\n` : describe(diagnosis));
  return diagnosis.healthy ? EXIT.healthy : EXIT.failed;
}

function optionsIn(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch {
    return null;
  }
}

/** What failed comes last, where a terminal shows it. */
const ORDER: readonly Finding['verdict'][] = ['skipped', 'ok', 'warning', 'failed'];

function describe({ findings }: Diagnosis): string {
  const sorted = findings.toSorted((a, b) => ORDER.indexOf(a.verdict) - ORDER.indexOf(b.verdict));
  const width = Math.max(...findings.map(({ name }) => name.length));
  const lines = sorted.flatMap(({ name, verdict, detail, mend }) => [
    `${verdict.padEnd(8)}${name.padEnd(width)}  ${plain(detail)}`,
    ...(mend === null ? [] : [`${' '.repeat(8)}${' '.repeat(width)}  to mend: ${plain(mend)}`]),
  ]);
  const count = findings.filter(({ verdict }) => verdict === 'failed').length;
  return `${lines.join('\n')}\n${count === 0 ? 'Nothing failed.' : `${count} failed.`}\n`;
}

/** Control characters never reach the terminal. */
const plain = (text: string): string => text.replace(/\p{Cc}+/gu, ' ');
