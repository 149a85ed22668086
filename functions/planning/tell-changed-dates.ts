import { z } from 'zod';
import type { CausewayEvent } from '../../shared/contracts/event';
import { changedDatesNotice } from '../../shared/domain/planning/notices/changed-dates-notice';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import type { Ledger } from '../../shared/ledger/ledger';
import { planContentOf, readPlan } from '../../shared/ledger/plans';
import type { Notifier } from '../../shared/ports/notifier';
import { ownersOf } from './owners-of';

const PlanChanged = z.looseObject({ planId: z.string(), version: z.number() });

export interface TellingOfDates extends Pick<ContentLedger, 'journal'> {
  readonly ledger: Ledger;
  readonly notifier: Notifier;
}

/**
 * Tells stakeholders of the dates that a new version of a plan has changed (R42 R46); `nothing` where it has changed none. Throws where
 * nothing was confirmed, or the versions are kept no longer.
 */
export const tellOfChangedDates = async (
  { ledger, journal, notifier }: TellingOfDates,
  event: CausewayEvent,
): Promise<'delivered' | 'unavailable' | 'nothing'> => {
  const { planId, version } = PlanChanged.parse(event.data);
  if (version === 1) return 'nothing';
  const { body: plan } = await readPlan(ledger, planId);
  const before = await planContentOf({ journal }, plan, version - 1);
  const after = await planContentOf({ journal }, plan, version);
  const ownerOf = await ownersOf({ ledger, journal }, plan.portfolioId);
  const notice = changedDatesNotice({ plan, version, before, after, ownerOf });
  return notice === null ? 'nothing' : (await notifier.notify(notice)).kind;
};
