import type { DatabaseSync } from 'node:sqlite';
import type { InstanceRow } from '../engine-store';
import { MIGRATIONS } from '../schema-migrations';
import { checkEntities } from './check-entities';
import { checkHistory, type StoredEpisode } from './check-history';
import { isJson } from './episode-form';
import type { Report } from './finding';

export interface EngineContents {
  readonly schemaVersion: number;
  /** How many instances there are, by status. */
  readonly instances: Readonly<Record<string, number>>;
  readonly episodes: number;
}

/** Task of a parent to the child's id, by the parent's execution. */
type Children = Map<string, ReadonlyMap<number, string>>;

/** Checks what the durable engine stored, and says what there is. Null where it is in a form this program does not know. */
export const checkEngineFile = (db: DatabaseSync, report: Report): EngineContents | null => {
  const schemaVersion = Number(db.prepare('PRAGMA user_version').get()?.user_version);
  if (schemaVersion !== MIGRATIONS.length) {
    const known = `this program knows ${MIGRATIONS.length}`;
    report({ code: 'schema-version', message: `its schema version is ${schemaVersion}; ${known}` });
    return null;
  }
  const children: Children = new Map();
  const instances: Record<string, number> = {};
  for (const row of allInstances(db)) {
    instances[row.status] = (instances[row.status] ?? 0) + 1;
    checkInstance(db, row, children, report);
  }
  for (const row of allInstances(db)) checkParent(db, row, children, report);
  checkOrphans(db, report);
  checkEntities(db, report);
  const episodes = Number(db.prepare('SELECT count(*) AS count FROM episode').get()?.count);
  return { schemaVersion, instances, episodes };
};

const allInstances = (db: DatabaseSync): Iterable<InstanceRow> =>
  db.prepare('SELECT * FROM instance ORDER BY no').iterate() as unknown as Iterable<InstanceRow>;

const checkInstance = (db: DatabaseSync, row: InstanceRow, children: Children, report: Report): void => {
  const instance = row.id;
  for (const column of ['input', 'output', 'customStatus'] as const) {
    const text = row[column];
    if (text !== null && !isJson(text))
      report({ code: 'value-unreadable', instance, message: `its ${column} is no JSON` });
  }
  const episodes = db.prepare('SELECT seq, body FROM episode WHERE instance = ? ORDER BY seq').all(row.no);
  const found = checkHistory(row, episodes as unknown as StoredEpisode[]);
  for (const message of found.problems) report({ code: 'history-broken', instance, message });
  if (found.children.size > 0) children.set(row.executionId, found.children);
};

/** A parent that was purged, or began again, knows nothing of the child any more. */
const checkParent = (db: DatabaseSync, row: InstanceRow, children: Children, report: Report): void => {
  const { id: instance, parentId, parentExecutionId, parentTaskId } = row;
  const broken = (message: string): void => report({ code: 'reference-broken', instance, message });
  const named = [parentId, parentExecutionId, parentTaskId].filter((part) => part !== null).length;
  if (named === 0) return;
  if (named < 3) return broken('its parent is named only in part');
  const parent = db.prepare('SELECT executionId FROM instance WHERE id = ?').get(parentId);
  if (parent === undefined || parent.executionId !== parentExecutionId) return;
  if (children.get(parentExecutionId ?? '')?.get(parentTaskId ?? -1) !== instance)
    broken(`its parent '${parentId}' did not start it as task ${parentTaskId}`);
};

const checkOrphans = (db: DatabaseSync, report: Report): void => {
  const sql =
    'SELECT instance, count(*) AS count FROM episode WHERE instance NOT IN (SELECT no FROM instance) GROUP BY instance';
  for (const { instance, count } of db.prepare(sql).iterate()) {
    const message = `${String(count)} episodes belong to instance number ${String(instance)}, which does not exist`;
    report({ code: 'reference-broken', message });
  }
};
