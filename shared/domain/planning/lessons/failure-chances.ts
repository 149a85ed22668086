import type { Classification } from '../../../contracts/planning/classification';
import type { Learned } from '../../../contracts/planning/lesson';
import type { PlanContent } from '../../../contracts/planning/plan';
import type { Reason } from '../../../contracts/planning/reason';
import { FailureChances } from '../../../contracts/planning/simulation';
import { because, counted, told, type Facts, type Sentences } from '../reasons';

/** How many cutovers the assumption weighs: as many as a full wave has, unless capacity says otherwise. */
const PRIOR_CUTOVERS = 20;
/** Of a workload that is planned no more. */
const MIDDLE_RISK = 50;
const MOST_CHANCE = 0.45;

export interface ExpectedFailures {
  readonly chances: FailureChances;
  readonly reason: Reason;
}

type Experienced = Pick<PlanContent, 'settings' | 'classifications'>;

/**
 * How often cutovers fail, by what the finished ones of the portfolio came to (R38). The chance of being sent back is scaled by how many
 * were, beside how many the assumption would have had by their risks: risks keep their proportion, and whoever moved what is easy first
 * has not shown that the rest is. The assumption itself counts as `PRIOR_CUTOVERS` of middle risk that came out as it says, so that one
 * failure among few says little and many say nearly all: the mean of a gamma distribution of that ratio, as in D. Clayton and J. Kaldor,
 * Biometrics 43 (1987), 671-681. Nobody records a go/no-go that said no as a lesson: that chance stays assumed. `given`: people's own,
 * taken as they are.
 */
export function expectedFailures(plan: Experienced, given: FailureChances | undefined): ExpectedFailures {
  if (given !== undefined) return { chances: given, reason: because('chances-given', 'R55') };
  const assumed = FailureChances.parse({});
  const { learned = [] } = plan.settings;
  if (learned.length === 0) return { chances: assumed, reason: because('chances-assumed', 'R55') };
  const facts = experience(plan.classifications, learned, assumed.rolledBack);
  const { least, most } = assumed.rolledBack;
  const after = (chance: number): number => Math.min(MOST_CHANCE, chance * facts.factor);
  return {
    chances: { ...assumed, rolledBack: { least: after(least), most: after(most) } },
    reason: because('chances-learned', 'R38', { ...facts }),
  };
}

function experience(
  classifications: readonly Classification[],
  learned: readonly Learned[],
  { least, most }: FailureChances['rolledBack'],
) {
  const risks = new Map(classifications.map(({ workloadId, risk }) => [workloadId, risk]));
  const chanceOf = ({ workloadId }: Learned): number =>
    least + ((most - least) * (risks.get(workloadId) ?? MIDDLE_RISK)) / 100;
  const assumed = learned.reduce((sum, lesson) => sum + chanceOf(lesson), 0);
  const prior = (PRIOR_CUTOVERS * (least + most)) / 2;
  const sentBack = learned.filter((lesson) => lesson.sentBack !== null).length;
  const factor = Math.round(((sentBack + prior) / (assumed + prior)) * 1_000) / 1_000;
  return { cutovers: learned.length, sentBack, factor, prior: PRIOR_CUTOVERS };
}

const wereSentBack = ({ cutovers, sentBack }: Facts): string =>
  `Of ${counted(Number(cutovers), 'cutover')} that the plan has learned from, ${sentBack === 0 ? 'none' : told(sentBack)} ${Number(sentBack) > 1 ? 'were' : 'was'} sent back`;

export const chanceSentences: Sentences = {
  'chances-given': () => 'How often cutovers fail was given with the request.',
  'chances-assumed': () => 'How often cutovers fail is assumed: the plan has learned from none yet.',
  'chances-learned': (facts) =>
    `${wereSentBack(facts)}: that is taken for ${told(facts['factor'])} times as likely as assumed, the assumption weighing ${told(facts['prior'])} cutovers. How often go/no-go says no stays assumed.`,
};
