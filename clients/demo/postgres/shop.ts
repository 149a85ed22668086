import { Pool } from 'pg';
import type {
  ControlOperation,
  ControlReply,
  ControlRequest,
  Side,
} from '../../../shared/contracts/controls';
import { PLACE_ORDER } from './shop-schema';

interface SideState {
  readonly serving: boolean;
  readonly writable: boolean;
}

type Changed = { readonly ok: boolean; readonly detail?: string; readonly more?: Partial<ControlReply> };

/** Connections that are there before the first user comes to a side, and have planned an order: the first on a connection takes longest. */
const WARM = 8;
const PLAN_ORDER = { text: `EXPLAIN ${PLACE_ORDER}`, values: [0, 0, 0, '0', ''] };

/** The shop's configuration, and what its hooks do to it. It lives as long as its process: nobody kills it. */
export class Shop {
  readonly pools: Readonly<Record<Side, Pool>>;
  sides: Record<Side, SideState> = {
    source: { serving: true, writable: true },
    target: { serving: false, writable: false },
  };
  activeSide: Side = 'source';
  frozen = false;
  readonly #replies = new Map<string, ControlReply>();

  constructor(databases: Readonly<Record<Side, string>>) {
    this.pools = { source: poolOf(databases.source), target: poolOf(databases.target) };
  }

  async isHealthy(side: Side): Promise<boolean> {
    try {
      await this.pools[side].query('SELECT count(*) FROM customers WHERE id < 100');
      return true;
    } catch {
      return false;
    }
  }

  /** Does one control operation, once for each idempotency key. */
  async perform(operation: ControlOperation, request: ControlRequest): Promise<ControlReply> {
    const key = `${operation}:${request.idempotencyKey}`;
    const known = this.#replies.get(key);
    if (known) return known;
    const { ok, detail = '', more = {} } = await this.#do(operation, request);
    const { side } = request;
    const { activeSide } = this;
    const reply: ControlReply = {
      ...{ ok, detail, side, ...this.sides[side], inFlight: 0, healthy: true, activeSide },
      ...more,
    };
    this.#replies.set(key, reply);
    return reply;
  }

  async #do(operation: ControlOperation, { side, writable = false }: ControlRequest): Promise<Changed> {
    switch (operation) {
      case 'freeze':
      case 'unfreeze':
        this.frozen = operation === 'freeze';
        return { ok: true };
      case 'status':
      case 'restore':
        return { ok: true };
      case 'health':
        return { ok: true, more: { healthy: await this.isHealthy(side) } };
      case 'stop':
        this.sides[side] = { serving: false, writable: false };
        return { ok: true };
      case 'start':
        return this.#start(side, writable);
      case 'switch':
        return this.#switch(side);
    }
  }

  async #start(side: Side, writable: boolean): Promise<Changed> {
    if (writable && this.sides[otherOf(side)].writable)
      return { ok: false, detail: 'the other side takes writes; two writable sides would part' };
    await Promise.all(Array.from({ length: WARM }, () => this.pools[side].query(PLAN_ORDER)));
    this.sides[side] = { serving: true, writable };
    return { ok: true, more: { healthy: await this.isHealthy(side), startupLog: [`opened the ${side}`] } };
  }

  #switch(side: Side): Changed {
    const before = this.activeSide;
    this.activeSide = side;
    this.sides = {
      ...this.sides,
      [otherOf(side)]: { ...this.sides[otherOf(side)], writable: false },
      [side]: { ...this.sides[side], writable: this.sides[side].serving },
    };
    return {
      ok: true,
      more: { configurationBefore: { activeSide: before }, configurationAfter: { activeSide: side } },
    };
  }
}

const otherOf = (side: Side): Side => (side === 'source' ? 'target' : 'source');

const poolOf = (connectionString: string): Pool => {
  const pool = new Pool({ connectionString, max: 16, application_name: 'shop', idleTimeoutMillis: 0 });
  // A connection that breaks while it is idle is replaced by the next query.
  pool.on('error', () => undefined);
  return pool;
};
