import type { DifferingRows, Evidence } from '../contracts/step';
import { changeCutover } from './cutovers';
import type { Ledger } from './ledger';
import { stageOf, withStage } from './stages';

/** What became of an order to send rows anew. */
export interface Resent {
  /** What still stands against the data as far as is known; null: whatever verifies next will tell. */
  readonly differing: DifferingRows | null;
  readonly summary: string;
  readonly facts: Evidence['facts'];
}

/** Checkpoint: the rows were sent anew, or why they could not be (R139). Recorded before: no change. */
export const recordResend = (
  ledger: Ledger,
  cutoverId: string,
  stage: string,
  { differing, summary, facts }: Resent,
): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const { state } = stageOf(cutover, stage);
    if (!state.resend) return { change: null, result: undefined };
    const { by: orderedBy, reason } = state.resend;
    const stages = withStage(cutover, stage, { resend: null, differing });
    const entry = {
      kind: 'rows.resent',
      actor: 'worker',
      summary: summary.slice(0, 4_000),
      facts: { stage, attempt: state.attempts, orderedBy, reason, ...facts },
    };
    return { change: { body: { ...cutover, stages, updatedAt: now }, log: [entry] }, result: undefined };
  });
