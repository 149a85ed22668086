// A client imports contracts only; this one also takes the chain's pure functions, so that it checks by the rules that wrote
// the log and yet needs no service.
import { isUtf8 } from 'node:buffer';
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { type Verdict, verifyChain } from '../../shared/domain/log-chain';

const USAGE = `Usage: npm run verify-log -- <file>

Checks an exported migration log without the service; - reads standard input.
Prints "ok: N entries, head <hash>" and exits 0, or names the first line that is wrong and exits 1.
Compare the head with one noted elsewhere to know that the log was not made anew as a whole.
`;

async function main(parameters: readonly string[]): Promise<number> {
  if (parameters.includes('--help') || parameters.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [file, ...rest] = parameters;
  if (file === undefined || rest.length > 0 || (file.startsWith('-') && file !== '-')) {
    process.stderr.write(USAGE);
    return 2;
  }
  let bytes: Buffer;
  try {
    bytes = file === '-' ? await buffer(process.stdin) : await readFile(file);
  } catch (error) {
    process.stderr.write(
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 2;
  }
  return report(verifyChain(splitLines(bytes)));
}

/** Only on LF: texts may hold the other line separators of Unicode. Latin 1 keeps bytes apart that UTF-8 would make one. */
function splitLines(bytes: Buffer): string[] {
  const text = isUtf8(bytes) ? bytes.toString('utf8') : bytes.toString('latin1');
  return text.replace(/\n$/, '').split('\n');
}

function report(verdict: Verdict): number {
  if (verdict.ok) {
    process.stdout.write(`ok: ${verdict.head.length} entries, head ${verdict.head.hash}\n`);
    return 0;
  }
  process.stdout.write(`line ${verdict.line}: ${verdict.problem}\n`);
  return 1;
}

void main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
});
