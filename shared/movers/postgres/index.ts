export type { Direction, PostgresContext } from './postgres-context';
export { blamedConnection } from './connect/blamed-connection';
export { armSwitch, disarmSwitch } from './replication/arm-switch';
export { migrationStates } from './replication/migration-states';
export type { Refusal, SwitchOutcome } from './replication/outcomes';
export { pauseReplication, resumeReplication } from './replication/pause-replication';
export { directionOf, otherSide, servingSide } from './replication/replication-context';
export { replicationStatus, type ReplicationStatus } from './replication/replication-status';
export type { SlotHealth } from './replication/slot-health';
export { startReplication } from './replication/start-replication';
export { stopReplication } from './replication/stop-replication';
export { switchOver } from './replication/switch-over';
export { unfence } from './replication/unfence';
export { watchSlots } from './replication/watch-slots';
export { createRest, createTables, forgetSchema, removeSchema } from './schema/apply-schema';
export { installDdlGuard, removeDdlGuard } from './schema/ddl-guard';
export { refreshViews } from './schema/refresh-views';
export type { SchemaOutcome } from './schema/schema-outcomes';
export type { MigrationState } from './state/migration-state';
export { changedObjects, type SchemaObject } from './schema/compare-catalogues';
export { describeSchema } from './schema/describe-schema';
export { tryCopy } from './trial/try-copy';
export { readDifferences } from './verification/read-differences';
export { planVerification } from './verification/plan-verification';
export { resendRows } from './verification/resend-rows';
export { runReportsOnBoth } from './verification/run-reports-on-both';
export type {
  ResendInput,
  ResendResult,
  VerificationInput,
  VerifyDatabaseInput,
  VerifyDatabaseResult,
} from './verification/verification-input';
export { verifyDatabase } from './verification/verify-database';
export { backUpDatabase, backUpServingDatabase } from './offline/back-up-database';
export type { DatabaseBackupResult } from './offline/backup-input';
export { copyDatabasePart } from './offline/copy-database-part';
export { enumerateDatabase } from './offline/enumerate-database';
export { fenceDatabase, unfenceDatabase } from './offline/fence-database';
export type { FenceDatabaseResult } from './offline/fence-state';
export { finishDatabasePass } from './offline/finish-database-pass';
export type { OfflineContext, OfflineProgress } from './offline/offline-context';
export { preflight } from './preflight/preflight';
export { restoreDatabaseBackup } from './offline/restore-database-backup';
export { forgetOffline } from './offline/forget-offline';
