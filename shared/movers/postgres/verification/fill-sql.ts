import { loadSql } from '../load-sql';

/** A statement of this folder with its psql variables (`:name`) filled in: fragments that were quoted where they were made. */
export function fillSql(name: string, variables: Readonly<Record<string, string>>): string {
  // A name with a line break would end a comment.
  const statement = loadSql(`verification/${name}`).replace(/^--.*\n/gm, '');
  return statement.replace(/(?<!:):([a-z]+)/g, (whole, variable: string) => variables[variable] ?? whole);
}
