-- Takes the mark away within the same transaction: nothing of it is left, whatever happens. No parameters.
SELECT pg_replication_origin_session_reset();
SELECT pg_replication_origin_drop('causeway_resend');
