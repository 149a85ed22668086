import type { Connection } from '../../../shared/contracts/planning/portfolio';
import type { WaveCandidate, WaveGroupingInput } from '../../../shared/domain/planning/waves/grouping';

/** Numbers in [0, 1) that depend on the seed alone. */
export function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const ENVIRONMENTS = ['development', 'test', 'staging', 'production', 'production', 'production'] as const;
const CRITICALITIES = ['low', 'low', 'medium', 'medium', 'high', 'mission-critical'] as const;
/** Workloads of one business service: they call each other. */
const SERVICE = 8;
const PORTS = [443, 8080, 443, 1433, 5432, 5672, 445, 443];

/**
 * An estate of business services that call their own parts mostly, their neighbours now and then, and everything rarely; every
 * workload uses one of a few directories. `edges`: connections for each workload.
 */
export function estateOf(workloads: number, seed: number, edges = 5): WaveGroupingInput {
  const random = randomNumbers(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const idOf = (index: number): string => `w${String(index).padStart(6, '0')}`;
  const directories = Math.max(1, Math.floor(workloads / 5_000));
  const candidates = Array.from({ length: workloads }, (_, index): WaveCandidate => {
    const service = Math.floor(index / SERVICE);
    const environment = ENVIRONMENTS[service % ENVIRONMENTS.length] ?? 'production';
    const criticality = CRITICALITIES[below(CRITICALITIES.length)] ?? 'medium';
    const rank = CRITICALITIES.indexOf(criticality);
    return {
      workload: {
        id: idOf(index),
        application: `a${Math.floor(service / ENVIRONMENTS.length) * SERVICE + (index % SERVICE)}`,
        businessUnit: `unit ${Math.floor(service / 200) % 12}`,
        owner: `owner ${below(500)}`,
        environment,
        isInternal: random() < 0.6,
        criticality,
        dataGb: below(2_000),
        changeGbPerDay: below(20),
        dependsOn: [],
        servers: { length: 1 + below(6) },
      },
      complexity: below(100),
      risk: below(100),
      precedence: rank + (environment === 'production' ? 10 : 0),
      isBlocked: random() < 0.1,
    };
  });
  const pairs = new Map<string, Connection>();
  const connect = (from: number, to: number, ports: number[]): void => {
    if (from === to || to >= workloads) return;
    const key = `${from} ${to}`;
    if (!pairs.has(key))
      pairs.set(key, {
        from: idOf(from),
        to: idOf(to),
        ports,
        observations: 1 + below(1 << (1 + below(16))),
      });
  };
  for (let index = 0; index < workloads; index += 1) connect(index, below(directories), [389, 88]);
  while (pairs.size < workloads * edges) {
    const from = below(workloads);
    const start = Math.floor(from / SERVICE) * SERVICE;
    const where = random();
    const near = start + ENVIRONMENTS.length * SERVICE * (1 + below(3)) + below(SERVICE);
    const to = where < 0.9 ? start + below(SERVICE) : where < 0.99 ? near : below(workloads);
    connect(from, to, [PORTS[below(PORTS.length)] ?? 443]);
    if (where >= 0.9 || random() < 0.02) continue;
    if (pairs.size > workloads * edges * 0.98 && random() < 0.5) connect(from, below(workloads), [443]);
  }
  const connections = [...pairs.values()].sort((a, b) =>
    a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1,
  );
  const capacity = { workloadsPerWave: 20, serversPerWave: 150 };
  return { candidates, connections, capacity, sharedServices: [], edits: [], previous: null };
}
