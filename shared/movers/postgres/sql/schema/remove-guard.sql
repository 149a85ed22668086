-- Removes the guard against DDL, and the schema that it lived in unless something else is in there. Repeatable.
DROP EVENT TRIGGER IF EXISTS causeway_guard_end;
DROP EVENT TRIGGER IF EXISTS causeway_guard_drop;
DO $$
BEGIN
  IF to_regnamespace('causeway') IS NOT NULL THEN
    DROP FUNCTION IF EXISTS causeway.refuse_ddl();
    BEGIN
      DROP SCHEMA causeway;
    EXCEPTION WHEN dependent_objects_still_exist OR insufficient_privilege THEN
      NULL;
    END;
  END IF;
END $$
