import { changeCutover } from '../../shared/ledger/cutovers';
import { afterTrouble, troubleOf, type Trouble } from '../../shared/domain/transfer-trouble';
import { stallOf, type Stall } from './rate-meter';
import { failed, type Step, type StepContext } from './step';

/** A stall that a person should know of, though it may still end by itself. */
const NOTICE_MS = 2 * 60_000;

/**
 * Keeps a copy going that takes days (R122 R133): trouble that may pass is waited out, longer each time, as long as the cutover can still
 * be steered; a stall is written to the log, and one that does not end fails the step, so that a person decides. Trouble that waiting
 * does not mend is thrown as it came.
 */
export const supervised =
  (step: Step): Step =>
  async (context) => {
    const { order, services } = context;
    const stall = stallOf(order.cutoverId, assetIn(context), order.stage);
    try {
      const result = await step(context);
      await tellEnd(context, stall);
      return result;
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble === 'permanent') throw error;
      const stalledMs = stall.failed(services.clock.now());
      const reason = error instanceof Error ? error.message : String(error);
      await tellStall(context, stall, { trouble, stalledMs, reason });
      const next = afterTrouble(trouble, { tries: stall.tries, stalledMs });
      if (next.kind === 'again') return { kind: 'pending', retryAfterMs: next.inMs };
      stall.ended();
      return failed('transfer-stalled', `nothing moved for ${inMinutes(stalledMs)} (${trouble}): ${reason}`, {
        trouble,
        stalledMs,
      });
    }
  };

const assetIn = ({ order }: StepContext): string => {
  const { assetId } = order.input;
  return typeof assetId === 'string' ? assetId : '';
};

const inMinutes = (ms: number): string => `${Math.round(ms / 60_000)} minutes`;

async function tellStall(
  context: StepContext,
  stall: Stall,
  { trouble, stalledMs, reason }: { trouble: Trouble; stalledMs: number; reason: string },
): Promise<void> {
  if (stall.isTold || stalledMs < NOTICE_MS) return;
  stall.isTold = true;
  const summary = `${assetIn(context)}: nothing has moved for ${inMinutes(stalledMs)}, tried again since (${trouble})`;
  await log(context, 'transfer.stalled', summary, { trouble, stalledMs, reason: reason.slice(0, 1_000) });
}

async function tellEnd(context: StepContext, stall: Stall): Promise<void> {
  if (stall.isTold) {
    await log(context, 'transfer.resumed', `${assetIn(context)}: it moves again`, {});
  }
  stall.ended();
}

const log = (
  { services, cutover }: StepContext,
  kind: string,
  summary: string,
  facts: Record<string, string | number>,
): Promise<void> =>
  changeCutover<void>(services.ledger, cutover.id, ({ body }, now) => ({
    change: { body: { ...body, updatedAt: now }, log: [{ kind, actor: 'worker', summary, facts }] },
    result: undefined,
  }));
