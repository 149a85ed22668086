import type { RecordedPass, TransferPhase } from '../contracts/transfer';
import { forecastPass } from './forecast-pass';

export type NextPass =
  | { readonly kind: 'pass' }
  | { readonly kind: 'level'; readonly reason: string }
  /** A final pass was made and left files behind: only another attempt makes another one. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Passes that no longer get shorter are not worth repeating. */
const MAX_INCREMENTAL_PASSES = 6;

/**
 * Whether a phase makes another pass (R121 R124 R125). Initial and final make one. Incremental passes go on until the final one
 * is forecast to fit its budget, or nothing changes any more, or they no longer help; in every stage of them at least one. A final pass with failed items is no final
 * one (R126).
 */
export const nextPass = (
  passes: readonly RecordedPass[],
  phase: TransferPhase,
  attempt: number,
  finalPassBudgetMs: number,
  stage?: string,
): NextPass => {
  const mine = passes.filter(
    (pass) => pass.phase === phase && pass.attempt === attempt && (pass.stage ?? stage) === stage,
  );
  const failedItems = phase === 'final' ? (mine.at(-1)?.failedItems ?? 0) : 0;
  if (failedItems > 0)
    return { kind: 'failed', reason: `${failedItems} items could not be copied: see the item log` };
  if (phase !== 'incremental')
    return mine.length === 0 ? { kind: 'pass' } : { kind: 'level', reason: `${phase} pass made` };
  const last = passes.at(-1);
  if (last === undefined) return { kind: 'pass' };
  const forecastMs = forecastPass(passes) ?? last.durationMs;
  const forecast = `a final pass is forecast at ${Math.ceil(forecastMs / 1_000)} s, ${Math.floor(finalPassBudgetMs / 1_000)} s are planned for it`;
  if (mine.length > 0 && last.copiedItems + last.deletedItems === 0)
    return { kind: 'level', reason: `nothing changed during the last pass; ${forecast}` };
  if (mine.length > 0 && forecastMs <= finalPassBudgetMs) return { kind: 'level', reason: forecast };
  if (mine.length >= MAX_INCREMENTAL_PASSES)
    return { kind: 'level', reason: `${mine.length} passes did not get below the budget: ${forecast}` };
  return { kind: 'pass' };
};
