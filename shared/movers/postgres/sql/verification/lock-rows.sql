-- Rows that nobody may change until the transaction ends, all columns that can be written as text.
-- :identity text[], :writable text[], :relation, :condition with its parameters $1…
SELECT :identity AS id, :writable AS texts
FROM :relation AS t
WHERE :condition
FOR UPDATE OF t;
