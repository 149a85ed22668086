-- What an offline copy remembers on the target, beside what it copied: a row is there exactly if its data is.
CREATE SCHEMA IF NOT EXISTS causeway;
CREATE TABLE IF NOT EXISTS causeway.offline_pass (
  migration_id text PRIMARY KEY,
  pass int NOT NULL
);
CREATE TABLE IF NOT EXISTS causeway.offline_piece (
  migration_id text,
  pass int,
  part int,
  piece int,
  rows bigint NOT NULL DEFAULT 0,
  bytes bigint NOT NULL DEFAULT 0,
  copied_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (migration_id, pass, part, piece)
);
CREATE TABLE IF NOT EXISTS causeway.offline_step (
  migration_id text,
  pass int,
  step text,
  done_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (migration_id, pass, step)
);
