import type { Cutover } from '../contracts/cutover';

/** True once a finished stage has made the way back impossible. */
export const passedPointOfNoReturn = (cutover: Cutover): boolean =>
  cutover.itinerary.stages.some(
    (stage) =>
      stage.pointOfNoReturn &&
      cutover.stages.some((state) => state.name === stage.name && state.status === 'done'),
  );
