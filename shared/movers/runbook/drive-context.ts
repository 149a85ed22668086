import type { RunbookExecution, RunbookStep } from '../../contracts/runbook';
import type { Runbook } from '../../ports/runbook';
import type { RunbookPhase, StepAnswer } from './next-move';
import type { RunbookMemory } from './runbook-memory';

export interface DriveInput {
  readonly assetId: string;
  readonly phase: RunbookPhase;
  readonly cutoverStep: string | null;
  readonly finishStep: string | null;
  /** Tells one try of a stage from the next: a failure told in an earlier one is to be tried again. */
  readonly attemptKey: string;
}

export interface DriveContext {
  readonly runbook: Runbook;
  readonly memory: RunbookMemory;
  readonly nowMs: () => number;
  /** What people decided about a step that waits; null: they have to be asked. */
  readonly answerTo: (step: RunbookStep) => Promise<StepAnswer>;
}

export type Driven =
  | { readonly kind: 'pending'; readonly retryAfterMs: number; readonly detail: string }
  | { readonly kind: 'ask'; readonly step: RunbookStep }
  | {
      readonly kind: 'level';
      readonly reason: string;
      readonly doubts: readonly string[];
      readonly execution: RunbookExecution;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly reason: string };
