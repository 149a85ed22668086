import { writeFile } from 'node:fs/promises';
import { RowDifference } from '../../../shared/contracts/postgres-verification';
import { usageError } from '../cli-error';
import { operand, optional, segment, type Command, type Invocation } from '../command';
import { listAll } from '../list-all';
import { DIFFERENCE_COLUMNS, differenceRows, showReport } from '../show-report';

const idOf = (invocation: Invocation): string => segment(operand(invocation, 0, 'the id of the cutover'));
const reportOf = (invocation: Invocation): string => operand(invocation, 1, 'the id of the report');

/** What the checks of a cutover's databases found. */
export const reportCommands: readonly Command[] = [
  {
    name: 'cutovers reports',
    operands: 'ID',
    summary: 'List what the checks of its databases found; --output json shows all of it.',
    run: async (invocation) => {
      const rows = await listAll(invocation.api(), `/api/cutovers/${idOf(invocation)}/reports?top=200`);
      return { kind: 'rows', columns: ['id', 'at', 'ok', 'summary'], rows };
    },
  },
  {
    name: 'cutovers report',
    operands: 'ID REPORT',
    summary: 'Show one of those reports; of rows that differ the first 20, with both values.',
    run: async (invocation) => {
      const id = idOf(invocation);
      const name = reportOf(invocation);
      const reports = await listAll(invocation.api(), `/api/cutovers/${id}/reports?top=200`);
      const report = reports.find((candidate) => candidate['id'] === name);
      if (report === undefined) throw usageError(`there is no report ${name}: see cutovers reports`);
      return showReport(report);
    },
  },
  {
    name: 'cutovers rows',
    operands: 'ID REPORT [--out FILE]',
    summary:
      'Show every row that a verification found to differ, with both values; --out writes them as JSON lines.',
    run: async (invocation) => {
      const path = `/api/cutovers/${idOf(invocation)}/reports/${segment(reportOf(invocation))}/rows`;
      const { text } = await invocation.api().send('GET', path);
      const file = optional(invocation, 'out');
      if (file !== undefined) {
        await writeFile(file, text);
        return { kind: 'text', text: `${file}\n` };
      }
      const differences = text.split('\n').filter((line) => line !== '');
      const rows = differences.map((line) => RowDifference.parse(JSON.parse(line)));
      const all = { title: `${rows.length} rows differ`, columns: DIFFERENCE_COLUMNS };
      return { kind: 'parts', item: rows, parts: [{ ...all, rows: rows.flatMap(differenceRows) }] };
    },
  },
];
