-- $1 text: the schemas as the guard's function names them. Returns stands: whether the whole guard is there, enabled, for them.
SELECT count(*) = 2 AS stands
FROM pg_event_trigger t
JOIN pg_proc p ON p.oid = t.evtfoid
WHERE t.evtname IN ('causeway_guard_end', 'causeway_guard_drop')
  AND t.evtenabled = 'O'
  AND strpos(p.prosrc, $1) > 0
