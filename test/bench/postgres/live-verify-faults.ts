/** A hundred rows put wrong on the side that follows, as lost or doubled changes and bad conversions would. */
import type { DatabasePair } from '../../support/postgres/database-pair';

const EACH = 12;

/** The `index`-th row that no client writes; spread over the table. */
const idOf = (fault: number, index: number): number => 10 * (1 + fault + 8 * (index * 37));

const CHANGES: readonly (readonly [string, string])[] = [
  ['changed', `note = note || '.'`],
  ['null', 'note = NULL'],
  ['encoding', `note = convert_from(convert_to(note, 'UTF8'), 'LATIN1')`],
  ['scale', `amount = (amount::text || '0')::numeric`],
  ['time zone', `placed = placed + interval '1 h'`],
  ['enum', `state = CASE state WHEN 'open' THEN 'returned' ELSE 'open' END::state`],
];
const LOST = CHANGES.length;
/** Kinds of a dozen each, four of them doubled without a key. */
const DOUBLED = LOST + 1;
const DOUBLED_WITHOUT_KEY = 4;

export const FAULTS = EACH * (CHANGES.length + 2) + DOUBLED_WITHOUT_KEY;

/** Returns what each should be found as: table, kind and key. */
export async function injectFaults(databases: DatabasePair): Promise<ReadonlySet<string>> {
  const statements = [`SET session_replication_role = replica`];
  const names = new Set<string>();
  for (let index = 0; index < EACH; index += 1) {
    CHANGES.forEach(([, change], fault) => {
      statements.push(`UPDATE orders SET ${change} WHERE id = ${idOf(fault, index)}`);
      names.add(`orders changed ${idOf(fault, index)}`);
    });
    statements.push(`DELETE FROM orders WHERE id = ${idOf(LOST, index)}`);
    names.add(`orders missing ${idOf(LOST, index)}`);
    statements.push(
      `INSERT INTO line SELECT order_id, 7, article, price FROM line WHERE order_id = ${idOf(DOUBLED, index)} AND number = 0`,
    );
    names.add(`line extra ${idOf(DOUBLED, index)}/7`);
  }
  for (let index = 1; index <= DOUBLED_WITHOUT_KEY; index += 1) {
    statements.push(`INSERT INTO visit SELECT * FROM visit WHERE page = '/page/${index * 1_000}'`);
    names.add(`visit extra /page/${index * 1_000}`);
  }
  await databases.query('target', statements.join(';'));
  return names;
}
