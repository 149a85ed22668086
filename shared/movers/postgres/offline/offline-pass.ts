import type { PassSummary } from '../../../contracts/transfer';
import type { SchemaOutcome } from '../schema/schema-outcomes';
import type { CallEnd } from './offline-context';
import type { SourceMark } from './source-mark';

/** One copy of a whole database. */
export interface DatabasePass {
  /** 1, 2, …: a greater one begins anew and empties what the one before left on the target. */
  readonly pass: number;
}

/** What there is to copy: rows are the source's own estimate, bytes those of its heap. */
export interface DatabasePassContent {
  readonly parts: number;
  readonly tables: number;
  /** Transactions that copy them. */
  readonly pieces: number;
  readonly items: number;
  readonly bytes: number;
}

/** Where the source stood before its first row was read. */
export interface StartedPass {
  readonly at: string;
  readonly mark: SourceMark;
}

export type EnumerateDatabaseResult =
  ({ readonly kind: 'done' } & DatabasePassContent) | { readonly kind: 'interrupted' } | DatabaseRefusal;

/** Something on either side is not as a copy needs it: nothing was changed, a person puts it right. */
export interface DatabaseRefusal {
  readonly kind: 'refused';
  readonly code:
    | 'target-not-empty'
    | 'table-missing'
    | 'source-not-fenced'
    | 'missing-right'
    /** Of making the schema. */
    | Extract<SchemaOutcome, { kind: 'refused' }>['code'];
  readonly reason: string;
}

export interface DatabasePart extends DatabasePass {
  /** 1 to `DatabasePassContent.parts`. */
  readonly part: number;
  /** Begins no range of a table after this time; one that was begun is finished. */
  readonly budgetMs: number;
}

/** Of the whole part, earlier calls included. */
export interface CopyDatabasePartResult {
  readonly copiedItems: number;
  readonly copiedBytes: number;
  readonly end: CallEnd;
}

export interface FinishDatabasePass extends DatabasePass {
  /** Begins no index after this time. */
  readonly budgetMs: number;
}

export type FinishDatabasePassResult =
  | {
      readonly kind: 'done';
      /** Items are rows. */
      readonly summary: PassSummary;
      readonly tables: number;
      readonly sequences: number;
    }
  | { readonly kind: 'more'; readonly detail: string }
  | DatabaseRefusal
  | { readonly kind: 'interrupted' }
  /** The source was written to while it was copied: copy it again. */
  | { readonly kind: 'failed'; readonly code: 'source-changed'; readonly reason: string };
