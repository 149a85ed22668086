-- Marks the transaction's changes as having come from elsewhere, so that nobody sends them back. No parameters.
SELECT pg_replication_origin_create('causeway_resend');
SELECT pg_replication_origin_session_setup('causeway_resend');
