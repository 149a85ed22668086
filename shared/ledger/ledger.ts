import type { Itinerary } from '../contracts/itinerary';
import type { Workload } from '../contracts/workload';
import type { Clock } from '../ports/clock';
import type { Store } from '../ports/store';

/** What the ledger's functions work with: the only writers of waves, cutovers and their logs. */
export interface Ledger {
  readonly store: Store;
  readonly clock: Clock;
  readonly itineraries: Readonly<Record<Workload['method'], Itinerary>>;
}

export const nowIso = (ledger: Pick<Ledger, 'clock'>): string => ledger.clock.now().toISOString();
