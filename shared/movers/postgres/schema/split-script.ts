import { MigrationError } from '../../../contracts/errors';

export interface Statement {
  readonly sql: string;
  /** Its words without comments, quoted parts emptied, in upper case: what it does, not to what. */
  readonly outline: string;
}

/**
 * Cuts a script at the semicolons that end statements: not those in quotes, dollar quotes, comments, brackets or `BEGIN ATOMIC … END`.
 * Leaves out `\restrict` and `\unrestrict`, which pg_dump writes for psql; throws `invalid-input` at psql's other commands and where
 * something is left open.
 */
export function splitScript(script: string): Statement[] {
  const statements: Statement[] = [];
  let rest = script;
  while (rest !== '') {
    const { start, length, outline } = scan(rest);
    const sql = rest.slice(start, length).trim();
    rest = rest.slice(length);
    if (/^COPY\b.*\bFROM STDIN\b/u.test(outline)) throw refusal('COPY … FROM stdin: supply DDL without data');
    if (outline.replace(';', '').trim() !== '')
      statements.push({ sql, outline: outline.replace(/;?\s*$/u, '') });
  }
  return statements;
}

/** What is copied as it stands: comments, quoted text and names, dollar-quoted text, numbers and words. */
const TOKEN =
  /--[^\n]*|\/\*|[Ee]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$|[\w\u0080-\uffff$]+|\s+|[^]/suy;

const DOLLAR = /^\$[^$]*\$$/u;

/** One statement from the beginning of the text: where it starts and ends, and its outline. */
function scan(text: string): { start: number; length: number; outline: string } {
  let outline = '';
  let depth = 0;
  let atomic = 0;
  let at = 0;
  let start = 0;
  const before = (): string => /(\w+)\s*$/u.exec(outline)?.[1] ?? '';
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[0] ?? text.charAt(at);
    at = endOf(text, at, token);
    if (token.startsWith('--') || token === '/*') outline += ' ';
    else if (/^[Ee]?'/u.test(token) || DOLLAR.test(token)) outline += "''";
    else if (token.startsWith('"')) outline += token.replace(/\s/gu, '_');
    else if (token === '\\' && outline.trim() === '') start = at = psqlCommand(text, at);
    else {
      const word = token.toUpperCase();
      depth += token === '(' ? 1 : token === ')' ? -1 : 0;
      if (word === 'ATOMIC' && before() === 'BEGIN') atomic = 1;
      else if (atomic > 0 && word === 'CASE') atomic += 1;
      else if (atomic > 0 && word === 'END') atomic -= 1;
      outline += /^\s+$/u.test(token) ? ' ' : word;
      if (token === ';' && depth <= 0 && atomic === 0) break;
    }
  }
  if (depth > 0 || atomic > 0) throw open('a bracket or BEGIN ATOMIC');
  return { start, length: at, outline: outline.trim() };
}

/** Where a token ends that the pattern can't see the end of; quotes that are never closed are refused. */
function endOf(text: string, at: number, token: string): number {
  if (token === '/*') return endOfComment(text, at);
  if (token === "'" || token === '"') throw open('a quote');
  if (!DOLLAR.test(token)) return at + token.length;
  const close = text.indexOf(token, at + token.length);
  if (close < 0) throw open('a dollar quote');
  return close + token.length;
}

/** Comments nest. */
function endOfComment(text: string, start: number): number {
  const edge = /\/\*|\*\//gu;
  edge.lastIndex = start;
  let depth = 0;
  for (let match = edge.exec(text); match !== null; match = edge.exec(text)) {
    depth += match[0] === '/*' ? 1 : -1;
    if (depth === 0) return edge.lastIndex;
  }
  throw open('a comment');
}

function psqlCommand(text: string, at: number): number {
  const line = /[^\n]*/suy;
  line.lastIndex = at;
  const [command] = line.exec(text)?.[0].split(/\s/u) ?? [''];
  if (command === 'restrict' || command === 'unrestrict') {
    const end = text.indexOf('\n', at);
    return end < 0 ? text.length : end;
  }
  throw new MigrationError(
    'invalid-input',
    `The script holds psql's command \\${command ?? ''}: supply plain SQL.`,
  );
}

const refusal = (what: string): MigrationError =>
  new MigrationError('invalid-input', `The script holds ${what}.`);

const open = (what: string): MigrationError =>
  new MigrationError('invalid-input', `The script ends within ${what}.`);
