import { MigrationError, StaleWriteError } from '../../shared/contracts/errors';
import type { PlanDifference } from '../../shared/contracts/planning/difference';
import type { PlanEdit } from '../../shared/contracts/planning/edit';
import type { PlanContent } from '../../shared/contracts/planning/plan';
import type { PlanInput } from '../../shared/contracts/planning/plan-input';
import type { RecordedPlan } from '../../shared/contracts/planning/records';
import type { Principal } from '../../shared/contracts/principal';
import { planDifferences } from '../../shared/domain/planning/differences/plan-differences';
import { withLessons } from '../../shared/domain/planning/lessons/learned-from';
import { makePlan } from '../../shared/domain/planning/make-plan';
import {
  changedAlthoughStarted,
  editsOfStarted,
  tooLate,
} from '../../shared/domain/planning/run/started-waves';
import { untilFresh, type ContentLedger } from '../../shared/ledger/content-ledger';
import { lessonsOf } from '../../shared/ledger/lessons';
import { findPlan, planContentOf, readPlan, savePlan } from '../../shared/ledger/plans';
import { portfolioContent, readPortfolio } from '../../shared/ledger/portfolios';
import type { Stored } from '../../shared/ports/store';

export interface PlanOutcome {
  readonly plan: Stored<RecordedPlan>;
  /** What this version says otherwise than the one before; none of the first. */
  readonly differences: readonly PlanDifference[];
}

interface Wanted {
  readonly name: string;
  readonly portfolioId: string;
  readonly settings: PlanContent['settings'];
  readonly edits: readonly PlanEdit[];
  readonly change: string;
  /** What is disturbed as little as possible; absent: the plan as it is. */
  readonly basis?: PlanContent;
  /** Throws where the plan that comes of it must not be. */
  readonly refuse?: (content: PlanContent) => void;
}

/** Makes a plan (`version` null), or another version in place of the one that was read. `conflict` for another portfolio's. */
export const putPlan = async (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  { name, portfolioId, settings, edits }: PlanInput,
  version: string | null,
): Promise<PlanOutcome> => {
  const head = await findPlan(ledger, id);
  if (version === null && head !== null) throw new StaleWriteError(`plan ${id} exists already`);
  if (version !== null && head === null) throw new MigrationError('not-found', `there is no plan ${id}`);
  if (head !== null && head.version !== version)
    throw new StaleWriteError(`plan ${id} has changed since it was read`);
  if (head !== null && head.body.portfolioId !== portfolioId)
    throw new MigrationError(
      'conflict',
      `plan ${id} is of portfolio ${head.body.portfolioId}: make another plan of ${portfolioId}`,
      { field: 'portfolioId' },
    );
  const previous = head && (await planContentOf(ledger, head.body));
  const change = head === null ? 'made' : 'settings replaced';
  const wanted = { name, portfolioId, settings, edits: edits ?? previous?.edits ?? [], change };
  return planAnew(ledger, principal, id, head, previous, wanted);
};

/** The same plan over the portfolio as it is now (R11). */
export const replanPlan = (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  reason: string,
): Promise<PlanOutcome> => nextOf(ledger, principal, id, [], `planned again: ${reason}`);

/** What people ask of the plan beyond its rules, after what they asked before. `conflict` where a wave has started. */
export const editPlan = (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  edits: readonly PlanEdit[],
): Promise<PlanOutcome> =>
  nextOf(ledger, principal, id, edits, edits.map(({ kind, reason }) => `${kind}: ${reason}`).join('; '));

const nextOf = (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  added: readonly PlanEdit[],
  change: string,
): Promise<PlanOutcome> =>
  untilFresh(async () => {
    const head = await readPlan(ledger, id);
    const previous = await planContentOf(ledger, head.body);
    const late = tooLate(head.body, previous, added);
    if (late !== null) throw new MigrationError('conflict', late);
    const { name, portfolioId } = head.body;
    const edits = [...previous.edits, ...added];
    const wanted = { name, portfolioId, settings: previous.settings, edits, change };
    return planAnew(ledger, principal, id, head, previous, wanted);
  });

/** Plans as wanted and keeps that as the next version. `conflict` where it would change a wave that has started. */
export const planAnew = async (
  ledger: ContentLedger,
  principal: Principal,
  id: string,
  head: Stored<RecordedPlan> | null,
  previous: PlanContent | null,
  { settings, edits, basis, refuse, ...wanted }: Wanted,
): Promise<PlanOutcome> => {
  const { body: portfolio } = await readPortfolio(ledger, wanted.portfolioId);
  const kept = head && previous ? editsOfStarted(head.body, previous, edits) : [];
  const content = makePlan({
    portfolio: await portfolioContent(ledger, portfolio),
    portfolioHash: portfolio.contentHash,
    settings: withLessons(settings, await lessonsOf(ledger, portfolio.id)),
    edits: [...edits, ...kept],
    previous: basis ?? previous,
  });
  refuse?.(content);
  const changed = head && previous ? changedAlthoughStarted(head.body, previous, content) : null;
  if (changed !== null) throw new MigrationError('conflict', changed);
  const version = { ...wanted, portfolioVersion: portfolio.version, content };
  const plan = await savePlan(ledger, principal, id, head, previous, version);
  return { plan, differences: previous === null ? [] : planDifferences(previous, content) };
};
