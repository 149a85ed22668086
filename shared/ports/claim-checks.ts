import { CausewayEvent, CheckedInEvent } from '../contracts/event';

/** Keeps what is too large for a message; the message carries the reference (CloudEvents' `dataref`). */
export interface ClaimChecks {
  /**
   * Durable when it resolves. The reference follows from the id, so that checking in the same event again rewrites the same body.
   * A body may be removed once no message can refer to it any more.
   */
  put(id: string, body: string): Promise<string>;
  /** Throws `not-found` where nothing is kept under the reference. */
  get(reference: string): Promise<string>;
}

/**
 * The largest event that travels whole. A message of Service Bus Standard has 256 KiB, of which properties and frames take some;
 * both homes keep to it, so that nothing works on one machine only.
 */
export const MAX_WHOLE_EVENT_BYTES = 192 * 1024;

/** What to send of an event: the event, or, where it is too large, its envelope with a reference to its data. */
export const checkIn = async (
  event: CausewayEvent,
  claimChecks: ClaimChecks,
): Promise<CausewayEvent | CheckedInEvent> => {
  if (Buffer.byteLength(JSON.stringify(event)) <= MAX_WHOLE_EVENT_BYTES) return event;
  const { data, ...envelope } = event;
  return { ...envelope, dataref: await claimChecks.put(event.id, JSON.stringify(data)) };
};

/** The event of a message, whole, whichever way it travelled. Throws where it is no event of ours. */
export const redeem = async (message: unknown, claimChecks: ClaimChecks): Promise<CausewayEvent> => {
  const sent: unknown = typeof message === 'string' ? JSON.parse(message) : message;
  const checkedIn = CheckedInEvent.safeParse(sent);
  if (!checkedIn.success) return CausewayEvent.parse(sent);
  const { dataref, ...envelope } = checkedIn.data;
  const data: unknown = JSON.parse(await claimChecks.get(dataref));
  return CausewayEvent.parse({ ...envelope, data });
};
