import type { LogDraft } from '../../contracts/log-entry';
import type { RunbookRun } from '../../contracts/records';

/** What is remembered of a run between two looks; a change and its log entry are one batch. */
export interface RunbookMemory {
  read(): Promise<RunbookRun | null>;
  /** Null from `change`: nothing is stored and nothing logged. Returns what is stored then. */
  change(
    change: (
      run: RunbookRun | null,
      now: string,
    ) => { readonly run: RunbookRun; readonly entry: RunbookEntry | null } | null,
  ): Promise<RunbookRun | null>;
}

export interface RunbookEntry {
  readonly kind: 'runbook.started' | 'runbook.progress' | 'runbook.asked' | 'runbook.failed';
  readonly summary: string;
  readonly facts: LogDraft['facts'];
}
