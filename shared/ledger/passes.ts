import type { Cutover } from '../contracts/cutover';
import { MigrationError } from '../contracts/errors';
import type { OpenPass, PassSummary, TransferPhase } from '../contracts/transfer';
import { nextPass } from '../domain/convergence';
import { changeCutover } from './cutovers';
import type { Ledger } from './ledger';

export type PlannedPass =
  | { readonly kind: 'pass'; readonly pass: number; readonly generation: number }
  /** The phase has nothing more to do. */
  | { readonly kind: 'level'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/**
 * The pass to make now. One under way is finished first, whoever began it: its list of files may be older than this phase; where
 * it was refused, another attempt begins it anew under the next generation. The same phase and attempt asked again gets the same
 * pass.
 */
export const planPass = (
  ledger: Ledger,
  cutoverId: string,
  assetId: string,
  phase: TransferPhase,
  attempt: number,
): Promise<PlannedPass> =>
  changeCutover<PlannedPass>(ledger, cutoverId, ({ body: cutover }, now) => {
    const open = cutover.openPasses[assetId];
    const stage = cutover.stage ?? undefined;
    const isMine = open?.phase === phase && open.attempt === attempt && (open.stage ?? stage) === stage;
    if (open && (isMine || !open.refused)) return { change: null, result: plannedAs(open) };
    const passes = cutover.passes[assetId] ?? [];
    if (!open) {
      const verdict = nextPass(passes, phase, attempt, finalPassBudgetMs(cutover), stage);
      if (verdict.kind !== 'pass') return { change: null, result: verdict };
    }
    const generation = (open?.generation ?? 0) + 1;
    const kept = { pass: passes.length + 1, phase, attempt, generation, refused: false };
    const opened: OpenPass = stage === undefined ? kept : { ...kept, stage };
    const openPasses = { ...cutover.openPasses, [assetId]: opened };
    return { change: { body: { ...cutover, openPasses, updatedAt: now } }, result: plannedAs(opened) };
  });

const plannedAs = ({ pass, generation }: OpenPass): PlannedPass => ({ kind: 'pass', pass, generation });

/** What the pass under way found must not be carried out. No change where that generation is not under way any more. */
export const refusePass = (
  ledger: Ledger,
  cutoverId: string,
  assetId: string,
  refused: Pick<OpenPass, 'pass' | 'generation'>,
): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const open = cutover.openPasses[assetId];
    if (open?.pass !== refused.pass || open.generation !== refused.generation || open.refused)
      return { change: null, result: undefined };
    const openPasses = { ...cutover.openPasses, [assetId]: { ...open, refused: true } };
    return { change: { body: { ...cutover, openPasses, updatedAt: now } }, result: undefined };
  });

/** Half of what the owner accepts as outage is for the final pass; backup, checks and switching have the other half (R14 R124). */
const finalPassBudgetMs = (cutover: Cutover): number => cutover.workload.acceptableDowntimeMs / 2;

/** Checkpoint: the pass under way is finished (R124 R133). A pass recorded before: no change. */
export const recordPass = (
  ledger: Ledger,
  cutoverId: string,
  assetId: string,
  summary: PassSummary,
): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const passes = cutover.passes[assetId] ?? [];
    if (passes.some((pass) => pass.pass === summary.pass)) return { change: null, result: undefined };
    const open = cutover.openPasses[assetId];
    if (open?.pass !== summary.pass)
      throw new MigrationError('internal', `pass ${summary.pass} of ${assetId} is not the one under way`);
    const { phase, attempt, stage } = open;
    const recorded = { ...summary, phase, attempt, ...(stage !== undefined && { stage }) };
    const { [assetId]: _finished, ...openPasses } = cutover.openPasses;
    const body = {
      ...cutover,
      passes: { ...cutover.passes, [assetId]: [...passes, recorded] },
      openPasses,
      updatedAt: now,
    };
    const { copiedItems, copiedBytes, deletedItems, failedItems } = summary;
    const entry = {
      kind: 'transfer.pass',
      actor: 'worker',
      summary: `Pass ${summary.pass} of ${assetId}: copied ${copiedItems} items (${copiedBytes} bytes), deleted ${deletedItems}, failed ${failedItems}`,
      facts: { assetId, ...recorded },
    };
    return { change: { body, log: [entry] }, result: undefined };
  });
