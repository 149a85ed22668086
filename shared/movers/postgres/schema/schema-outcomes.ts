/** What making the schema on the target came to. */
export type SchemaOutcome =
  | { readonly kind: 'done'; readonly statements: number; readonly rolesMade: readonly string[] }
  /** Stopped between two statements because a command waits or a newer claim exists: call again. */
  | { readonly kind: 'interrupted' }
  | {
      readonly kind: 'refused';
      readonly code:
        /** The worker has no `pg_dump`, or none as new as the source. */
        | 'pg-dump'
        /** The script holds what is no DDL, or can't be resumed: data, psql's commands, another database. */
        | 'script'
        /** A statement failed on the target; its beginning and the server's answer are in the reason. */
        | 'statement';
      readonly reason: string;
    };

/** Whether DDL is refused while a migration runs; where rights are missing, only the fingerprint tells of it afterwards. */
export type GuardOutcome =
  { readonly kind: 'installed' } | { readonly kind: 'unavailable'; readonly reason: string };
