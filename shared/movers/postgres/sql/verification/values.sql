-- All columns of some rows as text, each cut at a million characters; of equal rows only one.
-- :identity text[], :texts text[], :relation, :condition with its parameters $1…
SELECT DISTINCT ON (id) id, texts
FROM (SELECT :identity AS id, :texts AS texts FROM :relation AS t WHERE :condition OFFSET 0) AS found
ORDER BY id;
