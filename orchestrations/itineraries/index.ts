import type { Itinerary } from '../../shared/contracts/itinerary';
import type { Workload } from '../../shared/contracts/workload';
import { offline } from './offline';
import { online } from './online';
import { redeploy } from './redeploy';

/** The newest itinerary of each method. */
export const itineraries: Readonly<Record<Workload['method'], Itinerary>> = { offline, online, redeploy };
