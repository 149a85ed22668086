// The files of a data folder as another process sees them: read-only, and never while the host starts, so that its own recovery
// of what a killed process left is what is tested.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import type { Cutover } from '../../shared/contracts/cutover';
import type { CausewayEvent } from '../../shared/contracts/event';
import type { Gate } from '../../shared/contracts/gate';
import type { Wave } from '../../shared/contracts/wave';

interface Documents {
  readonly wave: Wave;
  readonly cutover: Cutover;
  readonly event: CausewayEvent;
  readonly gate: Gate;
}

const OPEN_DELIVERIES = `select count(*) as found from deliveries d join subscriptions s on s.id = d.subscription_id where s.name <> ?`;

export class DataFiles {
  readonly #open: DatabaseSync[] = [];
  readonly #store: DatabaseSync;
  readonly #bus: DatabaseSync;
  readonly #engine: DatabaseSync;

  constructor(dataDir: string) {
    const open = (name: string): DatabaseSync => {
      const database = new DatabaseSync(join(dataDir, name), { readOnly: true, timeout: 10_000 });
      this.#open.push(database);
      return database;
    };
    this.#store = open('store.db');
    this.#bus = open('bus.db');
    this.#engine = open('engine.db');
  }

  close(): void {
    for (const database of this.#open) database.close();
  }

  all<T extends keyof Documents>(type: T): Documents[T][] {
    const rows = this.#store.prepare('select body from documents where type = ? order by sequence').all(type);
    return rows.map(({ body }) => JSON.parse(String(body)) as Documents[T]);
  }

  logEntries(): number {
    return this.#count(this.#store, `select count(*) as found from documents where type = 'log-entry'`);
  }

  events(): number {
    return this.#count(this.#store, `select count(*) as found from documents where type = 'event'`);
  }

  /** Messages the bus ever took. */
  published(): number {
    return this.#count(
      this.#bus,
      `select coalesce(max(seq), 0) as found from sqlite_sequence where name = 'messages'`,
    );
  }

  /** Deliveries still to be made, those to one subscription left out. */
  undelivered(except: string): number {
    return this.#count(this.#bus, OPEN_DELIVERIES, except);
  }

  deadLetters(): number {
    return this.#count(this.#bus, 'select count(*) as found from dead_letters');
  }

  episodes(): number {
    return this.#count(this.#engine, 'select coalesce(max(seq), 0) as found from episode');
  }

  #count(database: DatabaseSync, sql: string, ...parameters: SQLInputValue[]): number {
    return Number(database.prepare(sql).get(...parameters)?.['found']);
  }
}

/** Looks once and closes again. */
export function lookInto<T>(dataDir: string, look: (files: DataFiles) => T): T {
  if (!existsSync(join(dataDir, 'engine.db'))) throw new Error(`${dataDir} holds nothing yet`);
  const files = new DataFiles(dataDir);
  try {
    return look(files);
  } finally {
    files.close();
  }
}
