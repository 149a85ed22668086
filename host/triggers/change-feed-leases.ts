import type { FileFormat } from '../../shared/adapters/sqlite/open-database';
import { openDatabase } from '../../shared/adapters/sqlite/open-database';

const FORMAT: FileFormat = {
  kind: 'change feed position',
  applicationId: 0x43576366,
  version: 1,
  schema: `
    create table leases (
      function_name text not null,
      container text not null,
      position text not null,
      primary key (function_name, container)
    ) strict, without rowid;
  `,
};

/** How far each function has read each container. */
export interface ChangeFeedLeases {
  /** Null before the function's first start. */
  read(functionName: string, container: string): string | null;
  write(functionName: string, container: string, position: string): void;
  close(): void;
}

export const openLeases = (path: string): ChangeFeedLeases => {
  const db = openDatabase(path, FORMAT);
  const select = db.prepare('select position from leases where function_name = ? and container = ?');
  const upsert = db.prepare(
    `insert into leases (function_name, container, position) values (?, ?, ?)
     on conflict (function_name, container) do update set position = excluded.position`,
  );
  return {
    read: (functionName, container) => {
      const row = select.get(functionName, container);
      return row === undefined ? null : String(row['position']);
    },
    write: (functionName, container, position) => {
      upsert.run(functionName, container, position);
    },
    close: () => db.close(),
  };
};
