import type { FileFormat } from '../../shared/adapters/sqlite/open-database';
import { openDatabase } from '../../shared/adapters/sqlite/open-database';

/** Where a timer stands; `nextMs` in the past is a run that was missed, or did not end. */
export interface TimerStatus {
  /** Null before the first run. */
  readonly lastMs: number | null;
  readonly nextMs: number;
  readonly updatedMs: number;
}

const FORMAT: FileFormat = {
  kind: 'timer status',
  applicationId: 0x43577469,
  version: 1,
  schema: `
    create table timers (
      function_name text primary key,
      schedule text not null,
      last_ms integer,
      next_ms integer not null,
      updated_ms integer not null
    ) strict, without rowid;
  `,
};

export interface TimerStatusFile {
  /** Null where the function has none, or has it for another schedule. */
  read(functionName: string, schedule: string): TimerStatus | null;
  write(functionName: string, schedule: string, status: TimerStatus): void;
  close(): void;
}

export const openTimerStatus = (path: string): TimerStatusFile => {
  const db = openDatabase(path, FORMAT);
  const select = db.prepare(
    'select last_ms, next_ms, updated_ms from timers where function_name = ? and schedule = ?',
  );
  const upsert = db.prepare(
    `insert into timers (function_name, schedule, last_ms, next_ms, updated_ms) values (?, ?, ?, ?, ?)
     on conflict (function_name) do update set schedule = excluded.schedule, last_ms = excluded.last_ms,
       next_ms = excluded.next_ms, updated_ms = excluded.updated_ms`,
  );
  return {
    read: (functionName, schedule) => {
      const row = select.get(functionName, schedule);
      if (row === undefined) return null;
      const lastMs = row['last_ms'] === null ? null : Number(row['last_ms']);
      return { lastMs, nextMs: Number(row['next_ms']), updatedMs: Number(row['updated_ms']) };
    },
    write: (functionName, schedule, { lastMs, nextMs, updatedMs }) => {
      upsert.run(functionName, schedule, lastMs, nextMs, updatedMs);
    },
    close: () => db.close(),
  };
};
