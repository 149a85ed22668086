import type { Itinerary } from '../contracts/itinerary';
import type { Workload } from '../contracts/workload';

/** What a workload runs through: its method's itinerary without the stages for assets that it has none of. */
export const itineraryFor = (
  itineraries: Readonly<Record<Workload['method'], Itinerary>>,
  { method, assets }: Pick<Workload, 'method' | 'assets'>,
): Itinerary => {
  const itinerary = itineraries[method];
  const isFor = ({ onlyWith }: Itinerary['stages'][number]): boolean =>
    onlyWith === undefined || assets.some(({ kind }) => onlyWith === 'data' || kind === onlyWith);
  return itinerary.stages.every(isFor) ? itinerary : { ...itinerary, stages: itinerary.stages.filter(isFor) };
};
