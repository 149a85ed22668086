-- Of the tables named, those that are there, and what stands in the way of loading them.
-- $1 text[]: schemas, $2 text[]: names, side by side.
SELECT n.nspname AS schema,
       c.relname AS name,
       EXISTS (
         SELECT FROM pg_constraint k
         WHERE k.contype = 'f' AND k.confrelid = c.oid AND k.conrelid <> c.oid
       ) AS referenced,
       EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid AND g.tgenabled IN ('O', 'A')) AS "hasTriggers",
       EXISTS (
         SELECT FROM pg_depend d
         WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'
       ) AS "ofExtension"
FROM unnest($1::text[], $2::text[]) AS wanted (schema, name)
JOIN pg_namespace n ON n.nspname = wanted.schema
JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name AND c.relkind = 'r';
