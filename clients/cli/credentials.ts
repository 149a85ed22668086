import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { CliError, EXIT } from './cli-error';

const HostKeys = z.object({ admin: z.string().min(1) });

/** A person's token: from a file, else from CAUSEWAY_TOKEN. Never from the command line, where other users could read it. */
export function personCredentials(
  tokenFile: string | undefined,
  token: string | undefined,
): Record<string, string> {
  const text = tokenFile === undefined ? token : readSecretFile(tokenFile, 'the token');
  if (text === undefined || text.trim() === '') {
    throw new CliError(EXIT.notAllowed, 'no token: set CAUSEWAY_TOKEN or name a file with --token-file');
  }
  return { authorization: `Bearer ${text.trim()}` };
}

/** The host's master key, which lies in the data folder for its owner alone. */
export function adminCredentials(dataDir: string): Record<string, string> {
  const file = join(dataDir, 'keys.json');
  const text = readSecretFile(file, 'the key of the host, made at its first start,');
  const parsed = HostKeys.safeParse(parseOrNull(text));
  if (parsed.success) return { 'x-functions-key': parsed.data.admin };
  throw new CliError(EXIT.notAllowed, `${file} holds no key of the host`);
}

/** `what` as an error names it. */
export function readSecretFile(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? 'unreadable';
    throw new CliError(EXIT.notAllowed, `${what} cannot be read from ${file} (${reason})`, { cause });
  }
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
