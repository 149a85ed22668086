import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { InventoryImportResult } from '../../../shared/contracts/planning/import';
import { Lesson } from '../../../shared/contracts/planning/lesson';
import { InventoryWorkload, PortfolioHead } from '../../../shared/contracts/planning/portfolio';
import { usageError } from '../cli-error';
import { operand, optional, required, segment, type Command, type Invocation, type Shown } from '../command';
import { counted } from '../counted';
import { listAll } from '../list-all';
import { readJsonFile } from '../read-json-file';
import { showImport } from '../show-import';

const portfolioOf = (invocation: Invocation): string =>
  `/api/portfolios/${segment(optional(invocation, 'portfolio') ?? 'main')}`;
const workloadOf = (invocation: Invocation): string =>
  `${portfolioOf(invocation)}/workloads/${segment(operand(invocation, 0, 'the id of the workload'))}`;

const rows = (columns: readonly string[], found: object[], none: string): Shown =>
  found.length === 0
    ? { kind: 'parts', item: found, parts: [{ title: none, columns: [], rows: [] }] }
    : { kind: 'rows', columns, rows: found };

/** What is there to move, and what is to be done before it moves. */
export const portfolioCommands: readonly Command[] = [
  {
    name: 'import',
    operands: 'FILE… [--portfolio ID] [--mapping FILE] [--partial] [--apply]',
    summary:
      'Show what exports of Azure Migrate, Cloud Migration Factory, ServiceNow or files of your own (CSV, XLSX, YAML, JSON; gzip) change in a portfolio (default: main); --apply changes it. --partial: they list only a part, and nothing else is gone.',
    run: importFiles,
  },
  {
    name: 'portfolio show',
    operands: '[--portfolio ID]',
    summary: 'Show how much a portfolio holds.',
    run: async (invocation) => {
      const head = PortfolioHead.parse(await invocation.api().json('GET', portfolioOf(invocation)));
      return { kind: 'item', item: head };
    },
  },
  {
    name: 'portfolio workloads',
    operands: '[TEXT] [--portfolio ID]',
    summary: 'List workloads, all or those whose id, name, owner, business unit or servers have the text.',
    run: async (invocation) => {
      const [text] = invocation.operands;
      const filter = text === undefined ? '' : `&text=${segment(text)}`;
      const path = `${portfolioOf(invocation)}/workloads?top=200${filter}`;
      const found = (await listAll(invocation.api(), path)).map((each) => InventoryWorkload.parse(each));
      return rows(
        ['id', 'name', 'owner', 'criticality', 'confirmedBy', 'environment', 'servers', 'dependsOn'],
        found.map((workload) => ({
          ...workload,
          confirmedBy: workload.criticalityConfirmed?.by ?? null,
          servers: workload.servers.length,
          dependsOn: workload.dependsOn.map(({ on }) => on).join(' '),
        })),
        'No workloads.',
      );
    },
  },
  {
    name: 'portfolio workload',
    operands: 'ID [--portfolio ID]',
    summary: 'Show all that is known of a workload.',
    run: async (invocation) => ({
      kind: 'item',
      item: (await invocation.api().json('GET', workloadOf(invocation))) as object,
    }),
  },
  {
    name: 'portfolio correct',
    operands: 'ID FILE [--portfolio ID]',
    summary:
      'Replace fields of a workload by those of a JSON file, such as `execution`: what a cutover needs and no export knows.',
    run: async (invocation) => {
      const change = await readJsonFile(operand(invocation, 1, 'a file'));
      const api = invocation.api();
      const { text, etag } = await api.send('GET', workloadOf(invocation));
      const body = { ...(JSON.parse(text) as object), ...change };
      const headers = { 'if-match': etag ?? '' };
      const item = (await api.json('PUT', workloadOf(invocation), { body, headers })) as object;
      return { kind: 'item', item };
    },
  },
  {
    name: 'portfolio confirm',
    operands: 'ID CRITICALITY [--portfolio ID]',
    summary: 'Agree, as its owner or a lead, to the criticality of a workload (R7).',
    run: async (invocation) => {
      const body = { criticality: operand(invocation, 1, 'the criticality that you agree to') };
      const path = `${workloadOf(invocation)}/criticality`;
      const workload = InventoryWorkload.parse(await invocation.api().json('POST', path, { body }));
      const { id, criticality, criticalityConfirmed } = workload;
      return {
        kind: 'rows',
        columns: ['id', 'criticality', 'by', 'at'],
        rows: [{ id, criticality, ...criticalityConfirmed }],
      };
    },
  },
  {
    name: 'portfolio readiness',
    operands: '[--state STATE] [--severity block|warn] [--owner NAME] [--workload ID] [--portfolio ID]',
    summary: 'List what is to be done before workloads move.',
    run: async (invocation) => {
      const query = new URLSearchParams({ top: '200' });
      for (const name of ['state', 'severity', 'owner', 'workload']) {
        const value = optional(invocation, name);
        if (value !== undefined) query.set(name, value);
      }
      const path = `${portfolioOf(invocation)}/readiness?${query.toString()}`;
      const columns = ['workloadId', 'key', 'severity', 'state', 'owner', 'due', 'title', 'note'];
      return rows(columns, await listAll(invocation.api(), path), 'Nothing is to be done.');
    },
  },
  {
    name: 'portfolio track',
    operands: 'ID KEY --state open|in-progress|done|exception [--owner NAME] [--due DAY] [--note TEXT]',
    summary: 'Say who does a prerequisite or remediation of a workload, by when, and how far it is.',
    run: async (invocation) => {
      const key = segment(operand(invocation, 1, 'the key, as in portfolio readiness'));
      const body = {
        state: required(invocation, 'state'),
        owner: optional(invocation, 'owner') ?? null,
        due: optional(invocation, 'due') ?? null,
        note: optional(invocation, 'note') ?? null,
      };
      const path = `${workloadOf(invocation)}/tracked/${key}`;
      const workload = InventoryWorkload.parse(await invocation.api().json('PUT', path, { body }));
      return { kind: 'rows', columns: ['key', 'state', 'owner', 'due', 'note'], rows: workload.tracked };
    },
  },
  {
    name: 'portfolio lessons',
    operands: '[--portfolio ID]',
    summary: 'List what finished cutovers took beside what was forecast: plans made from then on follow it.',
    run: async (invocation) => {
      const path = `${portfolioOf(invocation)}/lessons?top=200`;
      const found = (await listAll(invocation.api(), path)).map((each) => Lesson.parse(each));
      const title = found.length === 0 ? 'No lessons: no cutover of a planned wave has finished.' : 'Lessons';
      const table = { title, columns: LESSON_COLUMNS, rows: found.map(lessonRow) };
      return { kind: 'parts', item: found, parts: [table] };
    },
  },
  {
    name: 'portfolio lesson',
    operands: 'CUTOVER set-aside|count --reason TEXT [--portfolio ID]',
    summary: 'Say whether plans made from now on follow a lesson.',
    run: async (invocation) => {
      const said = operand(invocation, 1, 'set-aside or count');
      if (said !== 'set-aside' && said !== 'count')
        throw usageError(`${said} is neither set-aside nor count`);
      const body = { counts: said === 'count', reason: required(invocation, 'reason') };
      const path = `${portfolioOf(invocation)}/lessons/${segment(operand(invocation, 0, 'the id of the cutover'))}`;
      const lesson = Lesson.parse(await invocation.api().json('PUT', path, { body }));
      const title = `Cutover ${lesson.cutoverId}`;
      return {
        kind: 'parts',
        item: lesson,
        parts: [{ title, columns: LESSON_COLUMNS, rows: [lessonRow(lesson)] }],
      };
    },
  },
];

