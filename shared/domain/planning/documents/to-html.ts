import type { Cell, Document, Part } from './document';

const STYLE = `body{font:15px/1.5 system-ui,sans-serif;max-width:72rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;margin:.5rem 0 1rem}th,td{border:1px solid #c8c8c8;padding:.3rem .6rem;text-align:left;vertical-align:top}
th{background:#f2f2f2}caption{text-align:left;font-weight:600;padding:.3rem 0}@media print{body{margin:0}h2{break-after:avoid}tr{break-inside:avoid}}`;

/** One page that needs nothing else: no script, no image, no address to fetch. Everything people typed is escaped. */
export const toHtml = ({ title, about, sections }: Document): string =>
  [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${escaped(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escaped(title)}</h1>`,
    ...about.map((words) => `<p>${escaped(words)}</p>`),
    ...sections.flatMap(({ heading, parts }) => [`<h2>${escaped(heading)}</h2>`, ...parts.map(part)]),
    '</body></html>',
    '',
  ].join('\n');

function part(each: Part): string {
  if (each.kind === 'text') return `<p>${escaped(each.text)}</p>`;
  if (each.kind === 'list')
    return `<ul>${each.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`;
  const header = each.columns.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const rows = each.rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  return `<table><caption>${escaped(each.name)}</caption><thead><tr>${header}</tr></thead><tbody>\n${rows}\n</tbody></table>`;
}

const cell = (value: Cell): string => `<td>${value === null ? '–' : escaped(String(value))}</td>`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (words: string): string =>
  words.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
