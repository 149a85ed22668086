-- $1 text[]: schemas. Returns kind, path, facts, words: functions, procedures and aggregates, told apart by their arguments.
SELECT
  'function' AS kind,
  ARRAY[n.nspname, p.proname, pg_get_function_identity_arguments(p.oid)]::text[] AS path,
  jsonb_build_object(
    'kind', p.prokind,
    'arguments', pg_get_function_arguments(p.oid),
    'result', pg_get_function_result(p.oid),
    'language', l.lanname,
    'volatility', p.provolatile,
    'strict', p.proisstrict,
    'securityDefiner', p.prosecdef,
    'leakproof', p.proleakproof,
    'parallel', p.proparallel,
    'settings', (SELECT jsonb_agg(o ORDER BY o) FROM unnest(p.proconfig) o),
    'source', p.prosrc,
    'aggregate', (
      SELECT jsonb_build_object(
        'transition', a.aggtransfn::text,
        'final', a.aggfinalfn::text,
        'combine', a.aggcombinefn::text,
        'state', format_type(a.aggtranstype, NULL),
        'initial', a.agginitval
      )
      FROM pg_aggregate a
      WHERE a.aggfnoid = p.oid
    )
  ) AS facts,
  CASE WHEN p.prokind IN ('f', 'p', 'w') THEN pg_get_functiondef(p.oid) END AS words
FROM pg_proc p
JOIN pg_namespace n ON n.oid = p.pronamespace
JOIN pg_language l ON l.oid = p.prolang
WHERE n.nspname = ANY ($1::text[])
  AND NOT EXISTS (
    SELECT FROM pg_depend d
    WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype IN ('e', 'i')
  )
