// Trouble with the store and the bus of the Azure home, drawn from a seed: requests throttled, answers lost after the work was done,
// connections cut and links detached.
import type { SeededRandom } from '../faults/seeded-random';
import type { AzureHome } from '../support/azure-home';
import type { Fault, RequestKind } from '../support/cosmos/cosmos-faults';

const THROTTLED: Fault = { kind: 'answer', status: 429, retryAfterMs: 20 };
const WRITES_MET: Fault = { kind: 'answer', status: 449 };
const DONE_TOO_LATE: Fault = { kind: 'answer-after', status: 408 };

/** What each kind of request can meet, and how often. */
const STORE_TROUBLE: Readonly<Partial<Record<RequestKind, { rate: number; faults: readonly Fault[] }>>> = {
  read: { rate: 0.05, faults: [THROTTLED] },
  query: { rate: 0.05, faults: [THROTTLED] },
  feed: { rate: 0.05, faults: [THROTTLED] },
  batch: { rate: 0.15, faults: [THROTTLED, WRITES_MET, DONE_TOO_LATE] },
};

const BUS_TROUBLE_EVERY_MS = 3_000;
type BusTrouble = 'connections dropped' | 'links detached' | 'answer to a send lost';
/** Each costs whoever waited for an answer some seconds: more of them would be an outage rather than trouble. */
const BUS_TROUBLES: readonly BusTrouble[] = [
  'connections dropped',
  'connections dropped',
  'links detached',
  'links detached',
  'answer to a send lost',
];

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
    const trouble = STORE_TROUBLE[kind];
    if (trouble === undefined || random.next() >= trouble.rate) return null;
    const fault = random.pick(trouble.faults);
    count(`${kind} ${fault.kind} ${'status' in fault ? fault.status : ''}`.trim());
    return fault;
  };
  const { faults } = serviceBus;
  const troubles: Readonly<Record<BusTrouble, () => void>> = {
    'connections dropped': () => faults.dropConnections(),
    'links detached': () => faults.detachLinks(),
    'answer to a send lost': () => void (faults.dropsAfterAccept = 1),
  };
  const upcoming = random.shuffled(BUS_TROUBLES);
  const timer = setInterval(() => {
    const next = upcoming.pop();
    if (next === undefined) return;
    count(next);
    troubles[next]();
  }, BUS_TROUBLE_EVERY_MS);
  return {
    hits,
    calm: () => {
      clearInterval(timer);
      cosmos.faults.rule = () => null;
      serviceBus.faults.dropsAfterAccept = 0;
    },
  };
}
