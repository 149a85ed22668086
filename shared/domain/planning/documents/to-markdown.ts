import type { Cell, Document, Part } from './document';

/** CommonMark with GitHub's tables. What people typed can't become markup: its special characters are escaped. */
export function toMarkdown({ title, about, sections }: Document): string {
  const blocks = [
    `# ${escaped(title)}`,
    ...about.map(escaped),
    ...sections.flatMap(({ heading, parts }) => [`## ${escaped(heading)}`, ...parts.map(part)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function part(each: Part): string {
  if (each.kind === 'text') return escaped(each.text);
  if (each.kind === 'list') return each.items.map((item) => `- ${escaped(item)}`).join('\n');
  const line = (cells: readonly Cell[]): string => `| ${cells.map(cell).join(' | ')} |`;
  const rule = `| ${each.columns.map(() => '---').join(' | ')} |`;
  return [line(each.columns), rule, ...each.rows.map(line)].join('\n');
}

const cell = (value: Cell): string => (value === null ? '–' : escaped(String(value)));

const escaped = (words: string): string =>
  words.replace(/[\\`*_[\]<>|#~&]/g, '\\$&').replace(/\s*[\r\n]\s*/g, ' ');
