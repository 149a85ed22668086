-- One line a row of a part of a table: what names it (its key, or without one its hash), how often it is there, and its content hashed.
-- :identity text[], :hash, :relation, :condition with its parameters $1…
SELECT id, count(*)::int AS copies, sum(hashint8extended(h, 0))::text || '/' || sum(hashint8extended(h, 1))::text AS content
FROM (SELECT :identity AS id, :hash AS h FROM :relation AS t WHERE :condition OFFSET 0) AS hashed
GROUP BY id;
