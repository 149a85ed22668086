import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { WavePlan } from '../../../shared/contracts/wave-plan';
import type { ApiClient } from '../api-client';
import { CliError, concerning, EXIT, usageError } from '../cli-error';
import { operand, required, segment, type Command, type Invocation } from '../command';
import { listAll } from '../list-all';
import { showPlan } from '../show-plan';

const Identified = z.looseObject({ id: z.string().min(1) });
type Identified = z.infer<typeof Identified>;

const KINDS = [
  { kind: 'workloads', columns: ['id', 'name', 'owner', 'criticality', 'environment', 'method'] },
  { kind: 'waves', columns: ['id', 'name', 'status', 'workloadIds', 'scheduledStart', 'holdReason'] },
] as const;

/** Workloads and waves: what is planned. */
export const planningCommands: readonly Command[] = [
  ...KINDS.flatMap(({ kind, columns }): Command[] => [
    {
      name: `${kind} list`,
      operands: '',
      summary: `List ${kind}.`,
      run: async ({ api }) => ({ kind: 'rows', columns, rows: await listAll(api(), `/api/${kind}?top=200`) }),
    },
    {
      name: `${kind} show`,
      operands: 'ID',
      summary: `Show one of the ${kind}.`,
      run: async (invocation) => {
        const path = `/api/${kind}/${segment(operand(invocation, 0, 'the id'))}`;
        return { kind: 'item', item: (await invocation.api().json('GET', path)) as object };
      },
    },
    {
      name: `${kind} import`,
      operands: 'FILE…',
      summary: `Create or replace ${kind} from JSON files, each one object or a list.`,
      run: (invocation) => importFiles(invocation, kind),
    },
  ]),
  {
    name: 'waves plan',
    operands: 'ID',
    summary:
      'Show what approving a wave binds, and its hash; --output json shows the content that the hash is made of.',
    run: async (invocation) => {
      const path = `/api/waves/${segment(operand(invocation, 0, 'the id of the wave'))}/plan`;
      const item = (await invocation.api().json('GET', path)) as object;
      return { kind: 'parts', item, parts: showPlan(WavePlan.parse(item)) };
    },
  },
  ...(['start', 'hold', 'release', 'stop'] as const).map((action): Command => ({
    name: `waves ${action}`,
    operands: 'ID --reason TEXT',
    summary: `${action[0]?.toUpperCase()}${action.slice(1)} a wave.`,
    run: async (invocation) => {
      const path = `/api/waves/${segment(operand(invocation, 0, 'the id of the wave'))}/${action}`;
      const body = { reason: required(invocation, 'reason') };
      const wave = Identified.parse(await invocation.api().json('POST', path, { body }));
      return { kind: 'rows', columns: ['id', 'status', 'holdReason'], rows: [wave] };
    },
  })),
];

async function importFiles(invocation: Invocation, kind: 'workloads' | 'waves') {
  operand(invocation, 0, 'a file');
  const files = await Promise.all(
    invocation.operands.map(async (file) => ({ file, items: await readItems(file) })),
  );
  const rows: object[] = [];
  for (const { file, items } of files) {
    for (const item of items) {
      const saving = () => save(invocation.api(), kind, item);
      rows.push({ id: item.id, result: await concerning(`${file}: ${item.id}`, saving) });
    }
  }
  return { kind: 'rows', columns: ['id', 'result'], rows } as const;
}

async function readItems(file: string): Promise<Identified[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw usageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  });
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new CliError(EXIT.usage, `${file} is not JSON`, { cause });
  }
  const items = z.array(Identified).safeParse(Array.isArray(parsed) ? parsed : [parsed]);
  if (items.success) return items.data;
  throw new CliError(EXIT.usage, `${file} holds no object with an id, nor a list of such`);
}

/** Replaces the version that is there now; whoever changes it in between makes this fail rather than be overwritten. */
async function save(
  api: ApiClient,
  kind: 'workloads' | 'waves',
  item: Identified,
): Promise<'created' | 'replaced'> {
  const path = `/api/${kind}/${segment(item.id)}`;
  const existing = await api.send('GET', path, {}, [404]);
  if (existing.status === 404) {
    if (kind === 'waves') await api.send('POST', '/api/waves', { body: item });
    else await api.send('PUT', path, { body: item, headers: { 'if-none-match': '*' } });
    return 'created';
  }
  await api.send('PUT', path, { body: item, headers: { 'if-match': existing.etag ?? '' } });
  return 'replaced';
}
