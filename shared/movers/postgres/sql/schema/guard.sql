-- Refuses DDL in the schemas whose names stand in the placeholder, but for Causeway's own sessions; what only renews indexes or views
-- goes on. Repeatable; in one transaction.
CREATE SCHEMA IF NOT EXISTS causeway;
CREATE OR REPLACE FUNCTION causeway.refuse_ddl() RETURNS event_trigger
LANGUAGE plpgsql SET search_path = pg_catalog AS $guard$
DECLARE
  schemas CONSTANT text[] := :schemas;
  object record;
BEGIN
  IF current_setting('application_name') LIKE 'causeway %' THEN
    RETURN;
  END IF;
  IF tg_event = 'sql_drop' THEN
    FOR object IN SELECT schema_name, object_type, object_name, object_identity FROM pg_event_trigger_dropped_objects() LOOP
      IF object.schema_name = ANY (schemas) OR (object.object_type = 'schema' AND object.object_name = ANY (schemas)) THEN
        RAISE EXCEPTION 'this database is being migrated: % may not be dropped now', object.object_identity
          USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Change the schema before or after the migration.';
      END IF;
    END LOOP;
    RETURN;
  END IF;
  FOR object IN
    SELECT c.command_tag, c.object_identity, COALESCE(c.schema_name, n.nspname) AS schema_name
    FROM pg_event_trigger_ddl_commands() c
    LEFT JOIN pg_namespace n ON c.classid = 'pg_namespace'::regclass AND n.oid = c.objid
  LOOP
    IF object.schema_name = ANY (schemas)
      AND object.command_tag NOT IN ('REFRESH MATERIALIZED VIEW', 'REINDEX', 'CLUSTER', 'ANALYZE')
    THEN
      RAISE EXCEPTION 'this database is being migrated: % is refused for %', object.command_tag, object.object_identity
        USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Change the schema before or after the migration.';
    END IF;
  END LOOP;
END
$guard$;
DROP EVENT TRIGGER IF EXISTS causeway_guard_end;
DROP EVENT TRIGGER IF EXISTS causeway_guard_drop;
CREATE EVENT TRIGGER causeway_guard_end ON ddl_command_end EXECUTE FUNCTION causeway.refuse_ddl();
CREATE EVENT TRIGGER causeway_guard_drop ON sql_drop EXECUTE FUNCTION causeway.refuse_ddl()
