-- Behind the last change that anybody can see by now. Right behind a page's header nothing was written yet: the page before counts,
-- because that is as far as a follower gets to.
SELECT (wal.at - CASE
    WHEN wal.at % setting.segment = 40 THEN 40
    WHEN wal.at % 8192 = 24 THEN 24
    ELSE 0
  END + '0/0'::pg_lsn)::text AS lsn
FROM (SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn AS at) AS wal,
  (SELECT pg_size_bytes(current_setting('wal_segment_size')) AS segment) AS setting;
