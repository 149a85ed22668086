import type { Client } from 'pg';
import { qualifiedName, quoteIdentifier } from '../connect/quote';
import { loadSql } from '../load-sql';
import { changeState, migrationState } from '../state/migration-state';
import { patiently } from './fence';
import { FENCE, namesOf } from './names';
import type { Sides } from './open-sides';
import { addToPublication, type TableName } from './publications';
import type { ReplicationContext } from './replication-context';
import { refreshPublication, type Subscription } from './subscribe';

/**
 * Begins those copies anew that can't be ended. The server that copies drops a table's slot on the other side before its own note that
 * the table is level has reached its disk; killed in between, it asks for that slot for ever. What is to be done is noted first, and
 * done whole from any point: a table that was emptied and left in the subscription would pass for copied.
 */
export async function copyAgain(
  { migrationId }: ReplicationContext,
  { source, target }: Sides,
  { oid }: Subscription,
): Promise<void> {
  const state = await migrationState(target, migrationId);
  if (state?.phase !== 'copying') return;
  const noted = (state.detail['copyAgain'] ?? []) as readonly TableName[];
  const found = noted.length > 0 ? noted : await stranded(source, target, oid);
  if (found.length === 0) return;
  const names = namesOf(migrationId);
  const note = { ...state, detail: { ...state.detail, copyAgain: found } };
  await changeState(target, migrationId, state, note);
  await dropFromPublication(source, names.publication('forward'), found);
  await refreshPublication(target, names.subscription('forward'));
  for (const table of found) await empty(target, table);
  await addToPublication(source, migrationId, 'forward', found);
  await changeState(target, migrationId, note, { ...state, detail: { ...state.detail, copyAgain: [] } });
}

/** A copy that ends well is without its slot for the moment before it is noted; mistaking it for another would cost its time, no row. */
const MOMENT_MS = 1_000;

async function stranded(source: Client, target: Client, oid: string): Promise<readonly TableName[]> {
  const first = await withoutSlot(source, target, oid);
  if (first.length === 0) return first;
  await new Promise((resolve) => setTimeout(resolve, MOMENT_MS));
  const still = await withoutSlot(source, target, oid);
  return still.filter(({ slot }) => first.some((other) => other.slot === slot));
}

interface Finishing extends TableName {
  /** Its name up to the identity of the server that has it read. */
  readonly slot: string;
}

async function withoutSlot(source: Client, target: Client, oid: string): Promise<readonly Finishing[]> {
  const { rows } = await target.query<Finishing>(loadSql('replication/finishing-copies'), [oid]);
  if (rows.length === 0) return rows;
  const slots = await source.query<{ slot: string }>(
    `SELECT prefix AS slot FROM unnest($1::text[]) AS prefix
     WHERE EXISTS (SELECT FROM pg_replication_slots WHERE starts_with(slot_name, prefix))`,
    [rows.map(({ slot }) => slot)],
  );
  return rows.filter(({ slot }) => !slots.rows.some((held) => held.slot === slot));
}

async function dropFromPublication(
  source: Client,
  publication: string,
  tables: readonly TableName[],
): Promise<void> {
  const { rows } = await source.query<TableName>(
    `SELECT t.* FROM jsonb_to_recordset($2::jsonb) AS t (schema_name text, table_name text)
     JOIN pg_publication_rel r ON r.prrelid = to_regclass(format('%I.%I', t.schema_name, t.table_name))
     JOIN pg_publication p ON p.oid = r.prpubid WHERE p.pubname = $1`,
    [publication, JSON.stringify(tables)],
  );
  if (rows.length === 0) return;
  const list = rows.map(({ schema_name, table_name }) => `ONLY ${qualifiedName(schema_name, table_name)}`);
  await source.query(`ALTER PUBLICATION ${quoteIdentifier(publication)} DROP TABLE ${list.join(', ')}`);
}

/** Past the fence; no writer comes in meanwhile, as it stays locked. Where others refer to it, no trigger of theirs may see it empty. */
async function empty(target: Client, { schema_name, table_name }: TableName): Promise<void> {
  const name = qualifiedName(schema_name, table_name);
  const { rows } = await target.query<{ fenced: boolean; referenced: boolean }>(
    `SELECT EXISTS (SELECT FROM pg_trigger WHERE tgrelid = $1::regclass AND tgname = $2) AS fenced,
       EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND confrelid = $1::regclass) AS referenced`,
    [name, FENCE],
  );
  const truncate = rows[0]?.fenced
    ? [
        `ALTER TABLE ONLY ${name} DISABLE TRIGGER ${FENCE}`,
        `TRUNCATE ONLY ${name}`,
        `ALTER TABLE ONLY ${name} ENABLE TRIGGER ${FENCE}`,
      ]
    : [`TRUNCATE ONLY ${name}`];
  const remove = ['SET LOCAL session_replication_role = replica', `DELETE FROM ONLY ${name}`];
  await patiently(target, rows[0]?.referenced ? remove : truncate);
}
