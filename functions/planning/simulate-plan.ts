import { setImmediate as nextTurn } from 'node:timers/promises';
import { MigrationError } from '../../shared/contracts/errors';
import type { SimulationInput, SimulationResult } from '../../shared/contracts/planning/simulation';
import { explain } from '../../shared/domain/planning/explain';
import { expectedFailures } from '../../shared/domain/planning/lessons/failure-chances';
import { makePlan } from '../../shared/domain/planning/make-plan';
import { editsOfStarted } from '../../shared/domain/planning/run/started-waves';
import { simulatePlan } from '../../shared/domain/planning/simulate/simulate-plan';
import { weighChanges, type Replan } from '../../shared/domain/planning/simulate/weigh-changes';
import type { Ledger } from '../../shared/ledger/ledger';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { openPlanWithPortfolio } from './open-plan';

/** Workloads times runs of one simulation: a few seconds. */
const MOST_WORKLOAD_RUNS = 5_000_000;

/** As long as others may wait for their turn, but for one run and one planning anew, which are not interrupted. */
const TURN_MS = 20;

/** Works on until it is finished, and lets others have their turn: a simulation of a large plan takes a while. */
async function inTurns<T>(work: Generator<undefined, T>): Promise<T> {
  for (let since = performance.now(); ;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() - since < TURN_MS) continue;
    await nextTurn();
    since = performance.now();
  }
}

/** What a plan would come to, many times over, and what changes of it would win. Changes nothing. */
export async function simulateStoredPlan(
  where: { readonly ledger: Ledger } & Pick<ContentLedger, 'journal'>,
  id: string,
  { runs, seed, chances, changes }: SimulationInput,
): Promise<SimulationResult> {
  const { head, content, portfolio } = await openPlanWithPortfolio(where, id);
  const workloads = content.classifications.length;
  const most = Math.floor(MOST_WORKLOAD_RUNS / Math.max(1, workloads));
  if (runs > most)
    throw new MigrationError(
      'invalid-input',
      `${runs} runs of a plan with ${workloads} workloads take too long: ask for at most ${most}`,
      { field: 'runs' },
    );
  const expected = expectedFailures(content, chances);
  const request = { content, portfolio, runs, seed, chances: expected.chances };
  const simulation = {
    ...(await inTurns(simulatePlan(request))),
    chancesReason: expected.reason,
    chancesSentence: explain(expected.reason),
  };
  if (changes.length === 0) return { ...simulation, datedAnew: null, worth: [] };
  const { portfolioHash } = content;
  const edits = [...content.edits, ...editsOfStarted(head, content, content.edits)];
  const previous = { ...content, waves: content.waves.map((wave) => ({ ...wave, dates: null })) };
  const replan: Replan = (inputs) => makePlan({ ...inputs, portfolioHash, edits, previous });
  const weighing = weighChanges({ ...request, content: { ...content, edits } }, replan);
  const { datedAnew, weigh } = await inTurns(weighing);
  const worth: SimulationResult['worth'] = [];
  for (const change of changes) worth.push(await inTurns(weigh(change)));
  return { ...simulation, datedAnew, worth };
}
