import type { DatabaseSync } from 'node:sqlite';
import { isJson } from './episode-form';
import type { Report } from './finding';

/** Checks that the states of entities and the messages under way can be read. A lock may outlive its orchestration. */
export const checkEntities = (db: DatabaseSync, report: Report): void => {
  for (const { id, state } of db.prepare('SELECT id, state FROM entity').iterate()) {
    if (state !== null && !isJson(String(state)))
      report({ code: 'value-unreadable', instance: String(id), message: 'its state is no JSON' });
  }
  for (const { seq, target, body } of db.prepare('SELECT * FROM message').iterate()) {
    if (!isJson(String(body)))
      report({
        code: 'value-unreadable',
        instance: String(target),
        message: `message ${String(seq)} to it is no JSON`,
      });
  }
};
