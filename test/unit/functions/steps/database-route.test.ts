import { beforeEach, describe, expect, it } from '@jest/globals';
import { prepareRoute, type Route } from '../../../../functions/steps/postgres/route';
import type { ControlOutcome, ControlRequest, Side } from '../../../../shared/contracts/controls';
import { ladderWorld, MemorySwitch, type LadderWorld } from '../../../support/traffic/memory-switch';

const ON_TARGET = { source: 0, target: 1_000 };

/** An application that opens whichever side it is asked to. */
const perform = async (operation: string, { side }: ControlRequest): Promise<ControlOutcome> => ({
  kind: 'replied',
  reply: {
    ...{ ok: true, detail: operation, side, serving: true, writable: true },
    ...{ inFlight: 0, healthy: true, activeSide: 'source' },
  },
  evidence: { source: 'hook', summary: operation, facts: {} },
});

describe('the route of a database whose users are moved by a traffic service', () => {
  let traffic: MemorySwitch;
  let world: LadderWorld;
  beforeEach(() => {
    const climb = { steps: [10, 50, 100], lowTtlSeconds: 30, waitMs: 60_000 };
    world = ladderWorld((nowMs) => (traffic = new MemorySwitch(3, 300, nowMs)), climb);
  });

  const prepare = (side: Side) => {
    const context = world.context();
    Object.assign(context.services, { controlsOf: () => ({ perform }) });
    return prepareRoute(context, side);
  };

  /** As the step is called again and again. */
  const ready = async (side: Side): Promise<Route> => {
    for (let call = 0; call < 10; call += 1) {
      const prepared = await prepare(side);
      if (prepared.kind === 'ready') return prepared.route;
      if (prepared.result.kind !== 'pending') throw new Error(JSON.stringify(prepared.result));
      world.nowMs += prepared.result.retryAfterMs;
    }
    throw new Error('it is never ready');
  };

  it('R135 is ready only once the low TTL is all that anybody remembers, and then goes all the way at once', async () => {
    const beganMs = world.nowMs;
    const route = await ready('target');
    expect(traffic.ttlSeconds).toBe(30);
    expect(world.nowMs - beganMs).toBeGreaterThanOrEqual(300_000);
    expect(traffic.weights()).toEqual({ source: 3, target: 0 });
    await route();
    expect(traffic.weights()).toEqual(ON_TARGET);
    const shares = traffic.history.map(({ weights: { source, target } }) => target / (source + target));
    expect(shares.filter((share) => share > 0 && share < 0.5)).toEqual([]);
  });

  it('R147 leaves users where they are when it is taken again, however the target does', async () => {
    await (
      await ready('target')
    )();
    world.isHealthy = () => false;
    await (
      await ready('target')
    )();
    expect(traffic.weights()).toEqual(ON_TARGET);
  });

  it('R147 R148 puts back exactly what was in force before', async () => {
    const before = structuredClone(traffic.values);
    await (
      await ready('target')
    )();
    await (
      await ready('source')
    )();
    expect(traffic.values).toEqual(before);
  });
});
