import type { PlanContent } from '../../../contracts/planning/plan';
import type { Portfolio } from '../../../contracts/planning/portfolio';
import type {
  FailureChances,
  Percentiles,
  PlanSimulation,
  SimulatedWaveResult,
} from '../../../contracts/planning/simulation';
import { DAY_MS } from '../../calendars/time-zone';
import { instant } from '../dates/dating-input';
import { Draws } from './draws';
import { criticalWaves, simulateRun, type WaveRun } from './simulate-run';
import { simulationModel, type SimulatedWave, type SimulationModel } from './simulation-model';

export interface SimulationRequest {
  readonly content: PlanContent;
  readonly portfolio: Portfolio;
  /** At least one. */
  readonly runs: number;
  /** An unsigned number of 32 bits. */
  readonly seed: number;
  readonly chances: FailureChances;
}

/** What is kept of a wave over all runs. */
interface Tally {
  kept: number;
  delayMs: number;
  failures: number;
  critical: number;
}

/**
 * Runs a whole plan many times over the calendar it was made for: transfers and outages take what their forecasts leave open, cutovers
 * fail as often as their risk lets expect, and what fails or is late begins in its next legal window (R40 R43). No wave begins before
 * the date people were told. The same request gives the same result. Pauses after each run, so that others can have their turn.
 */
export function* simulatePlan({
  content,
  portfolio,
  runs,
  seed,
  chances,
}: SimulationRequest): Generator<undefined, PlanSimulation> {
  const model = simulationModel(content, portfolio, chances);
  const tallies = model.waves.map((): Tally => ({ kept: 0, delayMs: 0, failures: 0, critical: 0 }));
  const failures = { noGo: 0, rolledBack: 0, overrun: 0 };
  const finishes = new Float64Array(runs);
  for (let run = 0; run < runs; run += 1) {
    const waves = simulateRun(model, new Draws(seed, run));
    finishes[run] = waves.reduce((latest, { end }) => Math.max(latest, end), 0);
    for (const [place, wave] of waves.entries()) {
      count(tallies[place] as Tally, wave, model.waves[place] as SimulatedWave, model);
      failures.noGo += wave.noGo;
      failures.rolledBack += wave.rolledBack;
      failures.overrun += wave.overrun;
    }
    for (const place of criticalWaves(model, waves)) (tallies[place] as Tally).critical += 1;
    yield;
  }
  const each = (total: number): number => total / runs;
  const waves = model.waves.map((wave, place) => summary(wave, tallies[place] as Tally, runs));
  return {
    runs,
    seed,
    chances,
    plannedFinish: latestOf(model.waves),
    finish: percentiles(finishes, model.waves.length > 0),
    waves,
    criticalPath: waves.filter(({ criticalShare }) => criticalShare >= 0.5).map(({ number }) => number),
    failures: {
      noGo: each(failures.noGo),
      rolledBack: each(failures.rolledBack),
      overrun: each(failures.overrun),
    },
    undated: [...model.undated],
  };
}

function count(tally: Tally, run: WaveRun, wave: SimulatedWave, { timetable }: SimulationModel): void {
  if (run.start === wave.plannedStart && run.tries === 1) tally.kept += 1;
  tally.delayMs += Math.max(0, Math.min(run.end, timetable.horizon.end) - wave.plannedEnd);
  tally.failures += run.noGo + run.rolledBack + run.overrun;
}

const summary = (wave: SimulatedWave, tally: Tally, runs: number): SimulatedWaveResult => ({
  number: wave.number,
  plannedStart: instant(wave.plannedStart),
  plannedEnd: instant(wave.plannedEnd),
  keepsDate: tally.kept / runs,
  expectedDelayDays: tally.delayMs / runs / DAY_MS,
  expectedFailures: tally.failures / runs,
  criticalShare: tally.critical / runs,
});

const latestOf = (waves: readonly SimulatedWave[]): string | null =>
  waves.length === 0
    ? null
    : instant(waves.reduce((latest, { plannedEnd }) => Math.max(latest, plannedEnd), 0));

function percentiles(finishes: Float64Array, isAny: boolean): Percentiles {
  const sorted = finishes.slice().sort();
  const at = (percent: number): string | null => {
    const finish = sorted[Math.ceil((sorted.length * percent) / 100) - 1];
    return !isAny || finish === undefined || finish === Infinity ? null : instant(finish);
  };
  return { p10: at(10), p50: at(50), p80: at(80), p90: at(90) };
}
