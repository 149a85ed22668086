/** Something in a data folder that is not as the host leaves it. Codes are stable. */
export interface Finding {
  readonly file: string;
  readonly code:
    | 'file-damaged'
    | 'file-missing'
    | 'schema-version'
    | 'reference-broken'
    | 'history-broken'
    | 'value-unreadable';
  /** Id of the orchestration instance or entity, where one is concerned. */
  readonly instance?: string;
  readonly message: string;
}

export type Report = (finding: Omit<Finding, 'file'>) => void;
