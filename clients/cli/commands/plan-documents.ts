import { writeFile } from 'node:fs/promises';
import { usageError } from '../cli-error';
import { optional, segment, type Command, type Invocation, type Shown } from '../command';
import { planOf } from './plans';

const FORMATS = ['markdown', 'html', 'xlsx', 'csv', 'json', 'ics'];

/** A plan on paper. */
export const planDocumentCommands: readonly Command[] = [
  {
    name: 'plan document',
    operands: `ID [--wave N] [--format ${FORMATS.join('|')}] [--table NAME] [--version N] [--out FILE]`,
    summary:
      'Write the plan, or the sheet of one wave that its stakeholders read and sign; Markdown unless said otherwise, --table names the table of a CSV; ics holds the windows of all waves.',
    run: writePlanDocument,
  },
];

async function writePlanDocument(invocation: Invocation): Promise<Shown> {
  const format = optional(invocation, 'format') ?? 'markdown';
  if (!FORMATS.includes(format)) throw usageError(`--format takes ${FORMATS.join(', ')}, not ${format}`);
  const file = optional(invocation, 'out');
  if (format === 'xlsx' && file === undefined)
    throw usageError('--out is missing: a workbook goes into a file');
  const query = new URLSearchParams(format === 'ics' ? {} : { format });
  for (const name of ['table', 'version']) {
    const value = optional(invocation, name);
    if (value !== undefined) query.set(name, value);
  }
  const wave = optional(invocation, 'wave');
  const of = wave === undefined ? '' : `/waves/${segment(wave)}`;
  const path = format === 'ics' ? '/calendar' : `${of}/document`;
  const bytes = await invocation.api().download(`${planOf(invocation)}${path}?${query.toString()}`);
  if (file === undefined) return { kind: 'text', text: Buffer.from(bytes).toString('utf8') };
  await writeFile(file, bytes);
  return { kind: 'text', text: `${file}\n` };
}
