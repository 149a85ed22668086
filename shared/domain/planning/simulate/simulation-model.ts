import type { MinuteRange } from '../../../contracts/planning/classification';
import type { PlanContent } from '../../../contracts/planning/plan';
import type { Portfolio } from '../../../contracts/planning/portfolio';
import type { FailureChances } from '../../../contracts/planning/simulation';
import { common, type Interval } from '../../calendars/interval';
import { TESTING_MINUTES, type DatedWorkload } from '../dates/dating-input';
import { candidates } from '../dates/candidates';
import { placeWaves, type Placed } from '../dates/place-waves';
import { waitsFor } from '../dates/schedule-cutovers';
import { Timetable } from '../dates/timetable';
import { datedWorkload } from '../planning-inputs';
import { transfersOf, type SimulatedTransfer } from './simulated-transfers';

/** A workload and what may become of its cutover. */
export interface Risked {
  /** Its place in the portfolio. */
  readonly workload: number;
  readonly noGo: number;
  readonly rolledBack: number;
}

export interface SimulatedMember extends Risked {
  readonly downtime: MinuteRange;
  /** Places in the wave of those that must have arrived before. */
  readonly waits: readonly number[];
}

export interface SimulatedWave {
  readonly number: number;
  readonly plannedStart: number;
  readonly plannedEnd: number;
  /** In the order in which they are planned. */
  readonly members: readonly SimulatedMember[];
  readonly testingMinutes: number;
  /** What each try takes of a window, contingency included. */
  readonly neededMs: number;
  /** Places, in the model, of the waves that must have ended well before. */
  readonly after: readonly number[];
  /** When it may run. */
  readonly open: readonly Interval[];
}

/** All of a plan that stays the same from run to run. Waves by planned start, transfers by theirs. */
export interface SimulationModel {
  readonly timetable: Timetable;
  readonly teams: number;
  readonly concurrent: number;
  readonly waves: readonly SimulatedWave[];
  readonly transfers: readonly SimulatedTransfer[];
  readonly undated: readonly number[];
}

export function simulationModel(
  content: PlanContent,
  portfolio: Portfolio,
  chances: FailureChances,
): SimulationModel {
  const { settings, waves } = content;
  const timetable = new Timetable(settings);
  const risked = riskedBy(content, portfolio, chances);
  const placed = placedAgain(content, datedWorkloads(content, portfolio), timetable);
  const places = new Map(placed.map(({ wave }, place) => [wave.number, place]));
  const opening = openTimes(timetable);
  return {
    timetable,
    teams: settings.capacity.teams,
    concurrent: settings.capacity.concurrentCutovers,
    waves: placed.map((each) => waveOf(each, places, risked, opening)),
    transfers: transfersOf(placed, risked),
    undated: waves.flatMap(({ number }) => (places.has(number) ? [] : [number])),
  };
}

/** What the dates of a plan depend on, of each of its workloads. */
export function datedWorkloads(
  { classifications }: PlanContent,
  { workloads }: Portfolio,
): ReadonlyMap<string, DatedWorkload> {
  const byId = new Map(classifications.map((each) => [each.workloadId, each]));
  return new Map(
    workloads.flatMap((workload) => {
      const classification = byId.get(workload.id);
      return classification === undefined ? [] : [[workload.id, datedWorkload(workload, classification)]];
    }),
  );
}

function riskedBy(
  { classifications }: PlanContent,
  { workloads }: Portfolio,
  { noGo, rolledBack }: FailureChances,
): ReadonlyMap<string, Risked> {
  const risks = new Map(classifications.map(({ workloadId, risk }) => [workloadId, risk / 100]));
  const chance = ({ least, most }: FailureChances['noGo'], share: number): number =>
    least + (most - least) * share;
  return new Map(
    workloads.map(({ id }, workload) => {
      const share = risks.get(id) ?? 0;
      return [id, { workload, noGo: chance(noGo, share), rolledBack: chance(rolledBack, share) }];
    }),
  );
}

/** The waves as they were dated; dated once more, because plans do not keep when each line is taken. */
function placedAgain(
  { settings, edits, waves }: PlanContent,
  workloads: ReadonlyMap<string, DatedWorkload>,
  timetable: Timetable,
): Placed[] {
  const input = { waves, workloads, settings, edits, previous: waves };
  const placements = placeWaves(candidates(input, timetable), timetable);
  return waves
    .flatMap(({ number, dates }): Placed[] => {
      const placement = placements.get(number);
      if (dates === null || placement === undefined || !('placed' in placement)) return [];
      return [{ ...placement.placed, start: Date.parse(dates.window.start) }];
    })
    .sort((a, b) => a.start - b.start || a.wave.number - b.wave.number);
}

function waveOf(
  { wave, workloads, parts, start, open }: Placed,
  places: ReadonlyMap<number, number>,
  risked: ReadonlyMap<string, Risked>,
  opening: (open: Placed['open']) => readonly Interval[],
): SimulatedWave {
  const waits = waitsFor(workloads);
  const byId = new Map(workloads.map((workload) => [workload.id, workload]));
  const order = new Map(parts.cutovers.map(({ workloadId }, index) => [workloadId, index]));
  const members = [...order.keys()].flatMap((id): SimulatedMember[] => {
    const [workload, risk] = [byId.get(id), risked.get(id)];
    if (workload === undefined || risk === undefined) return [];
    const others = (waits.get(id) ?? []).flatMap((other) => order.get(other) ?? []);
    return [{ ...risk, downtime: workload.downtimeMinutes, waits: others }];
  });
  const testing = workloads.map(({ testingMinutes }) => testingMinutes ?? TESTING_MINUTES);
  return {
    number: wave.number,
    plannedStart: start,
    plannedEnd: start + parts.cutoverMs + parts.testingMs,
    members,
    testingMinutes: Math.ceil(Math.max(...testing)),
    neededMs: parts.neededMs,
    after: wave.after.flatMap((number) => places.get(number) ?? []),
    open: opening(open),
  };
}

/** What is open to all workloads of a wave; waves with the same rules share it. */
function openTimes(timetable: Timetable): (open: Placed['open']) => readonly Interval[] {
  const names = new Map<Placed['open'][number], number>();
  const known = new Map<string, readonly Interval[]>();
  return (open) => {
    for (const times of open) if (!names.has(times)) names.set(times, names.size);
    const key = open
      .map((times) => String(names.get(times)))
      .sort()
      .join(' ');
    const kept = known.get(key);
    if (kept) return kept;
    const lists = open.map(({ legal }) => legal);
    const times = [...common(lists, timetable.horizon.start)];
    known.set(key, times);
    return times;
  };
}
