import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { ChangeRequestEvent, Wave } from '../contracts/wave';
import { leftByApproval, underHolds, withTicketHold } from '../domain/holds';
import { create } from '../ports/store';
import { seenIdType, waveType } from './documents';
import { nowIso, type Ledger } from './ledger';
import type { Change } from './record';
import { recordWave } from './wave-actions';
import { changeWaveRecord, planned, replan } from './waves';

/**
 * Applies what a change tool said to every wave that carries the ticket: approved lifts the ticket's holds, cancelled holds,
 * rescheduled moves a wave that has not started (and so asks for approval again, R46) and holds one that runs. What happened before
 * the last message applied is only logged. `messageId` is remembered with the change, so the same message has one effect; `sentAt`
 * is the instant it was signed for. `not-found` where no wave carries the ticket. Returns the ids of the waves touched.
 */
export const applyChangeRequest = async (
  ledger: Ledger,
  event: ChangeRequestEvent,
  messageId: string,
  sentAt: string = nowIso(ledger),
): Promise<string[]> => {
  const waves = await ledger.store.find(waveType, 'ticket', { equals: event.ticket });
  const open = waves.items.filter((wave) => wave.body.endedAt === null);
  if (open.length === 0) throw new MigrationError('not-found', `no open wave carries change ${event.ticket}`);
  // Nothing happened after the message that tells of it was sent.
  const happenedAt = event.at !== undefined && event.at < sentAt ? event.at : sentAt;
  for (const wave of open) await applyToWave(ledger, event, wave.id, messageId, happenedAt);
  return open.map((wave) => wave.id);
};

const seenId = (messageId: string): string =>
  `change-${Buffer.from(messageId).toString('hex').slice(0, 200)}`;

const applyToWave = (
  ledger: Ledger,
  event: ChangeRequestEvent,
  id: string,
  messageId: string,
  happenedAt: string,
): Promise<void> => {
  const actor = { name: `change tool (${event.by})`.slice(0, 100) };
  return changeWaveRecord<void>(ledger, id, async ({ body: wave, partition }, now) => {
    if (await ledger.store.read(seenIdType, partition, seenId(messageId)))
      return { change: null, result: undefined };
    const seen = create(seenIdType, seenId(messageId), { id: messageId, at: now });
    const change =
      wave.ticketAt !== null && happenedAt < wave.ticketAt
        ? outdated(wave, event, actor.name, happenedAt, wave.ticketAt)
        : await applied(ledger, wave, event, actor, happenedAt, now);
    return { change: { ...change, documents: [seen] }, result: undefined };
  });
};

const outdated = (
  wave: Wave,
  event: ChangeRequestEvent,
  actor: string,
  happenedAt: string,
  lastAt: string,
): Change<Wave> => {
  const summary = `Change ${event.ticket}: ${event.type} of ${happenedAt} came after what happened at ${lastAt} and is not applied`;
  return {
    body: wave,
    log: [{ kind: 'change.outdated', actor, summary, facts: { type: event.type, happenedAt } }],
  };
};

const applied = async (
  ledger: Ledger,
  wave: Wave,
  event: ChangeRequestEvent,
  actor: Pick<Principal, 'name'>,
  happenedAt: string,
  now: string,
): Promise<Change<Wave>> => {
  const moved = await movedPlan(ledger, actor, wave, event);
  const body: Wave = {
    ...ticketEffect(moved ?? wave, event, actor.name, now),
    ticketAt: happenedAt,
    updatedAt: now,
  };
  const still = body.holdReason === null ? '' : `; held: ${body.holdReason}`;
  const summary = `Change ${event.ticket}: ${event.type.slice('change.'.length)}${still}`;
  const change = recordWave(body, actor.name, 'wave.changed', event.type, summary);
  const replanned = moved === null ? [] : (planned(actor, 'wave.changed', moved).log ?? []);
  return { ...change, log: [...replanned, ...(change.log ?? [])] };
};

/** The plan in its new window; null where nothing moves: the wave runs already, or the message is about something else. */
const movedPlan = async (
  ledger: Ledger,
  actor: Pick<Principal, 'name'>,
  wave: Wave,
  event: ChangeRequestEvent,
): Promise<Wave | null> => {
  if (event.type !== 'change.rescheduled' || (wave.status !== 'planned' && wave.status !== 'held'))
    return null;
  const { window, scheduledStart } = event;
  return replan(ledger, actor, wave, { ...wave, window, scheduledStart });
};

const ticketEffect = (wave: Wave, event: ChangeRequestEvent, by: string, now: string): Wave => {
  switch (event.type) {
    case 'change.approved':
      return underHolds({ ...wave, ticketState: 'approved' }, leftByApproval(wave, now));
    case 'change.cancelled': {
      const reason = `change ${event.ticket} was cancelled: ${event.reason}`;
      return withTicketHold({ ...wave, ticketState: 'cancelled' }, { by, reason, at: now });
    }
    case 'change.rescheduled': {
      const pending: Wave = { ...wave, ticketState: 'pending' };
      if (wave.startedAt === null) return pending;
      const { start, end } = event.window;
      const reason = `change ${event.ticket} was moved to ${start}–${end} while the wave runs in its window until ${wave.window.end}: stop the wave, or move the change back`;
      return withTicketHold(pending, { by, reason, at: now, ticketWindow: event.window });
    }
  }
};
