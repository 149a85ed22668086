-- Whether an index of a table begins with some columns, in any order, and indexes alone tell which rows of it and of another table there
-- are: nearly all pages are marked as visible to everybody. $1 text: table, $2 text[]: columns, $3 text: the other table; as a script
-- names them.
SELECT EXISTS (
         SELECT FROM pg_index i
         JOIN pg_class c ON c.oid = i.indexrelid
         JOIN pg_am m ON m.oid = c.relam AND m.amname = 'btree'
         WHERE i.indrelid = to_regclass($1) AND i.indisvalid AND i.indpred IS NULL
           AND (
             SELECT array_agg(quote_ident(a.attname) ORDER BY quote_ident(a.attname))
             FROM generate_series(0, cardinality($2::text[]) - 1) AS place
             JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[place]
           ) = (SELECT array_agg(name ORDER BY name) FROM unnest($2::text[]) AS name)
       )
   AND (
         SELECT bool_and(t.relallvisible >= 0.9 * t.relpages) FROM pg_class t WHERE t.oid IN (to_regclass($1), to_regclass($3))
       ) AS ordered
