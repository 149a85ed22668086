-- $1 text: migration. $2 text[]: statements, $3 text[]: their phases, $4 boolean[]: whether they run beside each other; in order.
INSERT INTO causeway_schema.statement (migration_id, position, phase, beside, sql)
SELECT $1, s.position, s.phase, s.beside, s.sql
FROM unnest($2::text[], $3::text[], $4::boolean[]) WITH ORDINALITY AS s (sql, phase, beside, position)
