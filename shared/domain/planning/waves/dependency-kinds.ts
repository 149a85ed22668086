import type { CutDependency } from '../../../contracts/planning/plan';
import type { Criticality, InventoryWorkload, StatedDependency } from '../../../contracts/planning/portfolio';
import type { z } from 'zod';

export type Coupling = z.infer<typeof StatedDependency>['kind'];

/** Weakest first: a dependency seen in several ways counts as the strongest of them. */
export const COUPLINGS: readonly Coupling[] = [
  'other',
  'identity',
  'calls',
  'messages',
  'shared-files',
  'shared-database',
];
export const couplingCode = (coupling: Coupling): number => COUPLINGS.indexOf(coupling);

/** What it costs to have it between two places: data that must stay one is far dearer than a call that crosses a line. */
const COST_OF: Readonly<Record<Coupling, number>> = {
  other: 2,
  identity: 2,
  calls: 3,
  messages: 4,
  'shared-files': 8,
  'shared-database': 12,
};
const COSTS = COUPLINGS.map((coupling) => COST_OF[coupling]);

const PORTS: readonly (readonly [Coupling, readonly number[]])[] = [
  ['identity', [53, 88, 123, 389, 464, 636, 3268, 3269]],
  ['messages', [1414, 1883, 4222, 5671, 5672, 8883, 9092, 9093, 61613, 61616]],
  ['shared-files', [20, 21, 22, 111, 137, 139, 445, 2049]],
  [
    'shared-database',
    [1433, 1434, 1521, 1522, 3050, 3306, 5000, 5432, 6379, 9042, 11211, 27017, 30015, 50000],
  ],
];
const couplingOfPort = new Uint8Array(65_536).fill(couplingCode('calls'));
for (const [coupling, ports] of PORTS) {
  for (const port of ports) couplingOfPort[port] = couplingCode(coupling);
}

/** The strongest coupling that the ports of a connection speak for; a connection without a port is a call. */
export function couplingOf(ports: readonly number[]): number {
  let strongest = ports.length === 0 ? couplingCode('calls') : 0;
  for (const port of ports) strongest = Math.max(strongest, couplingOfPort[port] ?? 0);
  return strongest;
}

const RANK: Readonly<Record<Criticality, number>> = { low: 1, medium: 2, high: 3, 'mission-critical': 4 };

/** 1 to 4; unknown counts as medium. */
export const criticalityRank = ({ criticality }: Pick<InventoryWorkload, 'criticality'>): number =>
  RANK[criticality ?? 'medium'];
export const CRITICAL_RANK = RANK.high;
export const LOW_RANK = RANK.low;

const BASE_BITS = 4;

/**
 * What cutting a dependency costs: its kind, times how much it is used (`bits`: the binary logarithm of what was observed), times the
 * criticality of its more critical end. A whole number, so that sums do not depend on their order.
 */
export const dependencyWeight = (coupling: number, bits: number, fromRank: number, toRank: number): number =>
  (COSTS[coupling] ?? 0) * (BASE_BITS + bits) * Math.max(fromRank, toRank);

/** Less than a hundredth of it changes in a day. */
const isReadMostly = ({
  dataGb,
  changeGbPerDay,
}: Pick<InventoryWorkload, 'dataGb' | 'changeGbPerDay'>): boolean =>
  dataGb !== null && changeGbPerDay !== null && dataGb > 0 && changeGbPerDay < dataGb / 100;

/** What carries a dependency while its ends are in different places (R36). */
export function bridgeFor(
  coupling: Coupling,
  used: Pick<InventoryWorkload, 'dataGb' | 'changeGbPerDay'>,
): CutDependency['bridge'] {
  switch (coupling) {
    case 'shared-database':
    case 'shared-files':
      return isReadMostly(used) ? 'cache' : 'replication';
    case 'calls':
    case 'messages':
      return 'api-proxy';
    case 'identity':
    case 'other':
      return 'network-route';
  }
}