const LESSON_COLUMNS = ['cutoverId', 'plan', 'outcome', 'transfer', 'outage', 'troubled', 'counts'];

const lessonRow = ({ transfer, downtime, setAside, ...lesson }: Lesson): object => ({
  ...lesson,
  plan: `${lesson.planId}, wave ${lesson.wave}`,
  transfer: besideForecast(transfer),
  outage: besideForecast(downtime),
  troubled: lesson.troubled.join(' '),
  counts: setAside === null ? 'yes' : `no: ${setAside.reason} (${setAside.by})`,
});

const besideForecast = (minutes: Lesson['transfer']): string | null =>
  minutes === null
    ? null
    : `${minutes.actualMinutes.toFixed(1)} of ${minutes.forecastMinutes.toFixed(1)} minutes`;

async function importFiles(invocation: Invocation): Promise<Shown> {
  operand(invocation, 0, 'a file');
  const form = new FormData();
  let sizeBytes = 0;
  for (const file of invocation.operands) {
    const bytes = await read(file);
    sizeBytes += bytes.byteLength;
    form.append('files', new File([bytes], basename(file)));
  }
  const mapping = optional(invocation, 'mapping');
  if (mapping !== undefined) form.append('mapping', (await read(mapping)).toString('utf8'));
  form.append('partial', String(invocation.options['partial'] === true));
  form.append('apply', String(invocation.options['apply'] === true));
  invocation.tell(
    `reading ${counted(invocation.operands.length, 'file')}, ${(sizeBytes / 1e6).toFixed(1)} MB …`,
  );
  const path = `${portfolioOf(invocation)}/imports`;
  return showImport(InventoryImportResult.parse(await invocation.api().json('POST', path, { body: form })));
}

async function read(file: string): Promise<Buffer<ArrayBuffer>> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw usageError(`${file} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
}
