// Trouble with every service of the Azure home at once, drawn from a seed: throttled and broken requests, answers lost after the
// work was done, connections cut, settlements that come too late.
import type { AzureHome } from '../support/azure-home';
import type { Fault, RequestKind } from '../support/cosmos/cosmos-faults';
import type { SeededRandom } from '../faults/seeded-random';

const TROUBLE_EVERY_MS = 400;
const THROTTLED: Fault = { kind: 'answer', status: 429, retryAfterMs: 20 };
const FAULTS: readonly Fault[] = [
  THROTTLED,
  THROTTLED,
  THROTTLED,
  { kind: 'answer', status: 503 },
  { kind: 'answer', status: 449 },
  { kind: 'cut-before' },
  { kind: 'cut-after' },
  { kind: 'answer-after', status: 503 },
];
const HIT: Readonly<Partial<Record<RequestKind, number>>> = {
  read: 0.04,
  batch: 0.08,
  query: 0.04,
  feed: 0.04,
};

export interface Storm {
  /** What went wrong, by name. */
  readonly hits: ReadonlyMap<string, number>;
  calm(): void;
}

export function startStorm({ services }: AzureHome, random: SeededRandom): Storm {
  const { cosmos, serviceBus } = services;
  const hits = new Map<string, number>();
  const count = (name: string) => hits.set(name, (hits.get(name) ?? 0) + 1);
  cosmos.faults.rule = (kind) => {
    if (random.next() >= (HIT[kind] ?? 0)) return null;
    const fault = random.pick(FAULTS);
    count(`cosmos ${kind} ${fault.kind}${'status' in fault ? ` ${fault.status}` : ''}`);
    return fault;
  };
  const { faults } = serviceBus;
  const troubles: Readonly<Record<string, () => void>> = {
    'connections dropped': () => faults.dropConnections(),
    'links detached': () => faults.detachLinks(),
    'answer to a send lost': () => void (faults.dropsAfterAccept += 1),
    'send refused as busy': () => void (faults.busySends += 1),
    'settlement too late': () => void (faults.lostSettlements += 1),
    'locks lost': () => faults.loseLocks(),
  };
  const timer = setInterval(() => {
    const name = random.pick(Object.keys(troubles));
    count(`service-bus ${name}`);
    troubles[name]?.();
  }, TROUBLE_EVERY_MS);
  return {
    hits,
    calm: () => {
      clearInterval(timer);
      cosmos.faults.rule = () => null;
      Object.assign(faults, { dropsAfterAccept: 0, busySends: 0, lostSettlements: 0 });
    },
  };
}
