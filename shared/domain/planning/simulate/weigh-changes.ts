import type { PlanContent } from '../../../contracts/planning/plan';
import type { ChangeWorth, Percentiles, PlanChange } from '../../../contracts/planning/simulation';
import { DAY_MS } from '../../calendars/time-zone';
import { dateWaves } from '../dates/date-waves';
import { changed, titleOf, type ChangedInputs } from './plan-changes';
import { datedWorkloads } from './simulation-model';
import { simulatePlan, type SimulationRequest } from './simulate-plan';

/** Makes the plan that the changed inputs would give; a plan before holds none of its dates. */
export type Replan = (inputs: ChangedInputs) => PlanContent;

export interface Weighing {
  readonly datedAnew: Percentiles;
  /** By the same draws as the plan itself (R48). */
  readonly weigh: (change: PlanChange) => Generator<undefined, ChangeWorth>;
}

/** The same waves, each as early as it can be now: what a change wins is not what agreed dates had left unused. */
function datedAnew({ content, portfolio }: SimulationRequest): PlanContent {
  const { waves, settings, edits } = content;
  const workloads = datedWorkloads(content, portfolio);
  const { dates } = dateWaves({ waves, workloads, settings, edits, previous: null });
  return { ...content, waves: waves.map((wave, index) => ({ ...wave, dates: dates[index] ?? null })) };
}

const daysBetween = (from: string | null, to: string | null): number | null =>
  from === null || to === null ? null : (Date.parse(from) - Date.parse(to)) / DAY_MS;

/** After every instant. */
const NEVER = '9';
const rankOf = ({ p50, p80 }: Percentiles): string => `${p50 ?? NEVER} ${p80 ?? NEVER}`;
const earliest = (all: readonly [Percentiles, ...Percentiles[]]): Percentiles =>
  all.reduce((best, next) => (rankOf(next) < rankOf(best) ? next : best));

/**
 * Weighs changes one at a time. Whoever can make one may plan anew with it, keep the dates and use it where things are late, or leave
 * it: the best of these counts, so that nothing is worse for one more team. Pauses as often as the simulations it is made of.
 */
export function* weighChanges(request: SimulationRequest, replan: Replan): Generator<undefined, Weighing> {
  const { content, portfolio } = request;
  const before = datedAnew(request);
  const finishOf = function* (plan: PlanContent, inputs: ChangedInputs): Generator<undefined, Percentiles> {
    return (yield* simulatePlan({ ...request, content: plan, portfolio: inputs.portfolio })).finish;
  };
  const base = yield* finishOf(before, { settings: content.settings, portfolio });
  const weigh = function* (change: PlanChange): Generator<undefined, ChangeWorth> {
    const title = titleOf(change);
    const result = changed({ settings: content.settings, portfolio }, change);
    if (result.kind === 'impossible') return { outcome: 'impossible', change, title, why: result.why };
    const { inputs } = result;
    const anew = yield* finishOf(replan(inputs), inputs);
    const kept = yield* finishOf({ ...before, settings: inputs.settings }, inputs);
    const finish = earliest([base, kept, anew]);
    const daysEarlier = { p50: daysBetween(base.p50, finish.p50), p80: daysBetween(base.p80, finish.p80) };
    return { outcome: 'simulated', change, title, finish, daysEarlier };
  };
  return { datedAnew: base, weigh };
}
