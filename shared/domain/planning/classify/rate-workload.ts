import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { Reason } from '../../../contracts/planning/reason';
import { because, told, type Sentences } from '../reasons';
import type { DataVolume } from './data-volume';

/** What waves are balanced by and ordered by. */
export interface Rating {
  readonly complexity: number;
  readonly risk: number;
  readonly precedence: number;
  readonly reasons: readonly Reason[];
}

const CRITICALITY = { low: 0, medium: 1, high: 2, 'mission-critical': 3 } as const;
const ENVIRONMENT = { development: 0, test: 1, staging: 2, production: 3 } as const;

/** Parts of a hundred; each grows with the doubling of what it counts. */
const doublings = (count: number, each: number, most: number): number =>
  Math.min(most, Math.round(Math.log2(1 + count) * each));

/**
 * Complexity: servers, databases, neighbours, data. Risk: criticality, what the business would feel, and how little is left
 * between the forecast outage and the tolerated one. Precedence: non-production, then internal, then less critical (R31).
 */
export function rateWorkload(
  workload: InventoryWorkload,
  { dataGb }: DataVolume,
  facts: {
    readonly neighbours: number;
    readonly exceedsTolerance: boolean;
    /** Its users were sent back before (R38). */
    readonly wasSentBack: boolean;
    readonly unknowns: number;
  },
): Rating {
  const { servers, databases, integrations } = workload;
  const criticality = CRITICALITY[workload.criticality ?? 'high'];
  const environment = ENVIRONMENT[workload.environment ?? 'production'];
  const complexity =
    doublings(servers.length, 8, 30) +
    doublings(databases.length, 10, 20) +
    doublings(facts.neighbours + integrations.length, 5, 25) +
    doublings(dataGb / 100, 3, 25);
  const impact =
    workload.impact === null ? 1 : Object.values(workload.impact).filter((each) => each === 'high').length;
  const risk =
    environment * 5 +
    criticality * 15 +
    impact * 7 +
    (facts.exceedsTolerance ? 10 : 0) +
    (facts.wasSentBack ? 10 : 0) +
    Math.min(9, facts.unknowns);
  const precedence = environment * 100 + criticality * 20 + (workload.isInternal === true ? 0 : 10);
  return {
    complexity: Math.min(100, complexity),
    risk: Math.min(100, risk),
    precedence,
    reasons: [
      because('rated', 'R30', { complexity: Math.min(100, complexity), risk: Math.min(100, risk) }),
      because('precedence', 'R31', {
        environment: workload.environment,
        criticality: workload.criticality,
        isInternal: workload.isInternal,
      }),
    ],
  };
}

export const ratingSentences: Sentences = {
  rated: ({ complexity, risk }) =>
    `Of a hundred, its complexity is ${told(complexity)} and its risk ${told(risk)}.`,
  precedence: ({ environment, criticality, isInternal }) =>
    `Its place in the order: environment ${told(environment)}, criticality ${told(criticality)}, ` +
    (isInternal === null
      ? 'nobody said whether it is internal.'
      : isInternal === true
        ? 'internal.'
        : 'used from outside.'),
};
