import type { OfflineContext } from './offline-context';

/** What proves that the source takes no writes (R97 R110). */
export interface FenceProof {
  readonly database: string;
  /** A real write in the name of each role, and how it was refused. */
  readonly refusedWrites: readonly {
    readonly role: string;
    readonly sqlState: string;
    /** Superusers always may: their transactions are read-only unless they say otherwise. */
    readonly mayConnect: boolean;
  }[];
  readonly endedSessions: number;
  readonly at: string;
}

export type FenceDatabaseResult =
  | { readonly kind: 'fenced'; readonly proof: FenceProof }
  /** What was changed until then stands: call `unfenceDatabase`, or put the cause right and call again. */
  | {
      readonly kind: 'failed';
      readonly code: 'missing-right' | 'not-idle' | 'fence-not-proved';
      readonly reason: string;
    };

export interface FenceInput {
  /** How long transactions under way may take to end by themselves before their sessions are ended. */
  readonly graceMs: number;
}

export type FenceContext = Pick<OfflineContext, 'asset' | 'journal' | 'migrationId' | 'source' | 'clock'>;
