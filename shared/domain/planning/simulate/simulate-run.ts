import { firstEndingAfter } from '../../calendars/interval';
import { countedDay } from '../dates/team-days';
import { MINUTE_MS, roundedStart } from '../dates/dating-input';
import type { Draws } from './draws';
import { simulateTransfers, type Arrival } from './simulated-transfers';
import type { SimulatedWave, SimulationModel } from './simulation-model';
import { tryWave, type Failures } from './try-wave';

/** How a wave went; times beyond the horizon are Infinity. */
export interface WaveRun extends Failures {
  readonly start: number;
  readonly end: number;
  readonly tries: number;
  /** Since when its team can begin another wave, and others that come after it. */
  readonly release: number;
  /** The wave that held it back longest, and until when; -1: none did. */
  readonly driver: number;
  readonly driverUntil: number;
}

/** When the wave can begin, not before `from`. */
function legalStart({ open, neededMs }: SimulatedWave, from: number): number {
  if (from === Infinity) return Infinity;
  const earliest = roundedStart(from);
  for (let index = firstEndingAfter(open, earliest); index < open.length; index += 1) {
    const slot = open[index];
    const start = Math.max(earliest, slot?.start ?? Infinity);
    if (slot && start + neededMs <= slot.end) return start;
  }
  return Infinity;
}

interface Ready {
  readonly at: number;
  readonly driver: number;
  readonly driverUntil: number;
}

/** The waves that can hold one back: those it comes after, the one its team ran, the one that had its line. */
function readiness(
  wave: SimulatedWave,
  place: number,
  arrival: Arrival | undefined,
  team: Team,
  runs: readonly WaveRun[],
): Ready {
  let at = Math.max(arrival?.end ?? 0, team.free);
  let driver = -1;
  let driverUntil = -Infinity;
  const consider = (other: number, until: number): void => {
    if (other < 0 || other >= place || until <= driverUntil) return;
    driver = other;
    driverUntil = until;
  };
  consider(team.wave, team.free);
  for (const other of wave.after) {
    const until = runs[other]?.release ?? 0;
    at = Math.max(at, until);
    consider(other, until);
  }
  if (arrival) consider(arrival.before, arrival.possible);
  return { at, driver, driverUntil };
}

interface Team {
  free: number;
  /** The wave it ran; -1: none yet. */
  wave: number;
}

/**
 * One run: waves in the order of their dates, each taking the team that is free first, never before its planned start. What does not
 * arrive is tried again in the next legal window of a later day. Starts are monotonic in everything that can be relaxed: with more
 * teams or less to wait for, none begins later.
 */
export function simulateRun(model: SimulationModel, draws: Draws): readonly WaveRun[] {
  const arrivals = simulateTransfers(model.transfers, model.waves.length, draws);
  const teams = Array.from({ length: model.teams }, (): Team => ({ free: -Infinity, wave: -1 }));
  const runs: WaveRun[] = [];
  for (const [place, wave] of model.waves.entries()) {
    const team = teams.reduce((first, other) => (other.free < first.free ? other : first));
    const ready = readiness(wave, place, arrivals[place], team, runs);
    const start = ready.at <= wave.plannedStart ? wave.plannedStart : legalStart(wave, ready.at);
    const run = runWave(model, wave, start, ready, draws);
    runs.push(run);
    team.free = run.release;
    team.wave = place;
  }
  return runs;
}

function runWave(
  { timetable, concurrent }: SimulationModel,
  wave: SimulatedWave,
  start: number,
  { driver, driverUntil }: Ready,
  draws: Draws,
): WaveRun {
  const arrived = new Uint8Array(wave.members.length);
  const run = { noGo: 0, rolledBack: 0, overrun: 0, tries: 0, end: Infinity, release: Infinity };
  for (let at = start; at !== Infinity;) {
    const attempt = tryWave(wave, concurrent, run.tries, draws, arrived);
    run.tries += 1;
    run.noGo += attempt.noGo;
    run.rolledBack += attempt.rolledBack;
    run.overrun += attempt.overrun;
    if (attempt.missing === 0) {
      run.end = at + attempt.testedAfter * MINUTE_MS;
      run.release = timetable.readyAfter({ start: at, end: run.end });
      break;
    }
    const planned = { start: at, end: at + wave.neededMs };
    const nextDay = timetable.zone.instantAt(countedDay(timetable.zone, planned) + 1, 0);
    at = legalStart(wave, Math.max(planned.end, nextDay));
  }
  return { ...run, start, driver, driverUntil };
}

/** Places of the waves that determined the finish: the last one, what it could not begin before, and so on. */
export function criticalWaves({ waves }: SimulationModel, runs: readonly WaveRun[]): number[] {
  const critical: number[] = [];
  let place = runs.reduce((last, { end }, index) => (end > (runs[last]?.end ?? -1) ? index : last), 0);
  for (;;) {
    const [wave, run] = [waves[place], runs[place]];
    if (!wave || !run) return critical;
    critical.push(place);
    if (run.driver < 0) return critical;
    // Had the driver been over earlier, an earlier window would not have been open: its date alone held the wave.
    if (legalStart(wave, run.driverUntil) < run.start) return critical;
    place = run.driver;
  }
}
