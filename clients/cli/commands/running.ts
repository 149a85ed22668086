import { writeFile } from 'node:fs/promises';
import { CutoverView } from '../../../shared/contracts/api';
import { CommandKind } from '../../../shared/contracts/command';
import { Gate } from '../../../shared/contracts/gate';
import { usageError } from '../cli-error';
import { operand, optional, required, segment, type Command, type Invocation, type Shown } from '../command';
import { readLimits } from '../limits';
import { listAll } from '../list-all';
import { showCutover, SWITCH_COLUMNS } from '../show-cutover';

const CUTOVER_COLUMNS = ['id', 'status', 'stage', 'updatedAt'];

/** Cutovers, their commands and their logs: what is under way. */
export const runningCommands: readonly Command[] = [
  {
    name: 'status',
    operands: '',
    summary: 'Show what runs and which decisions are waited for.',
    run: async ({ api }) => {
      const client = api();
      const [cutovers, gates] = await Promise.all([
        listAll(client, '/api/cutovers?top=200'),
        listAll(client, '/api/gates?status=open&top=200'),
      ]);
      const running = cutovers.filter((cutover) => cutover['endedAt'] === null);
      const rows = [
        ...running.map(({ id, status, stage, waitingFor }) => ({
          what: 'cutover',
          id,
          status,
          detail: waitingFor ?? stage,
        })),
        ...gates.map(({ id, gate, question }) => ({ what: 'gate', id, status: gate, detail: question })),
      ];
      return { kind: 'rows', columns: ['what', 'id', 'status'], rows, below: 'detail' };
    },
  },
  {
    name: 'cutovers list',
    operands: '[--wave ID]',
    summary: 'List cutovers.',
    run: async (invocation) => {
      const wave = optional(invocation, 'wave');
      const path = `/api/cutovers?top=200${wave === undefined ? '' : `&wave=${segment(wave)}`}`;
      const rows = await listAll(invocation.api(), path);
      return { kind: 'rows', columns: CUTOVER_COLUMNS, rows, below: 'waitingFor' };
    },
  },
  {
    name: 'cutovers show',
    operands: 'ID',
    summary:
      'Show where a cutover stands, what it waits for and how fast it moves; --output json shows all of it.',
    run: async (invocation) => {
      const path = `/api/cutovers/${segment(operand(invocation, 0, 'the id of the cutover'))}`;
      const api = invocation.api();
      const item = (await api.json('GET', path)) as object;
      const cutover = CutoverView.parse(item);
      const { openGate } = cutover;
      const gate = openGate && Gate.parse(await api.json('GET', `/api/gates/${segment(openGate)}`));
      return { kind: 'parts', item, parts: showCutover(cutover, gate || null) };
    },
  },
  {
    name: 'cutovers limits',
    operands: 'ID ASSET [NAME=VALUE…]',
    summary:
      'Show how fast an asset may move, or change some of its limits, also while it moves: copyWorkers=3 bytesPerSecond=null.',
    run: limits,
  },
  {
    name: 'cutovers switches',
    operands: 'ID',
    summary: 'List every switch of a cutover with the outage that was measured.',
    run: async (invocation) => {
      const path = `/api/cutovers/${segment(operand(invocation, 0, 'the id of the cutover'))}`;
      const cutover = (await invocation.api().json('GET', path)) as { readonly switches?: readonly object[] };
      return { kind: 'rows', columns: SWITCH_COLUMNS, rows: cutover.switches ?? [] };
    },
  },
  {
    name: 'command',
    operands: `CUTOVER ${CommandKind.options.join('|')} --reason TEXT`,
    summary:
      'Give a running cutover a command; resend sends rows anew that a verification found to differ, then verifies again.',
    run: async (invocation) => {
      const path = `/api/cutovers/${segment(operand(invocation, 0, 'the id of the cutover'))}/commands`;
      const body = { kind: operand(invocation, 1, 'the command'), reason: required(invocation, 'reason') };
      return { kind: 'item', item: (await invocation.api().json('POST', path, { body })) as object };
    },
  },
  {
    name: 'log export',
    operands: 'cutover|wave|workload|environment ID [--out FILE]',
    summary: 'Export a log for npm run verify-log.',
    run: async (invocation) => {
      const kind = operand(invocation, 0, 'cutover, wave, workload or environment');
      if (!['cutover', 'wave', 'workload', 'environment'].includes(kind))
        throw usageError(`a log belongs to a cutover, a wave, a workload or an environment, not ${kind}`);
      const id = segment(operand(invocation, 1, `the id of the ${kind}`));
      const { text } = await invocation.api().send('GET', `/api/${kind}s/${id}/log/export`);
      const file = optional(invocation, 'out');
      if (file === undefined) return { kind: 'text', text };
      await writeFile(file, text);
      return { kind: 'text', text: `${file}\n` };
    },
  },
];

/** The service takes all limits of an asset at once, so what is not to change is sent as it was read. */
async function limits(invocation: Invocation): Promise<Shown> {
  const api = invocation.api();
  const cutover = segment(operand(invocation, 0, 'the id of the cutover'));
  const asset = segment(operand(invocation, 1, 'the id of the asset'));
  const changes = readLimits(invocation.operands.slice(2));
  const path = `/api/cutovers/${cutover}/assets/${asset}/limits`;
  const { text, etag } = await api.send('GET', path);
  const current = JSON.parse(text) as object;
  if (Object.keys(changes).length === 0) return { kind: 'item', item: current };
  const body = { ...current, ...changes };
  const changed = await api.json('PUT', path, { body, headers: { 'if-match': etag ?? '' } });
  return { kind: 'item', item: changed as object };
}
