import type { StepResult } from '../../../shared/contracts/step';
import { ratesInWords } from '../../../shared/domain/limits-in-force';
import { recordPass, refusePass } from '../../../shared/ledger/passes';
import { saveProgress } from '../../../shared/ledger/progress';
import {
  copyDatabasePart,
  enumerateDatabase,
  fenceDatabase,
  finishDatabasePass,
  forgetOffline,
  forgetSchema,
  unfenceDatabase,
  verifyDatabase,
  type OfflineContext,
} from '../../../shared/movers/postgres';
import { interruptedOrAgain, transferIdOf } from '../files';
import { createRateMeter } from '../rate-meter';
import { done, failed, type StepContext } from '../step';
import { onDatabase, type Database } from './database';
import { compareWithTrial } from './copy-trial';
import { each } from './each-database';
import { keepVerification } from './keep-verification';
import { resendFirst } from './resend';

const SLICE_MS = 20_000;
/** What is under way at the source may end by itself for so long before its sessions are ended. */
const GRACE_MS = 10_000;
/** A pass that is begun anew under the same number is another one to the mover. */
const GENERATIONS = 1_000;

/** Every offline copy belongs to its cutover alone. */
export const offlineContext = (context: StepContext, database: Database): OfflineContext => {
  const { services, order } = context;
  const meter = createRateMeter(order.cutoverId, database.asset.id, order.stage);
  let limitInForce: string | null = null;
  return {
    ...database,
    limits: async () => {
      const limits = await database.limits();
      limitInForce = ratesInWords(limits);
      return limits;
    },
    migrationId: transferIdOf(database.cutoverId, database.asset.id),
    progress: (progress) => {
      const part = Number(order.input['part'] ?? 0);
      const shown = limitInForce === null ? {} : { limitInForce };
      const report = { ...meter.report(part, progress, services.clock.now()), ...shown };
      saveProgress(services.ledger, order.cutoverId, report).catch((error: unknown) =>
        process.emitWarning(`Progress was not saved: ${String(error)}`, { code: 'CAUSEWAY_PROGRESS' }),
      );
    },
  };
};

const passOf = ({ order }: StepContext): number =>
  (Number(order.input['pass']) - 1) * GENERATIONS + Number(order.input['generation'] ?? 1);

/** The same for a database as `enumerateSource` is for files: makes its tables on the target and cuts the source into parts. */
export const enumerateRows = onDatabase(async (context, database) => {
  const mover = offlineContext(context, database);
  const found = await enumerateDatabase(mover, { pass: passOf(context) });
  if (found.kind === 'interrupted') return interruptedOrAgain(context);
  if (found.kind === 'refused') return refuse(context, database, found);
  const { kind: _kind, ...facts } = found;
  return done('postgres-mover', `${found.items} rows of ${found.tables} tables to copy`, facts);
});

export const copyRows = onDatabase(async (context, database) => {
  const part = Number(context.order.input['part']);
  const { end, ...facts } = await copyDatabasePart(offlineContext(context, database), {
    ...{ pass: passOf(context), part, budgetMs: SLICE_MS },
  });
  if (end === 'budget') return { kind: 'pending', retryAfterMs: 0 };
  if (end === 'interrupted') return interruptedOrAgain(context);
  return done('postgres-mover', `part ${part}: ${facts.copiedItems} rows copied`, facts);
});

export const finishRows = onDatabase(async (context, database) => {
  const mover = offlineContext(context, database);
  const finished = await finishDatabasePass(mover, { pass: passOf(context), budgetMs: SLICE_MS });
  if (finished.kind === 'more')
    return { kind: 'pending', retryAfterMs: 0, detail: finished.detail.slice(0, 500) };
  if (finished.kind === 'interrupted') return interruptedOrAgain(context);
  if (finished.kind !== 'done') return refuse(context, database, finished);
  const { summary, kind: _kind, ...counts } = finished;
  const pass = Number(context.order.input['pass']);
  await recordPass(context.services.ledger, context.cutover.id, database.asset.id, { ...summary, pass });
  return done('postgres-mover', `pass ${pass}: ${summary.copiedItems} rows, with indexes and keys`, {
    ...summary,
    ...(await compareWithTrial(context, database, summary.durationMs)),
    ...counts,
  });
});

/** The next try looks at the source anew. */
const refuse = async (
  { services, cutover, order }: StepContext,
  { asset }: Database,
  { code, reason }: { readonly code: string; readonly reason: string },
): Promise<StepResult> => {
  await refusePass(services.ledger, cutover.id, asset.id, {
    pass: Number(order.input['pass']),
    generation: Number(order.input['generation'] ?? 1),
  });
  return failed(code, reason);
};

/** R97 R110: once the application is stopped, nobody else can write to its databases either, which is proved. */
export const fenceDatabases = each(
  onDatabase(async (context, database) => {
    const fenced = await fenceDatabase(offlineContext(context, database), { graceMs: GRACE_MS });
    if (fenced.kind === 'failed') return failed(fenced.code, `${database.asset.id}: ${fenced.reason}`);
    return done('postgres-mover', `${database.asset.id}: fenced`);
  }),
);

/** Puts back exactly what the fences changed, before the application is started again. */
export const unfenceDatabases = each(
  onDatabase(async (context, database) => {
    await unfenceDatabase(offlineContext(context, database));
    return done('postgres-mover', `${database.asset.id}: takes writes again`);
  }),
);

/** R102 R139 R140: every row, sequence, definition and right of the fenced source against the target. */
export const verifyDatabases = each(
  onDatabase(async (context, database) => {
    const mover = offlineContext(context, database);
    const sending = await resendFirst(context, database, { mover, mode: 'final', epoch: 0 });
    if (sending) return sending;
    const found = await verifyDatabase(mover, {
      epoch: 0,
      mode: 'final',
      round: Number(context.order.input['attempt'] ?? 1),
      budgetMs: SLICE_MS,
    });
    if (found.end === 'interrupted') return interruptedOrAgain(context);
    if (found.end === 'budget') return { kind: 'pending', retryAfterMs: 0 };
    const verdict = await keepVerification(context, database, 'final', found.report);
    if (verdict.kind !== 'done') return verdict;
    // Nobody copies it again after that: what was remembered for it on the target goes.
    await forgetOffline(mover);
    await forgetSchema(mover);
    return verdict;
  }),
);
