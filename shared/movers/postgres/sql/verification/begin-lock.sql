-- Begins a transaction that holds rows still, and lets them go where whoever holds them is not heard of any more.
-- :timeout ms to wait for a lock.
BEGIN;
SET LOCAL lock_timeout = :timeout;
SET LOCAL idle_in_transaction_session_timeout = '60s';
