import type { SQLInputValue, StatementSync } from 'node:sqlite';

/** An entity that exists. It has no state (JSON text) until it sets one. */
export interface EntityRow {
  readonly id: string;
  readonly state: string | null;
  readonly updatedAtMs: number;
}

/** One run of an orchestration: continue-as-new begins another. */
export interface InstanceRun {
  readonly instanceId: string;
  readonly executionId: string;
}

export interface EntityLock extends InstanceRun {
  readonly requestId: string;
}

/** What was sent to an entity or an instance and has not been taken in there. */
export interface StoredMessage {
  /** Messages are taken in this order. */
  readonly seq: number;
  readonly target: string;
  /** JSON text. */
  readonly body: string;
}

export interface EntityFilter {
  /** `@counter@` */
  readonly idPrefix: string;
  readonly updatedFromMs: number;
  readonly updatedToMs: number;
}

/** A condition on `id` that is given the prefix twice. SQLite counts characters where JavaScript counts halves of some. */
export const STARTS_WITH = 'substr(id, 1, length(?)) = ?';

/** Entities, their locks, and the messages under way. What is written belongs to the transaction around it. */
export class EntityStore {
  constructor(private readonly statement: (sql: string) => StatementSync) {}

  find(id: string): EntityRow | undefined {
    return this.get<EntityRow>('SELECT * FROM entity WHERE id = ?', id);
  }

  put({ id, state, updatedAtMs }: EntityRow): void {
    this.run(
      'INSERT OR REPLACE INTO entity (id, state, updatedAtMs) VALUES (?, ?, ?)',
      id,
      state,
      updatedAtMs,
    );
  }

  remove(id: string): void {
    this.run('DELETE FROM entity WHERE id = ?', id);
  }

  /** Entities with a state in the order of their ids, those after `afterId`. */
  list({ idPrefix, updatedFromMs, updatedToMs }: EntityFilter, afterId: string, limit: number): EntityRow[] {
    const sql = `SELECT * FROM entity WHERE id > ? AND ${STARTS_WITH} AND state IS NOT NULL
      AND updatedAtMs BETWEEN ? AND ? ORDER BY id LIMIT ?`;
    const from = afterId > idPrefix ? afterId : idPrefix;
    return this.all<EntityRow>(sql, from, idPrefix, idPrefix, updatedFromMs, updatedToMs, limit);
  }

  lockOf(entityId: string): EntityLock | undefined {
    return this.get<EntityLock>('SELECT * FROM entity_lock WHERE entity = ?', entityId);
  }

  lock(entityId: string, { requestId, instanceId, executionId }: EntityLock): void {
    const sql =
      'INSERT OR REPLACE INTO entity_lock (entity, requestId, instanceId, executionId) VALUES (?, ?, ?, ?)';
    this.run(sql, entityId, requestId, instanceId, executionId);
  }

  unlock(entityId: string): void {
    this.run('DELETE FROM entity_lock WHERE entity = ?', entityId);
  }

  locks(): (EntityLock & { readonly entity: string })[] {
    return this.all('SELECT * FROM entity_lock');
  }

  /** Ids of the entities that an instance has locked, in whichever run. */
  lockedBy(instanceId: string): string[] {
    const rows = this.all<{ entity: string }>(
      'SELECT entity FROM entity_lock WHERE instanceId = ?',
      instanceId,
    );
    return rows.map(({ entity }) => entity);
  }

  /** Returns the message's place in the order. */
  addMessage(target: string, body: string): number {
    const { lastInsertRowid } = this.statement('INSERT INTO message (target, body) VALUES (?, ?)').run(
      target,
      body,
    );
    return Number(lastInsertRowid);
  }

  removeMessage(seq: number): void {
    this.run('DELETE FROM message WHERE seq = ?', seq);
  }

  messages(): StoredMessage[] {
    return this.all('SELECT * FROM message ORDER BY seq');
  }

  messagesTo(target: string): StoredMessage[] {
    return this.all('SELECT * FROM message WHERE target = ? ORDER BY seq', target);
  }

  private run(sql: string, ...values: SQLInputValue[]): void {
    this.statement(sql).run(...values);
  }

  private get<T>(sql: string, ...values: SQLInputValue[]): T | undefined {
    return this.statement(sql).get(...values) as T | undefined;
  }

  private all<T>(sql: string, ...values: SQLInputValue[]): T[] {
    return this.statement(sql).all(...values) as unknown as T[];
  }
}
