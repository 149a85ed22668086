-- Begins a transaction that writes as replication does: no fence, no trigger, no foreign key stands in its way.
-- :timeout ms to wait for a lock.
BEGIN;
SET LOCAL lock_timeout = :timeout;
SET LOCAL idle_in_transaction_session_timeout = '60s';
SET LOCAL session_replication_role = replica;
