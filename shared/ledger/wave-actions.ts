import { MigrationError } from '../contracts/errors';
import type { ChangeRequestEvent, Wave } from '../contracts/wave';
import type { Principal } from '../contracts/principal';
import { checkGuards } from '../domain/guards';
import { create, type Operation } from '../ports/store';
import { seenIdType, waveType } from './documents';
import type { Ledger } from './ledger';
import type { Change, EventDraft } from './record';
import { changeWaveRecord, planned, readWave, replan, workloadsOf } from './waves';
import { planHash } from '../domain/plan-hash';

/** One entry and one event about a wave. */
const recordWave = (
  body: Wave,
  actor: string,
  type: EventDraft['type'],
  kind: string,
  summary: string,
  documents: readonly Operation[] = [],
): Change<Wave> => ({
  body,
  log: [{ kind, actor, summary, facts: { status: body.status, planHash: body.planHash } }],
  events: [{ type, data: { waveId: body.id, status: body.status, by: actor } }],
  documents,
});

/**
 * Sets a planned wave going; its orchestration is started by the event. A wave already running stays as it is, so a repeated
 * start is harmless. `conflict` where it is held or over, or where the wave before it has not been let through (R68).
 */
export const startWave = async (
  ledger: Ledger,
  principal: Principal,
  id: string,
  reason: string,
): Promise<Wave> => {
  const { body: current } = await readWave(ledger, id);
  if (current.afterWave !== null) {
    const { body: before } = await readWave(ledger, current.afterWave);
    if (before.nextMayProceed !== true)
      throw new MigrationError('conflict', `wave ${before.id} has not been reviewed and let through yet`);
  }
  await changeWaveRecord<void>(ledger, id, ({ body: wave }, now) => {
    if (wave.status === 'running' || wave.status === 'reviewing') return { change: null, result: undefined };
    if (wave.status !== 'planned')
      throw new MigrationError(
        'conflict',
        `wave ${id} is ${wave.status}${wave.holdReason ? `: ${wave.holdReason}` : ''}`,
      );
    const body: Wave = {
      ...wave,
      status: 'running',
      requestedBy: principal.name,
      startedAt: now,
      updatedAt: now,
    };
    const summary = `Started wave ${id}: ${reason}`;
    return {
      change: recordWave(body, principal.name, 'wave.started', 'wave.started', summary),
      result: undefined,
    };
  });
  return (await readWave(ledger, id)).body;
};

/** Stops a wave from starting, or a running one from starting further cutovers. Held already: no change. */
export const holdWave = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  reason: string,
): Promise<Wave> => {
  await changeWaveRecord<void>(ledger, id, ({ body: wave }, now) => {
    if (wave.endedAt !== null) throw new MigrationError('conflict', `wave ${id} is ${wave.status}`);
    if (wave.holdReason !== null) return { change: null, result: undefined };
    const status = wave.status === 'planned' ? 'held' : wave.status;
    const body: Wave = { ...wave, status, holdReason: reason, updatedAt: now };
    const summary = `Held wave ${id}: ${reason}`;
    return {
      change: recordWave(body, principal.name, 'wave.changed', 'wave.held', summary),
      result: undefined,
    };
  });
  return (await readWave(ledger, id)).body;
};

/** Takes the hold back. Not held: no change. */
export const releaseWave = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  reason: string,
): Promise<Wave> => {
  await changeWaveRecord<void>(ledger, id, ({ body: wave }, now) => {
    if (wave.endedAt !== null) throw new MigrationError('conflict', `wave ${id} is ${wave.status}`);
    if (wave.holdReason === null) return { change: null, result: undefined };
    const status = wave.status === 'held' ? 'planned' : wave.status;
    const body: Wave = { ...wave, status, holdReason: null, updatedAt: now };
    const summary = `Released wave ${id}: ${reason}`;
    return {
      change: recordWave(body, principal.name, 'wave.changed', 'wave.released', summary),
      result: undefined,
    };
  });
  return (await readWave(ledger, id)).body;
};

/**
 * Starts what is due (R39) and holds it where window, blackout or change ticket do not fit; once each, also when the process
 * was down at the instant. Returns the ids touched.
 */
