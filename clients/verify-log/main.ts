// A client imports contracts only; this one also takes the chain's pure functions, so that it checks by the rules that wrote
// the log and yet needs no service.
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { LogAnchor } from '../../shared/contracts/log-entry';
import { type Verdict, verifyChain } from '../../shared/domain/log-chain';

const USAGE = `Usage: npm run verify-log -- <file> [--anchor <file>]

Checks an exported migration log without the service; - reads standard input.
Prints "ok: N entries, head <hash>" and exits 0, or names the first line that is wrong and exits 1.
With the anchor that was stored when the log ended, also checks that the log was not made anew as a whole;
without one, compare the head with one noted elsewhere.
`;
const BAD_INPUT = 2;

async function main(args: readonly string[]): Promise<number> {
  const asked = commandLine(args);
  if (asked === null || asked.help) {
    (asked === null ? process.stderr : process.stdout).write(USAGE);
    return asked === null ? BAD_INPUT : 0;
  }
  try {
    const anchor = asked.anchor === null ? null : await readAnchor(asked.anchor);
    return report(verifyChain(splitLines(await bytesOf(asked.file)), anchor), anchor);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return BAD_INPUT;
  }
}

interface CommandLine {
  readonly help: boolean;
  readonly file: string;
  readonly anchor: string | null;
}

function commandLine(args: readonly string[]): CommandLine | null {
  const options = { help: { type: 'boolean', short: 'h' }, anchor: { type: 'string' } } as const;
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options });
    const [file, ...rest] = positionals;
    const help = values.help ?? false;
    if (!help && (file === undefined || rest.length > 0)) return null;
    return { help, file: file ?? '', anchor: values.anchor ?? null };
  } catch {
    return null;
  }
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${file} cannot be read: ${reason}`, { cause: error });
  }
}

async function readAnchor(file: string): Promise<LogAnchor> {
  const text = (await bytesOf(file)).toString('utf8');
  try {
    return LogAnchor.parse(JSON.parse(text));
  } catch (error) {
    throw new Error(`${file} is not the anchor of a log`, { cause: error });
  }
}

/** Only on LF: texts may hold the other line separators of Unicode. Latin 1 keeps bytes apart that UTF-8 would make one. */
function splitLines(bytes: Buffer): string[] {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
  return text.replace(/\n$/, '').split('\n');
}

function report(verdict: Verdict, anchor: LogAnchor | null): number {
  if (verdict.ok) {
    const anchored = anchor === null ? '' : `, as anchored at ${anchor.at} up to entry ${anchor.length}`;
    process.stdout.write(`ok: ${verdict.head.length} entries, head ${verdict.head.hash}${anchored}\n`);
    return 0;
  }
  process.stdout.write(`line ${verdict.line}: ${verdict.problem}\n`);
  return 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
