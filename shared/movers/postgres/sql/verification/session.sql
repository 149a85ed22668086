-- What a session is set to so that two servers write equal values alike, besides what every connection is pinned to; and so that
-- reading everything takes no more than one core of a server that others need. No parameters, returns nothing.
SET extra_float_digits = 3;
SET bytea_output = 'hex';
SET lc_monetary = 'C';
SET lc_numeric = 'C';
SET lc_time = 'C';
SET xmlbinary = 'base64';
SET quote_all_identifiers = off;
SET array_nulls = on;
-- A row that a policy hides is an error, not a row that isn't there.
SET row_security = off;
SET jit = off;
SET max_parallel_workers_per_gather = 0;
