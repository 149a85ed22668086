import type { PlanEdit } from '../../contracts/planning/edit';
import type { CutDependency, PlanContent, PlannedWave, WaveDates } from '../../contracts/planning/plan';
import type { Portfolio } from '../../contracts/planning/portfolio';
import type { PlanSettings } from '../../contracts/planning/settings';
import { canonicalJson } from '../canonical-json';
import { sameJson } from '../same-json';
import { classifyPortfolio } from './classify/classify-portfolio';
import { dateWaves } from './dates/date-waves';
import { endOfCut } from './dates/end-of-cut';
import { planProblems } from './plan-problems';
import { planningInputs } from './planning-inputs';
import { groupIntoWaves } from './waves/group-into-waves';
import type { GroupedWave } from './waves/grouping';

export interface PlanRequest {
  readonly portfolio: Portfolio;
  /** Content hash of the portfolio: what tells whether classifications of the plan before still hold. */
  readonly portfolioHash: string;
  readonly settings: PlanSettings;
  /** In the order they were made. */
  readonly edits: readonly PlanEdit[];
  /** The plan to disturb as little as possible (R11); null: planned from nothing. */
  readonly previous: PlanContent | null;
}

/** Whether a plan is already what would be made: made anew it would only say once more that it was kept. */
const isAnswered = ({ portfolioHash, settings, edits }: PlanRequest, previous: PlanContent): boolean =>
  previous.portfolioHash === portfolioHash &&
  canonicalJson([previous.settings, previous.edits]) === canonicalJson([settings, edits]);

/**
 * The plan of a portfolio: every workload classified, put into a wave, dated, or said why not. Depends on nothing but the request,
 * so that the same request gives the same plan, byte for byte, wherever it is made.
 */
export function makePlan(request: PlanRequest): PlanContent {
  const { portfolio, portfolioHash, settings, edits, previous } = request;
  if (previous !== null && isAnswered(request, previous)) return previous;
  const classifications = classifyPortfolio({ portfolio, portfolioHash, settings, edits, previous });
  const { candidates, dated: workloads } = planningInputs(portfolio.workloads, classifications);
  // The same list of classifications: the same portfolio and settings.
  const said = previous && classifications === previous.classifications ? previous : null;
  const { waves, cuts, sharedServices, excluded, problems } = groupIntoWaves({
    candidates,
    connections: portfolio.connections,
    capacity: settings.capacity,
    sharedServices: settings.sharedServices,
    edits,
    previous: previous?.waves ?? null,
    ...(said && { said }),
  });
  const dating = dateWaves({
    waves,
    workloads,
    settings,
    edits,
    previous: previous?.waves ?? null,
  });
  const dated = waves.map((wave, at) => withDates(wave, dating.dates[at] ?? null, said?.waves[at]));
  return {
    settings,
    portfolioHash,
    edits,
    classifications,
    waves: dated,
    cuts: cuts.map((cut) => withDeadline(cut, endOfCut(cut, dated))),
    sharedServices,
    excluded,
    problems: [
      ...problems,
      ...dating.problems,
      ...planProblems(portfolio, classifications, { settings, edits, excluded }),
    ],
  };
}

/** What is as it was stays the same value: it need not be checked, hashed and told apart again. */
const withDates = (
  wave: GroupedWave,
  dates: WaveDates | null,
  before: PlannedWave | undefined,
): PlannedWave => (before === wave && sameJson(before.dates, dates) ? before : { ...wave, dates });

const withDeadline = (cut: CutDependency, deadline: string | null): CutDependency =>
  cut.deadline === deadline ? cut : { ...cut, deadline };
