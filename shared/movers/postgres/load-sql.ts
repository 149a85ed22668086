import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const loaded = new Map<string, string>();

/** The text of `sql/<name>.sql`; read once. Throws where there is none. */
export function loadSql(name: string): string {
  const known = loaded.get(name);
  if (known !== undefined) return known;
  const text = readFileSync(join(__dirname, 'sql', `${name}.sql`), 'utf8');
  loaded.set(name, text);
  return text;
}
