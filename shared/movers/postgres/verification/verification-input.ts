import type {
  RowDifference,
  VerificationMode,
  VerificationReport,
} from '../../../contracts/postgres-verification';

/** Which comparison is meant: the same names go on with it or return what it found. */
export interface VerificationInput {
  /** Tells who serves, as replication counts them: 0 the source, 1 the target after a cutover, 2 the source after a failback. */
  readonly epoch: number;
  readonly mode: VerificationMode;
  /** Another look at the same epoch; 1 unless given. */
  readonly round?: number;
}

export interface VerifyDatabaseInput extends VerificationInput {
  /** No new chunk is begun after that. */
  readonly budgetMs: number;
}

export interface VerifyDatabaseResult {
  /** `done`: the report is whole. `budget`: call again. `interrupted`: a command waits, or the claim is lost. */
  readonly end: 'done' | 'budget' | 'interrupted';
  /** Why nothing is read at the moment; null where it goes on. */
  readonly pausedBy: 'lag' | 'load' | null;
  readonly report: VerificationReport;
}

export interface ResendResult {
  readonly resentRows: number;
  readonly deletedRows: number;
  /** What still differs after it was sent again. */
  readonly left: readonly RowDifference[];
  /** Tables that were left as they are, and why: a right is missing, a lock was not to be had, a constraint stands against it. */
  readonly refused: readonly { readonly table: string; readonly reason: string }[];
}
