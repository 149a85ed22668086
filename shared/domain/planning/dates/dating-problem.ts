import type { PlanProblem } from '../../../contracts/planning/plan';

const MAX_MESSAGE = 1_000;
const MAX_INVOLVED = 300;
/** How many waves or workloads are named; the message says how many there are. */
export const NAMED = 20;

export const datingProblem = (
  severity: PlanProblem['severity'],
  code: string,
  message: string,
  involves: readonly string[],
): PlanProblem => ({
  severity,
  code,
  message: message.slice(0, MAX_MESSAGE),
  involves: involves.map((each) => each.slice(0, MAX_INVOLVED)),
});

/** The first of a list, and how many more there are. */
export const listed = (all: readonly (string | number)[]): string => {
  const more = all.length - NAMED;
  return `${all.slice(0, NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};
