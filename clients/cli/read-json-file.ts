import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { usageError } from './cli-error';

const JsonObject = z.record(z.string(), z.unknown());

export const readTextFile = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((cause: unknown) => {
    throw usageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  });

/** A file that holds one JSON object. */
export async function readJsonFile(file: string): Promise<Record<string, unknown>> {
  const text = await readTextFile(file);
  try {
    return JsonObject.parse(JSON.parse(text));
  } catch {
    throw usageError(`${file} holds no JSON object`);
  }
}
