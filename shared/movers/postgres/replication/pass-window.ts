import { quoteLiteral } from '../connect/quote';
import type { Direction } from '../postgres-context';
import { sinceChangeMs, type MigrationState } from '../state/migration-state';
import { openingSql } from './opening';
import type { Refusal, SwitchMeasures } from './outcomes';
import type { ReplicationContext } from './replication-context';
import { proveFence, unseal } from './prove-fence';
import { sequenceValuesSql, type SequenceValues } from './sequences';
import type { Stopped, WindowRecord } from './stop-attempt';
import { keepMaintenanceOut } from './stop-writers';
import type { WindowSessions } from './window-sessions';

export interface Opened extends WindowRecord {
  readonly kind: 'opened';
  readonly cutLsn: string;
  readonly windowMs: number;
  /** Null: clients are still to be sent there. */
  readonly routing: Routing | null;
  readonly steps: Readonly<Record<string, number>>;
}

export interface Routing {
  /** From the request for the locks until `openRoute` was called. */
  readonly beganMs: number;
  /** Resolves to how long it took, in ms. */
  readonly ended: Promise<number>;
}

/**
 * From stopped writers to the other side open, in two round trips: seal and its proof together, then the opening. Clients are sent there
 * while it opens, since nobody but they can write any more: who comes early waits for the opening's locks. Where it fails they are
 * refused there as they are on the side that is sealed.
 */
export async function passWindow(
  context: ReplicationContext,
  sessions: WindowSessions,
  epoch: number,
  stopped: Stopped,
  openRoute: () => Promise<void>,
): Promise<Opened | Refusal> {
  const { startedAt, cutLsn, record, lockMs, drainMs } = stopped;
  const stoppedAt = performance.now();
  const proving = proveFence(context, sessions.proof);
  const sealing = sessions.barrier.query('COMMIT');
  // Both have ended before anything is thrown: neither is left to act later.
  await Promise.allSettled([proving, sealing]);
  await sealing;
  const breach = await proving;
  const sealedAt = performance.now();
  if (breach !== null) return takeBack(context, sessions, { epoch, phase: 'sealed', detail: {} }, breach);
  const opening = commitOpening(sessions, stopped.used);
  const routing = beginRoute(performance.now() - startedAt, openRoute);
  // As above.
  await opening.catch(() => routing.ended.catch(() => undefined));
  await opening;
  const openedAt = performance.now();
  return {
    ...{ kind: 'opened', ...record, cutLsn, windowMs: openedAt - startedAt, routing },
    steps: { lock: lockMs, drain: drainMs, seal: sealedAt - stoppedAt, open: openedAt - sealedAt },
  };
}

/** Begins it; a failure is heard by whoever waits for its end. */
export function beginRoute(beganMs: number, openRoute: () => Promise<void>): Routing {
  const since = performance.now();
  const ended = openRoute().then(() => performance.now() - since);
  ended.catch(() => undefined);
  return { beganMs, ended };
}

const commitOpening = ({ gate }: WindowSessions, used: SequenceValues): Promise<unknown> =>
  gate.query(`SELECT causeway.advance_sequences(${quoteLiteral(JSON.stringify(used))}); COMMIT`);

/** The sentinel is there, or comes again after a crash of the other side: what it had not flushed is sent again. */
const ARRIVAL_MS = 10_000;

/** Goes on from a seal whose worker died before the other side was open. */
export async function openSealed(
  context: ReplicationContext,
  sessions: WindowSessions,
  direction: Direction,
  sealed: MigrationState,
): Promise<Opened | Refusal> {
  const record = sealed.detail as unknown as WindowRecord;
  const breach = await proveFence(context, sessions.proof);
  if (breach !== null) return takeBack(context, sessions, sealed, breach);
  const { rows } = await sessions.proof.query<{ given: SequenceValues }>(sequenceValuesSql(context));
  await keepMaintenanceOut(context, sessions.gate, sealed.epoch);
  const opening = openingSql(context, direction, sealed.epoch, record, ARRIVAL_MS);
  const cutLsn = (await sessions.gate.query<{ cut_lsn: string | null }>(opening)).rows[0]?.cut_lsn;
  if (cutLsn == null) throw new Error('the last changes have not arrived on the other side yet');
  await commitOpening(sessions, rows[0]?.given ?? {});
  const windowMs = await sinceChangeMs(sessions.barrier, context.migrationId);
  return { ...{ kind: 'opened', ...record, cutLsn }, windowMs, routing: null, steps: {} };
}

/** Goes on where the worker died once the other side was open. The old one may have noted that it is over: then it has the measures. */
export async function openedBefore(
  { migrationId }: ReplicationContext,
  { barrier, gate }: WindowSessions,
  old: MigrationState | null,
  { detail }: MigrationState,
): Promise<Opened> {
  const record = detail as unknown as WindowRecord & { cutLsn: string };
  const measures = old?.detail['measures'] as SwitchMeasures | undefined;
  const sealedMs = await sinceChangeMs(barrier, migrationId);
  const windowMs = measures?.windowMs ?? Math.max(0, sealedMs - (await sinceChangeMs(gate, migrationId)));
  return { ...{ kind: 'opened', ...record }, windowMs, routing: null, steps: {} };
}

async function takeBack(
  context: ReplicationContext,
  { barrier, gate }: WindowSessions,
  sealed: MigrationState,
  breach: string,
): Promise<Refusal> {
  await gate.query('ROLLBACK');
  await unseal(context, barrier, sealed);
  return { kind: 'refused', code: 'fence-ineffective', reason: `Writes get past the fence: ${breach}` };
}
