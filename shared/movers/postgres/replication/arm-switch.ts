import type { Client } from 'pg';
import { quoteIdentifier } from '../connect/quote';
import type { Direction } from '../postgres-context';
import { changeState, migrationState, type MigrationState } from '../state/migration-state';
import { installFence, removeFence } from './fence';
import { namesOf } from './names';
import type { Done, Refusal } from './outcomes';
import { exclusively, timedOut, type Sides } from './open-sides';
import {
  directionOf,
  opposite,
  publisherOf,
  SIDES,
  subscriberOf,
  type ReplicationContext,
} from './replication-context';
import { copySequences } from './sequences';
import { createSlot, dropSlot } from './slots';
import { addToPublication, createBeat, pendingTables, publish } from './publications';
import { subscribe, tellsOrigins, unsubscribe } from './subscribe';

/**
 * Prepares what would take long within the window: the fence, disabled, on the side that serves; publication and slot for the way
 * back on the other; sequences. No-op where armed. The slot for the way back keeps log: call `watchSlots` for as long as it stays so.
 */
export const armSwitch = (context: ReplicationContext, direction: Direction): Promise<Done> =>
  exclusively(context, 'arm', async (sides): Promise<Done> => {
    const states = await statesOf(context, sides);
    const ready = SIDES.every((side) => ['replicating', 'armed'].includes(states[side]?.phase ?? ''));
    const serving = states[publisherOf(direction)];
    if (!ready || serving == null || directionOf(serving.epoch) !== direction) return wrongPhase(states);
    const stranger = await firstStranger(sides[publisherOf(direction)], context.asset.applicationRoles);
    if (stranger !== null)
      return {
        kind: 'refused',
        code: 'setup',
        reason: `The fence can't be proved as ${stranger}: be its member.`,
      };
    try {
      await arm(context, sides, direction);
    } catch (error) {
      if (timedOut(error)) return { kind: 'refused', code: 'blocked', reason: LONG_TRANSACTION };
      throw error;
    }
    await setPhase(context, sides, states, 'armed');
    return { kind: 'done' };
  });

/** A role that is not there, or that the connection may not act as. */
async function firstStranger(client: Client, roles: readonly string[]): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT name FROM unnest($1::text[]) AS name LEFT JOIN pg_roles r ON r.rolname = name
     WHERE r.oid IS NULL OR NOT pg_has_role(r.oid, 'MEMBER') LIMIT 1`,
    [roles],
  );
  return rows[0]?.name ?? null;
}

const LONG_TRANSACTION = 'Transactions that run long keep a table or the replication slot for the way back.';
/** A slot begins once the transactions that write at that time have ended. */
const SLOT_MS = 60_000;

async function arm(context: ReplicationContext, sides: Sides, direction: Direction): Promise<void> {
  const { migrationId } = context;
  const names = namesOf(migrationId);
  const back = opposite(direction);
  const [publisher, subscriber] = [sides[publisherOf(direction)], sides[subscriberOf(direction)]];
  await installFence(subscriber, migrationId, true);
  await installFence(publisher, migrationId, false);
  for (const side of SIDES) await createBeat(sides[side], names.beat(back));
  await publish(subscriber, migrationId, back);
  await addToPublication(subscriber, migrationId, back, await pendingTables(subscriber, migrationId, back));
  await subscriber.query(`SET statement_timeout = ${SLOT_MS}`);
  await createSlot(subscriber, names.slot(back));
  if (await tellsOrigins(sides)) await subscribe(context, sides, back, { copyData: false, enabled: true });
  await copySequences(context, publisher, subscriber);
}

/** Takes back what `armSwitch` made; replication goes on. No-op where not armed. */
export const disarmSwitch = (context: ReplicationContext, direction: Direction): Promise<Done> =>
  exclusively(context, 'disarm', async (sides): Promise<Done> => {
    const { migrationId } = context;
    const states = await statesOf(context, sides);
    const ready = SIDES.every((side) => ['replicating', 'armed'].includes(states[side]?.phase ?? ''));
    const serving = states[publisherOf(direction)];
    if (!ready || serving == null || directionOf(serving.epoch) !== direction) return wrongPhase(states);
    await setPhase(context, sides, states, 'replicating');
    const names = namesOf(migrationId);
    const back = opposite(direction);
    const [publisher, subscriber] = [sides[publisherOf(direction)], sides[subscriberOf(direction)]];
    await unsubscribe(publisher, names.subscription(back));
    await dropSlot(subscriber, names.slot(back));
    await subscriber.query(`DROP PUBLICATION IF EXISTS ${quoteIdentifier(names.publication(back))}`);
    await removeFence(publisher, migrationId);
    return { kind: 'done' };
  });

export type States = Readonly<Record<'source' | 'target', MigrationState | null>>;

export async function statesOf({ migrationId }: ReplicationContext, sides: Sides): Promise<States> {
  return {
    source: await migrationState(sides.source, migrationId),
    target: await migrationState(sides.target, migrationId),
  };
}

export function wrongPhase({ source, target }: States): Refusal {
  const say = (state: MigrationState | null) =>
    state ? `${state.phase} in epoch ${state.epoch}` : 'not begun';
  return {
    kind: 'refused',
    code: 'wrong-phase',
    reason: `The source is ${say(source)}, the target ${say(target)}.`,
  };
}

async function setPhase(
  { migrationId }: ReplicationContext,
  sides: Sides,
  states: States,
  phase: 'armed' | 'replicating',
): Promise<void> {
  for (const side of SIDES) {
    const state = states[side];
    if (state !== null && state.phase !== phase)
      await changeState(sides[side], migrationId, state, { ...state, phase });
  }
}
