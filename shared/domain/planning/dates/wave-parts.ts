import type { SchedulePart } from '../../../contracts/planning/plan';
import type { DataPathKind, PlanSettings } from '../../../contracts/planning/settings';
import { instant, MINUTE_MS, PREPARATION_MS, TESTING_MINUTES, type DatedWorkload } from './dating-input';
import { scheduleCutovers, type CutoverSlot } from './schedule-cutovers';

/** What a wave needs on one line before its window opens. */
export interface LineLoad {
  readonly path: DataPathKind;
  readonly transferMs: number;
  /** Between the planned end of the transfer and the window (R41). */
  readonly bufferMs: number;
}

/** How long each part of a wave takes (R45). */
export interface WaveParts {
  readonly loads: readonly LineLoad[];
  readonly cutovers: readonly CutoverSlot[];
  readonly cutoverMs: number;
  readonly testingMs: number;
  readonly contingencyMs: number;
  /** What has to lie inside the window. */
  readonly neededMs: number;
}

const toMs = (minutes: number): number => Math.ceil(minutes) * MINUTE_MS;

/** The transfers of a wave share its lines: those on one line come one after another, lines beside each other. */
function loadsOf(workloads: readonly DatedWorkload[], contingencyShare: number): LineLoad[] {
  const byPath = new Map<DataPathKind, { likely: number; high: number }>();
  for (const { path, transferMinutes } of workloads) {
    if (path === null || transferMinutes === null || transferMinutes.likely === 0) continue;
    const sum = byPath.get(path) ?? { likely: 0, high: 0 };
    sum.likely += transferMinutes.likely;
    sum.high += transferMinutes.high;
    byPath.set(path, sum);
  }
  return [...byPath]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, { likely, high }]) => ({
      path,
      transferMs: toMs(likely),
      bufferMs: toMs(Math.max(likely * contingencyShare, high - likely)),
    }));
}

/** The workloads sorted by id, so that sums come out the same on any machine. */
export function partsOf(workloads: readonly DatedWorkload[], settings: PlanSettings): WaveParts {
  const cutovers = scheduleCutovers(workloads, settings.capacity.concurrentCutovers);
  const cutoverMinutes = Math.max(...cutovers.map(({ end }) => end));
  const testing = Math.max(...workloads.map(({ testingMinutes }) => testingMinutes ?? TESTING_MINUTES));
  const wayBack = Math.max(...workloads.map(({ rollbackMinutes }) => rollbackMinutes ?? 0));
  const contingency = Math.max(cutoverMinutes * settings.contingencyShare, wayBack);
  const cutoverMs = toMs(cutoverMinutes);
  const testingMs = toMs(testing);
  const contingencyMs = toMs(contingency);
  return {
    loads: loadsOf(workloads, settings.contingencyShare),
    cutovers,
    cutoverMs,
    testingMs,
    contingencyMs,
    neededMs: cutoverMs + testingMs + contingencyMs,
  };
}

/** The parts in order of time. Contingency comes twice: for the transfer before the window, and for the cutover at its end. */
export function partsFrom(
  parts: WaveParts,
  start: number,
  transfers: readonly { start: number; end: number }[],
) {
  const list: SchedulePart[] = [];
  const add = (part: SchedulePart['part'], from: number, to: number): void => {
    if (from < to) list.push({ part, start: instant(from), end: instant(to) });
  };
  const transferStart = Math.min(start, ...transfers.map((transfer) => transfer.start));
  const transferEnd = transfers.length > 0 ? Math.max(...transfers.map(({ end }) => end)) : start;
  add('preparation', transferStart - PREPARATION_MS, transferStart);
  add('transfer', transferStart, transferEnd);
  add('contingency', transferEnd, start);
  const tested = start + parts.cutoverMs + parts.testingMs;
  add('cutover', start, start + parts.cutoverMs);
  add('testing', start + parts.cutoverMs, tested);
  add('contingency', tested, tested + parts.contingencyMs);
  return list;
}
