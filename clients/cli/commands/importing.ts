import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { z } from 'zod';
import { usageError } from '../cli-error';
import { optional, required, type Command, type Invocation } from '../command';

const Rows = z.object({
  applied: z.boolean(),
  rows: z.array(z.looseObject({ details: z.array(z.string()) })),
});

/** What other tools have planned. */
export const importingCommands: readonly Command[] = [
  {
    name: 'import azure-migrate',
    operands: '[FILE…] [--project RESOURCE-ID --wave NAME] [--defaults FILE] [--apply]',
    summary:
      'Show what waves and runbooks of Azure Migrate (wave, runbook, spec.json, parameters.json, executionStatus.json) would become; --apply makes them.',
    run: async (invocation) => {
      if (invocation.operands.length === 0 && optional(invocation, 'project') === undefined) {
        throw usageError('name files, or a --project and its --wave');
      }
      const body = {
        ...(await defaultsOf(invocation)),
        ...projectOf(invocation),
        files: await Promise.all(invocation.operands.map(readImport)),
        apply: invocation.options['apply'] === true,
      };
      const answer = await invocation.api().json('POST', '/api/imports/azure-migrate', { body });
      const { rows } = Rows.parse(answer);
      const shown = rows.map((row) => ({ ...row, details: row.details.join('; ') }));
      return { kind: 'rows', columns: ['action', 'kind', 'id', 'from', 'details'], rows: shown };
    },
  },
];

/** JSON with `workload`, `wave` and `steps`, as the API takes them. */
async function defaultsOf(invocation: Invocation): Promise<object> {
  const file = optional(invocation, 'defaults');
  if (file === undefined) return {};
  const { text } = await readImport(file);
  try {
    return z.looseObject({}).parse(JSON.parse(text));
  } catch {
    throw usageError(`${file} is no JSON object`);
  }
}

const projectOf = (invocation: Invocation): object =>
  optional(invocation, 'project') === undefined
    ? {}
    : {
        project: { migrateProjectId: required(invocation, 'project'), wave: required(invocation, 'wave') },
      };

async function readImport(file: string): Promise<{ name: string; text: string }> {
  try {
    return { name: basename(file), text: await readFile(file, 'utf8') };
  } catch (cause) {
    throw usageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
