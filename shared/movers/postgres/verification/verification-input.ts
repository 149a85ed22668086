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

/** Which verification's rows are sent again. */
export interface ResendInput extends VerificationInput {
  /** Numbers the orders to do so: the same one goes on or returns what it did, another one sends them once more. */
  readonly order: number;
  readonly budgetMs: number;
}

export interface ResendResult {
  /** `done`: every row had its turn. `budget`: call again. `interrupted`: a command waits, or the claim is lost. */
  readonly end: 'done' | 'budget' | 'interrupted';
  /** Rows that differed and were recorded one by one, all tables together. */
  readonly wantedRows: number;
  readonly resentRows: number;
  readonly deletedRows: number;
  readonly tables: readonly {
    readonly table: string;
    readonly resentRows: number;
    readonly deletedRows: number;
  }[];
  /** Rows that still differ after they were sent again. */
  readonly leftRows: number;
  /** The first 20 of them. */
  readonly left: readonly RowDifference[];
  /** Tables that were left as they are, and why: a right is missing, a lock was not to be had, a constraint stands against it. */
  readonly refused: readonly { readonly table: string; readonly reason: string }[];
}
