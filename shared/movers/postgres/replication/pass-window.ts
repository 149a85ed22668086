import type { MigrationState } from '../state/migration-state';
import type { Attempt, Refusal } from './outcomes';
import type { ReplicationContext } from './replication-context';
import { prepareOpening, proveFence, seal, unseal, type CutRecord } from './seal-and-open';
import { sequenceValuesSql, type SequenceValues } from './sequences';
import { keepMaintenanceOut } from './stop-writers';
import type { Stopped } from './stop-attempt';
import type { WindowSessions } from './window-sessions';

/** What the side that serves from now remembers of the window, for a call that goes on from there. */
export interface WindowRecord extends CutRecord {
  readonly attempts: readonly Attempt[];
}

export interface Opened extends WindowRecord {
  readonly kind: 'opened';
  readonly windowMs: number;
  readonly steps: Readonly<Record<string, number>>;
}

/**
 * From stopped writers to the other side open, in two round trips: the seal, its proof and everything that opens the other side are
 * under way together, and the opening is committed once the seal is and the proof stands.
 */
export async function passWindow(
  context: ReplicationContext,
  sessions: WindowSessions,
  epoch: number,
  stopped: Stopped,
  attempts: readonly Attempt[],
): Promise<Opened | Refusal> {
  const { startedAt, cutLsn, token, used } = stopped;
  const record: WindowRecord = {
    ...{ cutLsn, token, attempts },
    startedAt: Date.now() - (performance.now() - startedAt),
  };
  const stoppedAt = performance.now();
  const [breach] = await allOrThrow(
    proveFence(context, sessions.proof),
    prepareOpening(context, sessions, epoch, used, record),
    seal(context, sessions, epoch, record),
  );
  const sealedAt = performance.now();
  const sealed: MigrationState = { epoch, phase: 'sealed', detail: {} };
  if (breach !== null) return takeBack(context, sessions, sealed, breach);
  await sessions.gate.query('COMMIT');
  const openedAt = performance.now();
  return {
    ...{ kind: 'opened', ...record, windowMs: openedAt - startedAt },
    steps: {
      lock: stopped.lockMs,
      drain: stopped.drainMs,
      seal: sealedAt - stoppedAt,
      open: openedAt - sealedAt,
    },
  };
}

/** Goes on from a seal whose worker died before the other side was open. */
export async function openSealed(
  context: ReplicationContext,
  sessions: WindowSessions,
  sealed: MigrationState,
): Promise<Opened | Refusal> {
  const record = sealed.detail as unknown as WindowRecord;
  const breach = await proveFence(context, sessions.proof);
  if (breach !== null) return takeBack(context, sessions, sealed, breach);
  const { rows } = await sessions.proof.query<{ given: SequenceValues }>(sequenceValuesSql(context));
  await keepMaintenanceOut(context, sessions.gate);
  await prepareOpening(context, sessions, sealed.epoch, rows[0]?.given ?? {}, record);
  await sessions.gate.query('COMMIT');
  return { ...{ kind: 'opened', ...record }, windowMs: Date.now() - record.startedAt, steps: {} };
}

export const openedBefore = ({ detail }: MigrationState): Opened => {
  const record = detail as unknown as WindowRecord;
  return { ...{ kind: 'opened', ...record }, windowMs: Date.now() - record.startedAt, steps: {} };
};

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

/** All have ended when it resolves or throws: none is left to act later. */
async function allOrThrow<A, B, C>(a: Promise<A>, b: Promise<B>, c: Promise<C>): Promise<readonly [A, B, C]> {
  await Promise.allSettled([a, b, c]);
  return [await a, await b, await c];
}
