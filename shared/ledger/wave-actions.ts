import { MigrationError } from '../contracts/errors';
import type { Principal } from '../contracts/principal';
import type { Hold, Wave } from '../contracts/wave';
import { liftable, underHolds, withHold } from '../domain/holds';
import type { Operation } from '../ports/store';
import { refuseWhatIsInTheWay } from './in-the-way';
import type { Ledger } from './ledger';
import type { Change, EventDraft } from './record';
import { changeWaveRecord, readWave, workloadsOf } from './waves';

/** Leaves room for those that come by themselves. */
const MAX_HOLDS = 90;

/** One entry and one event about a wave. */
export const recordWave = (
  body: Wave,
  actor: string,
  type: EventDraft['type'],
  kind: string,
  summary: string,
  documents: readonly Operation[] = [],
): Change<Wave> => ({
  body,
  log: [
    {
      kind,
      actor,
      summary: summary.slice(0, 4_000),
      facts: { status: body.status, planHash: body.planHash },
    },
  ],
  events: [{ type, data: { waveId: body.id, status: body.status, by: actor } }],
  documents,
});

/**
 * Sets a planned wave going; its orchestration is started by the event. A wave already running stays as it is, so a repeated
 * start is harmless. `conflict` where it is held or over, where a workload is under way elsewhere, or where the wave before it has not been let through (R68).
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
  if (current.status === 'planned')
    await refuseWhatIsInTheWay(ledger, id, await workloadsOf(ledger, current));
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

/** Stops a wave from starting, or a running one from starting further cutovers. Held for that by the same already: no change. */
export const holdWave = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  reason: string,
  source: Hold['source'] = 'person',
): Promise<Wave> => {
  await changeWaveRecord<void>(ledger, id, ({ body: wave }, now) => {
    if (wave.endedAt !== null) throw new MigrationError('conflict', `wave ${id} is ${wave.status}`);
    const held = withHold(wave, { by: principal.name, reason, source, at: now });
    if (held === wave) return { change: null, result: undefined };
    if (held.holds.length > MAX_HOLDS)
      throw new MigrationError('conflict', `wave ${id} is held ${MAX_HOLDS} times already`);
    const summary = `Held wave ${id}: ${reason}`;
    return {
      change: recordWave({ ...held, updatedAt: now }, principal.name, 'wave.changed', 'wave.held', summary),
      result: undefined,
    };
  });
  return (await readWave(ledger, id)).body;
};

/**
 * Lifts every hold but those of the change tool; the wave goes on once none is left. Not held: no change. `conflict` where only
 * the change tool holds it.
 */
export const releaseWave = async (
  ledger: Ledger,
  principal: Pick<Principal, 'name'>,
  id: string,
  reason: string,
): Promise<Wave> => {
  await changeWaveRecord<void>(ledger, id, ({ body: wave }, now) => {
    if (wave.endedAt !== null) throw new MigrationError('conflict', `wave ${id} is ${wave.status}`);
    if (wave.holds.length === 0) return { change: null, result: undefined };
    const lifted = liftable(wave);
    if (lifted.length === 0)
      throw new MigrationError('conflict', `only its change tool can release it: ${wave.holdReason}`);
    const left = wave.holds.filter((hold) => !lifted.includes(hold));
    const body: Wave = { ...underHolds(wave, left), updatedAt: now };
    const names = lifted.map((hold) => `${hold.by}: ${hold.reason}`).join('; ');
    const still = body.holdReason === null ? '' : ` Still held: ${body.holdReason}.`;
    const summary = `Released wave ${id}: ${reason}.${still} Lifted: ${names}`;
    return {
      change: recordWave(body, principal.name, 'wave.changed', 'wave.released', summary),
      result: undefined,
    };
  });
  return (await readWave(ledger, id)).body;
};
