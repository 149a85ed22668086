// A switch with two weighted sides and a TTL, in memory, and steps over it with a store in memory. Writes may be lost on the way there or back, and somebody
// else may write in between. It proves the ladder's rules; the protocols of real services are proved by the tests of the adapters.
import type { StepContext } from '../../../functions/steps/step';
import { StaleWriteError } from '../../../shared/contracts/errors';
import type { TrafficParts } from '../../../shared/contracts/records';
import type { Weights } from '../../../shared/domain/traffic-ladder';
import type { Operation, Stored } from '../../../shared/ports/store';
import type {
  TrafficGoal,
  TrafficLook,
  TrafficReading,
  TrafficSwitch,
  TrafficValue,
  TrafficWritten,
} from '../../../shared/ports/traffic-switch';
import { sampleCutover } from '../sample-cutover';
import { sampleWorkload } from '../sample-plan';

/** What becomes of a write: done; lost before it took effect, or its answer after. */
export type Fate = 'done' | 'lost-before' | 'lost-after';

interface Seen {
  readonly atMs: number;
  readonly weights: Weights;
  readonly ttlSeconds: number;
}

export class MemorySwitch implements TrafficSwitch {
  readonly name = 'memory';
  readonly values: Record<string, TrafficValue>;
  /** What users could see, after each write. */
  readonly history: Seen[] = [];
  problem: string | null = null;
  settled = true;
  fate: () => Fate = () => 'done';
  #version = 1;

  constructor(
    source: number,
    ttlSeconds: number,
    readonly nowMs: () => number,
  ) {
    this.values = {
      source: { weight: source, on: true },
      target: { weight: 7, on: false },
      profile: { ttlSeconds },
    };
  }

  weights(values: Readonly<Record<string, TrafficValue>> = this.values): Weights {
    const weight = (name: string): number => {
      const side = values[name] as { weight: number; on: boolean };
      return side.on ? side.weight : 0;
    };
    return { source: weight('source'), target: weight('target') };
  }

  get ttlSeconds(): number {
    return (this.values['profile'] as { ttlSeconds: number }).ttlSeconds;
  }

  /** Somebody else's change. */
  meddle(part: string, value: TrafficValue): void {
    this.values[part] = value;
    this.#version += 1;
  }

  async look(): Promise<TrafficLook> {
    const parts = Object.entries(this.values).map(
      ([name, value]) => [name, { value, version: String(this.#version) }] as const,
    );
    const reading: TrafficReading = {
      weights: this.weights(),
      ttlSeconds: this.ttlSeconds,
      parts: Object.fromEntries(parts),
      settled: this.settled,
      problem: this.problem,
      summary: JSON.stringify(this.values),
    };
    return { kind: 'read', reading };
  }

  partsFor({ parts }: TrafficReading, { weights, ttlSeconds }: TrafficGoal): TrafficParts {
    const side = (name: 'source' | 'target'): TrafficValue => {
      const now = parts[name]?.value as { weight: number; on: boolean };
      if (weights === undefined) return now;
      return weights[name] === 0 ? { weight: now.weight, on: false } : { weight: weights[name], on: true };
    };
    const profile = ttlSeconds === undefined ? (parts['profile']?.value ?? null) : { ttlSeconds };
    return { source: side('source'), target: side('target'), profile };
  }

  async write(part: string, value: TrafficValue, version: string): Promise<TrafficWritten> {
    const fate = this.fate();
    if (fate === 'lost-before') throw new Error('the request was lost');
    // Within one look several parts are written: only a stranger's write makes them stale.
    if (version !== String(this.#version)) return { kind: 'changed' };
    this.values[part] = value;
    this.history.push({ atMs: this.nowMs(), weights: this.weights(), ttlSeconds: this.ttlSeconds });
    if (fate === 'lost-after') throw new Error('the answer was lost');
    return { kind: 'written' };
  }

  proveRights = async (): Promise<null> => null;
}

export interface LadderWorld {
  readonly context: (attempt?: number) => StepContext;
  nowMs: number;
  /** What a look at the target finds. */
  isHealthy: () => boolean;
  /** What it throws fails a commit. */
  beforeCommit: (operations: readonly Operation[]) => void;
}

/** A cutover operated by hand whose traffic is moved by the switch, on a clock that a test moves. */
export const ladderWorld = (
  of: (nowMs: () => number) => TrafficSwitch,
  climb: { steps?: number[]; lowTtlSeconds?: number; waitMs?: number } = {},
): LadderWorld => {
  const documents = new Map<string, Stored<unknown>>();
  let version = 0;
  const store = {
    read: async (type: { name: string }, _partition: string, id: string) =>
      documents.get(`${type.name}/${id}`) ?? null,
    commit: async (partition: string, operations: readonly Operation[]) => {
      world.beforeCommit(operations);
      for (const operation of operations) {
        const key = `${operation.type.name}/${operation.id}`;
        const held = documents.get(key)?.version ?? null;
        if ((operation.kind === 'create' ? null : operation.version) !== held) throw new StaleWriteError(key);
        if (operation.kind === 'delete') throw new Error('the ladder is never deleted');
        version += 1;
        const body = operation.type.schema.parse(structuredClone(operation.body));
        documents.set(key, { partition, id: operation.id, body, version: String(version) });
      }
    },
  };
  const clock = { now: () => new Date(world.nowMs) };
  const workload = sampleWorkload({
    thresholds: { maxConsecutiveFailures: 1 },
    traffic: {
      kind: 'traffic-manager',
      subscriptionId: '11111111-2222-4333-8444-555555555555',
      resourceGroup: 'shop',
      profile: 'shop',
      source: { type: 'externalEndpoints', name: 'onprem' },
      target: { type: 'azureEndpoints', name: 'azure' },
      ...climb,
    },
  });
  const traffic = of(() => world.nowMs);
  const probe = {
    sample: async () => [
      {
        name: 'front page',
        ok: world.isHealthy(),
        status: 200,
        durationMs: 5,
        problem: null,
        detail: 'as told',
      },
    ],
  };
  const services = {
    ledger: { store, clock, itineraries: {} },
    clock,
    probe,
    traffic: { of: () => traffic },
  };
  const world: LadderWorld = {
    nowMs: Date.parse('2026-11-21T12:00:00.000Z'),
    isHealthy: () => true,
    beforeCommit: () => undefined,
    context: (attempt = 1) =>
      ({
        services,
        cutover: sampleCutover({ workload }),
        order: { key: `first--shop.redirect.${attempt}.redirectTraffic`, stage: 'redirect' },
        claim: { epoch: 1, heartbeat: async () => true, interrupted: async () => false },
      }) as unknown as StepContext,
  };
  return world;
};
