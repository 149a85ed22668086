import type { Side } from '../../../shared/contracts/controls';
import {
  changedObjects,
  describeSchema,
  installDdlGuard,
  removeDdlGuard,
  type SchemaObject,
} from '../../../shared/movers/postgres';
import type { StepResult } from '../../../shared/contracts/step';
import { transferIdOf } from '../files';
import { failed } from '../step';
import type { Database } from './database';

const NAMED = 10;

const journalIdOf = ({ cutoverId, asset }: Database): string => `${transferIdOf(cutoverId, asset.id)}.schema`;

/** Keeps what a side's schema is now, object by object, as what must not change while the cutover goes on. */
export const rememberSchema = async (database: Database, side: Side): Promise<void> => {
  const objects = await describeSchema(database[side], database.asset.schemas);
  await database.journal.drop(journalIdOf(database), side);
  await database.journal.append(journalIdOf(database), side, 0, [objects]);
};

export interface HeldSchema {
  /** `installed`, or what the guard lacks: then only the next look tells of a change. */
  readonly ddlGuard: string;
  /** Why nothing may go on from this side now; null where its schema is as it was, or none was kept. */
  readonly changed: string | null;
}

/**
 * Refuses DDL on a side from now on, until everything is taken away, and looks whether there was any since the schema was kept. Then the
 * guard is lifted, so that people can undo it; the next call puts it up again.
 */
export const holdSchema = async (database: Database, side: Side): Promise<HeldSchema> => {
  const { schemas } = database.asset;
  const guard = await installDdlGuard(database[side], schemas);
  const ddlGuard = guard.kind === 'installed' ? guard.kind : guard.reason;
  const kept = await keptObjects(database, side);
  if (kept === null) return { ddlGuard, changed: null };
  const objects = await describeSchema(database[side], schemas);
  const changes = changedObjects(kept, objects).map(
    ({ kind, name, change }) => `${kind} ${name} (${change})`,
  );
  if (changes.length === 0) return { ddlGuard, changed: null };
  await removeDdlGuard(database[side]);
  const more = changes.length > NAMED ? ` and ${changes.length - NAMED} more` : '';
  const named = `${changes.slice(0, NAMED).join(', ')}${more}`;
  return {
    ddlGuard,
    changed: `the schema of the ${side} is not what it was when it was checked: ${named}. Changes of it don't travel with the rows: undo them and retry, or cancel and begin anew`,
  };
};

/** The failure of a step that finds a changed schema. */
export const schemaChanged = ({ asset }: Database, { changed }: HeldSchema): StepResult | null =>
  changed === null ? null : failed('schema-changed', `${asset.id}: ${changed}`);

const keptObjects = async (database: Database, side: Side): Promise<readonly SchemaObject[] | null> => {
  for await (const line of database.journal.read(journalIdOf(database), side))
    return line as readonly SchemaObject[];
  return null;
};
