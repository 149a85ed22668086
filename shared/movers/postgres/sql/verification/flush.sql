-- Has the server write its log to disk up to here: nothing that isn't there is sent to a follower, and what a transaction still open
-- has written stays in memory until somebody commits. Marks a place in the log, changes nothing. No parameters.
SELECT pg_logical_emit_message(true, 'causeway', '');
