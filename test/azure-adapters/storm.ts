// Trouble with the store and the bus of the Azure home, drawn from a seed: requests throttled, and answers lost after the work was done.
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

export interface Storm {
  /** What went wrong, by name. */
  readonly hits: ReadonlyMap<string, number>;
  calm(): void;
}

export function startStorm({ services }: AzureHome, random: SeededRandom): Storm {
  const { cosmos } = services;
  const hits = new Map<string, number>();
  const count = (name: string) => hits.set(name, (hits.get(name) ?? 0) + 1);
  cosmos.faults.rule = (kind) => {
    const trouble = STORE_TROUBLE[kind];
    if (trouble === undefined || random.next() >= trouble.rate) return null;
    const fault = random.pick(trouble.faults);
    count(`${kind} ${fault.kind} ${'status' in fault ? fault.status : ''}`.trim());
    return fault;
  };
  return {
    hits,
    calm: () => {
      cosmos.faults.rule = () => null;
    },
  };
}
