-- What was made on the target, in a schema of its own: it outlives replication, so that a cancelled migration can take it away.
CREATE SCHEMA IF NOT EXISTS causeway_schema;
CREATE TABLE IF NOT EXISTS causeway_schema.script (
  migration_id text PRIMARY KEY,
  -- DROP statements of what was there before; null where the script is empty and makes nothing.
  there_before text[],
  schemas text[] NOT NULL,
  made_at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE IF NOT EXISTS causeway_schema.statement (
  migration_id text NOT NULL,
  position integer NOT NULL,
  phase text NOT NULL,
  beside boolean NOT NULL,
  -- Emptied once it is done: statements may hold passwords of other servers.
  sql text NOT NULL,
  done_at timestamptz,
  PRIMARY KEY (migration_id, position)
);
CREATE TABLE IF NOT EXISTS causeway_schema.made_role (
  migration_id text NOT NULL,
  name text NOT NULL,
  PRIMARY KEY (migration_id, name)
)
