import type { Hold, Wave } from '../contracts/wave';

/** Short enough for every line that quotes it. */
const SHOWN_CHARACTERS = 900;

/** The wave under these holds: its status and the text that people and guards see follow from them. */
export const underHolds = (wave: Wave, holds: readonly Hold[]): Wave => {
  const open = wave.status === 'planned' || wave.status === 'held';
  const reasons = holds.map((hold) => hold.reason).join('; ');
  return {
    ...wave,
    holds: [...holds],
    holdReason: holds.length === 0 ? null : reasons.slice(0, SHOWN_CHARACTERS),
    status: open ? (holds.length === 0 ? 'planned' : 'held') : wave.status,
  };
};

const sameHold = (a: Hold, b: Hold): boolean =>
  a.by === b.by && a.source === b.source && a.reason === b.reason;

/** The wave with one hold more; the same wave where that very hold is in force already. */
export const withHold = (wave: Wave, hold: Hold): Wave => {
  const added = { ...hold, reason: hold.reason.slice(0, 2_000) };
  return wave.holds.some((inForce) => sameHold(inForce, added))
    ? wave
    : underHolds(wave, [...wave.holds, added]);
};

/** The wave held by its ticket for this reason, whatever the ticket said before. */
export const withTicketHold = (wave: Wave, hold: Omit<Hold, 'source'>): Wave => {
  const replaced = (inForce: Hold) =>
    inForce.source === 'ticket' && (inForce.ticketWindow === undefined) === (hold.ticketWindow === undefined);
  const others = wave.holds.filter((inForce) => !replaced(inForce));
  return underHolds(wave, [...others, { ...hold, reason: hold.reason.slice(0, 2_000), source: 'ticket' }]);
};

/** What a person may lift: everything but what the change tool holds. */
export const liftable = (wave: Wave): readonly Hold[] =>
  wave.holds.filter(({ source }) => source !== 'ticket');

/**
 * The holds that an approved ticket leaves: those it did not make, and the one of a move to a window that does not cover what is
 * left of the wave's own. An approval of the new time is none of the old.
 */
export const leftByApproval = (wave: Wave, now: string): readonly Hold[] =>
  wave.holds.filter(
    ({ source, ticketWindow }) =>
      source !== 'ticket' ||
      (ticketWindow !== undefined && (now < ticketWindow.start || wave.window.end > ticketWindow.end)),
  );
