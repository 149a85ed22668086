import type { Cutover, MeasuredSwitch } from '../contracts/cutover';
import { changeCutover } from './cutovers';
import type { Ledger } from './ledger';

export type SwitchDraft = Omit<MeasuredSwitch, 'number'>;

/**
 * Records a switch with the outage it was measured to cost. The outage of the cutover is then that one, unless its source had been
 * stopped before: from then on. The same cut position again: no change.
 */
export const recordSwitch = (ledger: Ledger, cutoverId: string, draft: SwitchDraft): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const earlier = cutover.switches ?? [];
    const isKnown = earlier.some(
      ({ to, cutPosition }) => to === draft.to && cutPosition === draft.cutPosition,
    );
    if (isKnown) return { change: null, result: undefined };
    const made: MeasuredSwitch = { number: earlier.length + 1, ...draft };
    const { assetId, to, outageMs, writeBlockedMs } = made;
    const body: Cutover = {
      ...cutover,
      ...outageOf(cutover, made),
      switches: [...earlier, made],
      updatedAt: now,
    };
    const entry = {
      kind: 'cutover.switched',
      actor: 'postgres-mover',
      summary: `Switched ${assetId} to the ${to}: an outage of ${outageMs} ms was measured, ${writeBlockedMs} ms of it in the database`,
      facts: { ...made },
    };
    const event = {
      type: 'cutover.switched' as const,
      data: { cutoverId, assetId, to, outageMs, writeBlockedMs },
    };
    return { change: { body, log: [entry], events: [event] }, result: undefined };
  });

const outageOf = (
  cutover: Cutover,
  { to, beganAt, endedAt }: MeasuredSwitch,
): Pick<Cutover, 'outage' | 'outageOnReturn'> => {
  const { outage, outageOnReturn } = cutover;
  if (to === 'source')
    return { outage, outageOnReturn: { beganAt: outageOnReturn.beganAt ?? beganAt, endedAt } };
  const began = stoppedBefore(cutover) ? (outage.beganAt ?? beganAt) : beganAt;
  return { outage: { beganAt: began, endedAt }, outageOnReturn };
};

/** A stage with an outage of its own was done before: the application has been closed since. */
const stoppedBefore = ({ itinerary, stages }: Cutover): boolean =>
  itinerary.stages.some(
    ({ name, downtime }) =>
      downtime && stages.some((state) => state.name === name && state.status === 'done'),
  );

/** Users are on their way back and find nobody who serves them: from now on, unless from before. */
export const markReturn = (ledger: Ledger, cutoverId: string): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    if (cutover.outageOnReturn.beganAt !== null) return { change: null, result: undefined };
    const body = { ...cutover, outageOnReturn: { beganAt: now, endedAt: null }, updatedAt: now };
    return { change: { body }, result: undefined };
  });

/** The switch was not made, and nobody was kept from working for longer than its attempts: there is no outage. */
export const forgetOutage = (ledger: Ledger, cutoverId: string): Promise<void> =>
  changeCutover<void>(ledger, cutoverId, ({ body: cutover }, now) => {
    const { outage, switches } = cutover;
    if (outage.beganAt === null || (switches?.length ?? 0) > 0 || stoppedBefore(cutover))
      return { change: null, result: undefined };
    const body = { ...cutover, outage: { beganAt: null, endedAt: null }, updatedAt: now };
    return { change: { body }, result: undefined };
  });
