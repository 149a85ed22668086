import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { usageError } from '../cli-error';
import { operand, optional, required, segment, type Command, type Invocation, type Shown } from '../command';
import { listAll } from '../list-all';

const Standing = z.object({ status: z.string(), problem: z.object({}).loose().nullable() });

const COLUMNS = ['id', 'workloadId', 'kind', 'status', 'resourceGroup', 'planHash', 'openGate'];

/** Templates and the environments made by them. */
export const environmentCommands: readonly Command[] = [
  {
    name: 'templates list',
    operands: '',
    summary: 'List the templates that environments can be made by.',
    run: async ({ api }) => {
      const rows = await listAll(api(), '/api/templates');
      return { kind: 'rows', columns: ['name', 'version', 'title', 'contributedBy', 'hash'], rows };
    },
  },
  {
    name: 'templates show',
    operands: 'NAME VERSION',
    summary: 'Show a template with its parameters.',
    run: (invocation) => {
      const name = segment(operand(invocation, 0, 'the name'));
      return show(invocation, `/api/templates/${name}/${segment(operand(invocation, 1, 'the version'))}`);
    },
  },
  {
    name: 'templates add',
    operands: 'FILE',
    summary: 'Add a template: JSON with name, version, title, description and the compiled template.',
    run: (invocation) => post(invocation, '/api/templates', readJson(operand(invocation, 0, 'a file'))),
  },
  {
    name: 'environments list',
    operands: '[--workload ID]',
    summary: 'List environments.',
    run: async (invocation) => {
      const workload = optional(invocation, 'workload');
      const path = `/api/environments?top=200${workload === undefined ? '' : `&workload=${segment(workload)}`}`;
      return { kind: 'rows', columns: COLUMNS, rows: await listAll(invocation.api(), path) };
    },
  },
  {
    name: 'environments show',
    operands: 'ID',
    summary: 'Show an environment with what it consists of and what was found.',
    run: (invocation) => show(invocation, pathOf(invocation)),
  },
  {
    name: 'environments what-if',
    operands: 'ID',
    summary: 'Show what provisioning would change.',
    run: whatIf,
  },
  {
    name: 'environments create',
    operands: 'FILE',
    summary: 'Describe an environment by a JSON file and ask for its provisioning.',
    run: (invocation) => post(invocation, '/api/environments', readJson(operand(invocation, 0, 'a file'))),
  },
  ...(['provision', 'inspect', 'remove'] as const).map((action): Command => ({
    name: `environments ${action}`,
    operands: 'ID --reason TEXT',
    summary: `${action[0]?.toUpperCase()}${action.slice(1)} an environment.`,
    run: (invocation) => {
      const body = Promise.resolve({ reason: required(invocation, 'reason') });
      return post(invocation, `${pathOf(invocation)}/${action}`, body);
    },
  })),
  {
    name: 'environments checklist',
    operands: 'ID FILE --reason TEXT',
    summary: 'Replace the checklist that an environment has to fulfil: a JSON list of items.',
    run: async (invocation) => {
      const api = invocation.api();
      const items = await readJson(operand(invocation, 1, 'a file'));
      const body = { items, reason: required(invocation, 'reason') };
      const { etag } = await api.send('GET', pathOf(invocation));
      const headers = { 'if-match': etag ?? '' };
      const path = `${pathOf(invocation)}/checklist`;
      return { kind: 'item', item: (await api.json('PUT', path, { body, headers })) as object };
    },
  },
  {
    name: 'environments applied',
    operands: 'ID FILE',
    summary: 'Tell what your own pipeline has applied: JSON with planHash, pipelineRun and resourceIds.',
    run: (invocation) =>
      post(invocation, `${pathOf(invocation)}/applied`, readJson(operand(invocation, 1, 'a file'))),
  },
];

const pathOf = (invocation: Invocation): string =>
  `/api/environments/${segment(operand(invocation, 0, 'the id of the environment'))}`;

/** Before a prediction stands what came of asking for a newer one, so that an old one is not taken for it. */
async function whatIf(invocation: Invocation): Promise<Shown> {
  const api = invocation.api();
  const predicted = (await api.json('GET', `${pathOf(invocation)}/what-if`)) as object;
  const { status, problem } = Standing.parse(await api.json('GET', pathOf(invocation)));
  return { kind: 'item', item: problem === null ? predicted : { status, problem, ...predicted } };
}

const show = async ({ api }: Invocation, path: string): Promise<Shown> => ({
  kind: 'item',
  item: (await api().json('GET', path)) as object,
});

const post = async ({ api }: Invocation, path: string, body: Promise<unknown>): Promise<Shown> => ({
  kind: 'item',
  item: (await api().json('POST', path, { body: await body })) as object,
});

async function readJson(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw usageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw usageError(`${file} is not JSON`);
  }
}
