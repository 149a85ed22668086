import type { VerificationMode } from '../../../shared/contracts/postgres-verification';
import type { DifferingRows, Evidence, StepResult } from '../../../shared/contracts/step';
import { recordResend } from '../../../shared/ledger/resends';
import { saveDataReport } from '../../../shared/ledger/progress';
import { resendRows, type PostgresContext, type ResendResult } from '../../../shared/movers/postgres';
import { interruptedOrAgain } from '../files';
import { failed, type StepContext } from '../step';
import type { Database } from './database';
import { tellWork } from './tell-progress';

/** A slice gives way after this long, so that commands and limits take hold. */
const SLICE_MS = 20_000;

/**
 * R139: where people ordered it, sends the rows anew that the last verification of this stage found to differ, and records what was
 * done and who wanted it. Null where there is nothing to send, or no more: then it is verified again.
 */
export const resendFirst = async (
  context: StepContext,
  database: Database,
  { mover, mode, epoch }: { mover: PostgresContext; mode: VerificationMode; epoch: number },
): Promise<StepResult | null> => {
  const { order, cutover } = context;
  const { asset } = database;
  const state = cutover.stages.find(({ name }) => name === order.stage);
  const differing = state?.differing;
  if (!state?.resend || !differing || differing.assetId !== asset.id) return null;
  if (differing.epoch !== epoch) {
    const summary = `${asset.id}: sides have changed since the rows were compared: nothing was sent anew`;
    return settle(context, { summary, differing: null, facts: {} }, 'sides-changed');
  }
  const { round } = differing;
  const attempt = Number(order.input['attempt'] ?? 1);
  const sent = await resendRows(mover, { mode, epoch, round, order: attempt, budgetMs: SLICE_MS });
  await tellWork(context, database, 'verifying', wordsOf(asset.id, sent));
  if (sent.end === 'interrupted') return interruptedOrAgain(context);
  if (sent.end === 'budget') return { kind: 'pending', retryAfterMs: 0 };
  await keepReport(context, asset.id, sent, state.resend);
  const facts = { ...factsOf(sent), assetId: asset.id, mode, epoch, round, found: differing.rows };
  const summary = wordsOf(asset.id, sent);
  return sent.refused.length === 0
    ? settle(context, { summary, differing: null, facts })
    : settle(context, { summary, differing, facts }, 'rows-not-sent');
};

/** A code fails the stage: what stands in the way is for people, and verifying again would only find the same. */
const settle = async (
  { services, cutover, order }: StepContext,
  {
    summary,
    differing,
    facts,
  }: { summary: string; differing: DifferingRows | null; facts: Evidence['facts'] },
  code?: string,
): Promise<StepResult | null> => {
  await recordResend(services.ledger, cutover.id, order.stage, { summary, differing, facts });
  return code === undefined ? null : failed(code, summary, facts);
};

const keepReport = (
  { services, cutover }: StepContext,
  assetId: string,
  sent: ResendResult,
  orderedBy: { readonly by: string; readonly reason: string },
): Promise<void> =>
  saveDataReport(services.ledger, cutover.id, {
    ...{ id: `resent.${assetId}`, kind: 'resent', assetId, at: services.clock.now().toISOString() },
    ok: sent.refused.length === 0 && sent.leftRows === 0,
    summary: wordsOf(assetId, sent),
    details: { orderedBy, ...factsOf(sent), left: sent.left.map((row) => ({ ...row })) },
  });

const wordsOf = (assetId: string, sent: ResendResult): string => {
  const { wantedRows, resentRows, deletedRows, leftRows, refused } = sent;
  const left = leftRows > 0 ? `; ${leftRows} still differ` : '';
  const why = refused.map(({ table, reason }) => `; ${table}: ${reason}`).join('');
  return `${assetId}: of ${wantedRows} rows that differed ${resentRows} were sent anew and ${deletedRows} deleted${left}${why}`.slice(
    0,
    2_000,
  );
};

const SHOWN_TABLES = 50;

const factsOf = ({ wantedRows, resentRows, deletedRows, leftRows, tables, refused }: ResendResult) => ({
  ...{ wantedRows, resentRows, deletedRows, leftRows },
  tables: tables.slice(0, SHOWN_TABLES).map((table) => ({ ...table })),
  refused: refused.slice(0, SHOWN_TABLES).map((one) => ({ ...one })),
});
