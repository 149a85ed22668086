-- Everything replication keeps in a database, in its own schema. Repeatable; no parameters, returns nothing.
CREATE SCHEMA IF NOT EXISTS causeway;

-- One row a migration. Whoever changes it names what it was (compare and set), in the session that holds the migration's lock.
CREATE TABLE IF NOT EXISTS causeway.state (
  migration_id text PRIMARY KEY,
  epoch integer NOT NULL,
  phase text NOT NULL,
  detail jsonb NOT NULL DEFAULT '{}',
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What is replicated (published) or only fenced: a statement's triggers are those of the table it names, so partitioned parents count.
CREATE TABLE IF NOT EXISTS causeway.followed_table (
  migration_id text NOT NULL,
  schema_name text NOT NULL,
  table_name text NOT NULL,
  published boolean NOT NULL,
  -- Its replica identity before, where it was changed to FULL.
  identity_before "char",
  -- Locked in this order. Where writers and the locks waited for each other, the table that was waited for comes first the next time.
  lock_rank integer NOT NULL DEFAULT 0,
  PRIMARY KEY (migration_id, schema_name, table_name)
);

CREATE OR REPLACE FUNCTION causeway.refuse_write() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'this database takes no writes now: the other side of its migration serves'
    USING ERRCODE = 'read_only_sql_transaction', HINT = 'Connect again where the application is sent.';
END $$;

CREATE OR REPLACE FUNCTION causeway.change_state(
  migration text, from_epoch integer, from_phase text, to_epoch integer, to_phase text, new_detail jsonb
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  UPDATE causeway.state SET epoch = to_epoch, phase = to_phase, detail = new_detail, changed_at = clock_timestamp()
  WHERE migration_id = migration AND epoch = from_epoch AND phase = from_phase;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the migration is no longer in epoch %, phase %', from_epoch, from_phase
      USING ERRCODE = 'object_not_in_prerequisite_state';
  END IF;
END $$;

CREATE OR REPLACE FUNCTION causeway.lock_tables(migration text, lock_mode text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  tables text;
BEGIN
  SELECT string_agg(format('ONLY %I.%I', schema_name, table_name), ', ' ORDER BY lock_rank, schema_name, table_name) INTO tables
  FROM causeway.followed_table WHERE migration_id = migration;
  IF tables IS NOT NULL THEN
    EXECUTE format('LOCK TABLE %s IN %s MODE', tables, lock_mode);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION causeway.set_fence(migration text, enabled boolean) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  followed record;
BEGIN
  FOR followed IN
    SELECT schema_name, table_name FROM causeway.followed_table WHERE migration_id = migration
    ORDER BY schema_name, table_name
  LOOP
    EXECUTE format(
      'ALTER TABLE ONLY %I.%I %s TRIGGER causeway_fence',
      followed.schema_name, followed.table_name, CASE WHEN enabled THEN 'ENABLE' ELSE 'DISABLE' END
    );
  END LOOP;
END $$;

-- Whether a row written on the other side has arrived, waiting for it here: a poll over the network would cost its way each time.
CREATE OR REPLACE FUNCTION causeway.await_token(beat_table text, beat_kind text, sent text, timeout_ms integer)
RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  deadline timestamptz := clock_timestamp() + timeout_ms * interval '1 millisecond';
  arrived boolean;
BEGIN
  LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM causeway.%I WHERE kind = $1 AND token = $2)', beat_table)
      INTO arrived USING beat_kind, sent;
    IF arrived OR clock_timestamp() > deadline THEN
      RETURN arrived;
    END IF;
    PERFORM pg_sleep(0.001);
  END LOOP;
END $$;

-- Once the sentinel is here, everything that opens this side but the commit. Answers up to where the log has what came from the other
-- side: all of that was inserted before it became visible, and is flushed with this transaction. Null where no sentinel came.
CREATE OR REPLACE FUNCTION causeway.prepare_opening(
  migration text, beat_table text, sentinel text, timeout_ms integer, new_epoch integer, new_detail jsonb
) RETURNS pg_lsn LANGUAGE plpgsql AS $$
DECLARE
  cut_lsn pg_lsn;
BEGIN
  IF causeway.await_token(beat_table, 'cut', sentinel, timeout_ms) THEN
    cut_lsn := pg_current_wal_insert_lsn();
    PERFORM causeway.change_state(
      migration, new_epoch - 1, 'armed', new_epoch, 'open', new_detail || jsonb_build_object('cutLsn', cut_lsn)
    );
    PERFORM causeway.set_fence(migration, false);
  END IF;
  RETURN cut_lsn;
END $$;

-- Whether a write on a followed table, by one role that has the right to it, is refused by the fence. Whatever it writes is rolled
-- back; where not `really`, it touches no row. What fails otherwise got past the fence: its trigger comes first.
CREATE OR REPLACE FUNCTION causeway.try_write(
  role_name text, schema_name text, table_name text, really boolean, OUT verdict text, OUT detail text
) LANGUAGE plpgsql AS $$
DECLARE
  relation oid := format('%I.%I', schema_name, table_name)::regclass;
  writer text := coalesce(role_name, current_user);
BEGIN
  detail := format('%s on %I.%I', writer, schema_name, table_name);
  BEGIN
    IF role_name IS NOT NULL THEN
      EXECUTE format('SET LOCAL ROLE %I', role_name);
    END IF;
    IF has_table_privilege(writer, relation, 'DELETE') AND has_table_privilege(writer, relation, 'SELECT') THEN
      EXECUTE format('DELETE FROM %I.%I WHERE $1 AND ctid = ''(0,1)''', schema_name, table_name) USING really;
    ELSIF has_table_privilege(writer, relation, 'DELETE') THEN
      EXECUTE format('DELETE FROM %I.%I WHERE false', schema_name, table_name);
    ELSIF has_any_column_privilege(writer, relation, 'UPDATE') THEN
      EXECUTE format('UPDATE %I.%I SET %I = DEFAULT WHERE false', schema_name, table_name,
        (SELECT attname FROM pg_attribute WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
           AND has_column_privilege(writer, relation, attnum, 'UPDATE') LIMIT 1));
    ELSIF really THEN
      EXECUTE format('INSERT INTO %I.%I DEFAULT VALUES', schema_name, table_name);
    END IF;
    RAISE EXCEPTION 'written' USING ERRCODE = 'CW001';
  EXCEPTION
    WHEN read_only_sql_transaction THEN verdict := 'fenced';
    WHEN transaction_rollback OR insufficient_resources OR object_not_in_prerequisite_state OR operator_intervention OR lock_not_available THEN
      RAISE;
    WHEN OTHERS THEN verdict := 'open';
  END;
END $$;

-- A write as each role (null: the connection's own) on up to 20 tables it may write to, the state of the trigger on every table, and
-- settings that would take a role past it.
CREATE OR REPLACE FUNCTION causeway.prove_fence(migration text, roles text[], really boolean)
RETURNS TABLE (verdict text, detail text) LANGUAGE plpgsql AS $$
BEGIN
  RETURN QUERY
    SELECT tried.verdict, tried.detail
    FROM unnest(roles || ARRAY[NULL::text]) AS asked (role_name)
    CROSS JOIN LATERAL (
      SELECT f.schema_name, f.table_name
      FROM causeway.followed_table f
      JOIN pg_class c ON c.oid = to_regclass(format('%I.%I', f.schema_name, f.table_name))
      WHERE f.migration_id = migration AND NOT c.relhasrules
        AND has_schema_privilege(coalesce(asked.role_name, current_user), c.relnamespace, 'USAGE')
        AND (has_table_privilege(coalesce(asked.role_name, current_user), c.oid, 'DELETE, INSERT')
          OR has_any_column_privilege(coalesce(asked.role_name, current_user), c.oid, 'UPDATE'))
      ORDER BY f.schema_name, f.table_name LIMIT 20
    ) AS tables
    CROSS JOIN LATERAL causeway.try_write(asked.role_name, tables.schema_name, tables.table_name, really) AS tried;
  RETURN QUERY
    SELECT 'open', format('the fence is not enabled on %I.%I', f.schema_name, f.table_name)
    FROM causeway.followed_table f
    LEFT JOIN pg_trigger t ON t.tgrelid = to_regclass(format('%I.%I', f.schema_name, f.table_name))
      AND t.tgname = 'causeway_fence'
    WHERE f.migration_id = migration AND t.tgenabled IS DISTINCT FROM 'O';
  RETURN QUERY
    SELECT 'open', format('role %s is set to %s', r.rolname, setting)
    FROM pg_db_role_setting s
    JOIN pg_roles r ON r.oid = s.setrole OR s.setrole = 0
    CROSS JOIN unnest(s.setconfig) AS setting
    WHERE r.rolname = ANY (roles || current_user::text) AND s.setdatabase IN (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
      AND setting IN ('session_replication_role=replica', 'session_replication_role=local');
END $$;

-- A password in a statement that fails would be told with it, to the client and to the server's log.
CREATE OR REPLACE FUNCTION causeway.subscribe(subscription text, connection text, publication text, options text)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('CREATE SUBSCRIPTION %I CONNECTION %L PUBLICATION %I WITH (%s)', subscription, connection, publication, options);
EXCEPTION WHEN OTHERS THEN
  RAISE EXCEPTION USING ERRCODE = SQLSTATE, MESSAGE = CASE
    WHEN SQLSTATE = '42601' AND SQLERRM LIKE '%connection string%' THEN 'the connection string for the other server is not one of libpq'
    ELSE replace(SQLERRM, connection, '…') END;
END $$;

-- Of the sequences in these schemas (none named: all but the system's), those that were used.
CREATE OR REPLACE FUNCTION causeway.sequence_values(schemas text[]) RETURNS jsonb LANGUAGE plpgsql AS $$
BEGIN
  RETURN (
    SELECT coalesce(jsonb_object_agg(format('%I.%I', n.nspname, c.relname), last.value::text) FILTER (WHERE last.value IS NOT NULL), '{}')
    FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    CROSS JOIN LATERAL (
      SELECT CASE WHEN c.relpersistence = 'p' THEN pg_sequence_last_value(s.seqrelid) END AS value
    ) AS last
    WHERE n.nspname NOT IN ('causeway', 'pg_catalog', 'information_schema')
      AND (cardinality(schemas) = 0 OR n.nspname = ANY (schemas))
  );
END $$;

-- Puts sequences ahead of what the other side has given out, by 32 steps of its sessions' caches; never back.
CREATE OR REPLACE FUNCTION causeway.advance_sequences(given jsonb) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM setval(s.seqrelid::regclass, ahead.value)
  FROM jsonb_each_text(given) AS other (name, value)
  JOIN pg_sequence s ON s.seqrelid = to_regclass(other.name)
  CROSS JOIN LATERAL (
    SELECT greatest(s.seqmin, least(s.seqmax, other.value::numeric + 32 * s.seqincrement::numeric * s.seqcache))::bigint AS value
  ) AS ahead
  WHERE s.seqcycle OR pg_sequence_last_value(s.seqrelid) IS NULL
    OR CASE WHEN s.seqincrement > 0 THEN pg_sequence_last_value(s.seqrelid) < ahead.value
         ELSE pg_sequence_last_value(s.seqrelid) > ahead.value END;
END $$;