export const kickOffDueWaves = async (ledger: Ledger): Promise<{ started: string[]; held: string[] }> => {
  const now = ledger.clock.now().toISOString();
  const due = await ledger.store.find(waveType, 'due', { from: '0', to: now });
  const kickoff: Principal = { name: 'schedule', roles: ['lead'] };
  const outcome = { started: [] as string[], held: [] as string[] };
  for (const { body: wave } of due.items) {
    const misfit = await whyNotNow(ledger, wave, now);
    if (misfit === null) {
      await startWave(
        ledger,
        { ...kickoff, name: wave.requestedBy },
        wave.id,
        `scheduled for ${wave.scheduledStart}`,
      );
      outcome.started.push(wave.id);
    } else {
      await holdWave(ledger, kickoff, wave.id, `not started at ${wave.scheduledStart}: ${misfit}`);
      outcome.held.push(wave.id);
    }
  }
  return outcome;
};

const whyNotNow = async (ledger: Ledger, wave: Wave, now: string): Promise<string | null> => {
  const refusal = checkGuards(['window', 'blackout', 'changeTicket'], { now, wave });
  if (refusal) return refusal.reason;
  const workloads = await workloadsOf(ledger, wave);
  const hash = planHash(wave, workloads, (workload) => ledger.itineraries[workload.method]);
  if (hash !== wave.planHash) return 'a workload was changed after the wave was planned';
  if (wave.afterWave === null) return null;
  const { body: before } = await readWave(ledger, wave.afterWave);
  return before.nextMayProceed === true ? null : `wave ${before.id} has not been let through`;
};

/**
 * Applies what a change tool said to every wave that carries the ticket: approved releases, cancelled holds, rescheduled moves
 * (and so asks for approval again, R46). `messageId` is remembered with the change, so the same message has one effect.
 * `not-found` where no wave carries the ticket. Returns the ids of the waves touched.
 */
export const applyChangeRequest = async (
  ledger: Ledger,
  event: ChangeRequestEvent,
  messageId: string,
): Promise<string[]> => {
  const waves = await ledger.store.find(waveType, 'ticket', { equals: event.ticket });
  const open = waves.items.filter((wave) => wave.body.endedAt === null);
  if (open.length === 0) throw new MigrationError('not-found', `no open wave carries change ${event.ticket}`);
  for (const wave of open) await applyToWave(ledger, event, wave.id, messageId);
  return open.map((wave) => wave.id);
};

const seenId = (messageId: string): string =>
  `change-${Buffer.from(messageId).toString('hex').slice(0, 200)}`;

const applyToWave = (
  ledger: Ledger,
  event: ChangeRequestEvent,
  id: string,
  messageId: string,
): Promise<void> => {
  const actor = { name: `change tool (${event.by})`.slice(0, 100) };
  return changeWaveRecord<void>(ledger, id, async ({ body: wave, partition }, now) => {
    if (await ledger.store.read(seenIdType, partition, seenId(messageId)))
      return { change: null, result: undefined };
    const moved = await movedPlan(ledger, actor, wave, event);
    const body = { ...ticketEffect(moved ?? wave, event), updatedAt: now };
    const seen = create(seenIdType, seenId(messageId), { id: messageId, at: now });
    const summary = `Change ${event.ticket}: ${event.type.slice('change.'.length)}`;
    const change = recordWave(body, actor.name, 'wave.changed', event.type, summary, [seen]);
    const replanned = moved === null ? [] : (planned(actor, 'wave.changed', moved).log ?? []);
    return { change: { ...change, log: [...replanned, ...(change.log ?? [])] }, result: undefined };
  });
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

const ticketEffect = (wave: Wave, event: ChangeRequestEvent): Wave => {
  switch (event.type) {
    case 'change.approved':
      return {
        ...wave,
        ticketState: 'approved',
        status: wave.status === 'held' ? 'planned' : wave.status,
        holdReason: null,
      };
    case 'change.cancelled':
      return {
        ...wave,
        ticketState: 'cancelled',
        status: wave.status === 'planned' ? 'held' : wave.status,
        holdReason: `change ${event.ticket} was cancelled: ${event.reason}`,
      };
    case 'change.rescheduled':
      return { ...wave, ticketState: 'pending' };
  }
};
