import type { MinuteRange } from '../../../contracts/planning/classification';
import type { DataPathKind } from '../../../contracts/planning/settings';
import { MINUTE_MS } from '../dates/dating-input';
import type { Placed } from '../dates/place-waves';
import type { Draws } from './draws';
import { drawnMinutes } from './duration';

const LINES: readonly DataPathKind[] = ['express-route', 'vpn', 'internet', 'data-box'];
const DEVICES = LINES.indexOf('data-box');

/** What a wave sends over one line. */
export interface SimulatedTransfer {
  /** Place of the wave in the model. */
  readonly wave: number;
  /** The first of its workloads, by which its luck is drawn. */
  readonly workload: number;
  readonly line: number;
  readonly plannedStart: number;
  readonly plannedMs: number;
  readonly bufferMs: number;
  readonly minutes: MinuteRange;
}

/** When the data of a wave are there in a run. */
export interface Arrival {
  end: number;
  /** The wave that had a line before this one; -1: none. */
  before: number;
  /** When they would have been there at the earliest, buffer included, had they begun as soon as the line was free. */
  possible: number;
}

/** By planned start: in that order lines carry them. */
export function transfersOf(
  placed: readonly Placed[],
  risked: ReadonlyMap<string, { readonly workload: number }>,
): SimulatedTransfer[] {
  return placed
    .flatMap(({ workloads, parts, transfers }, wave) =>
      parts.loads.map(({ path, transferMs, bufferMs }, index): SimulatedTransfer => {
        const loads = workloads.filter((each) => each.path === path);
        const sum = (part: keyof MinuteRange): number =>
          loads.reduce((total, { transferMinutes }) => total + (transferMinutes?.[part] ?? 0), 0);
        return {
          wave,
          workload: Math.min(...loads.map(({ id }) => risked.get(id)?.workload ?? 0)),
          line: LINES.indexOf(path),
          plannedStart: transfers[index]?.start ?? 0,
          plannedMs: transferMs,
          bufferMs,
          minutes: { low: sum('low'), likely: sum('likely'), high: sum('high') },
        };
      }),
    )
    .sort((a, b) => a.plannedStart - b.plannedStart || a.wave - b.wave || a.line - b.line);
}

/** Transfers begin when planned, or when their line is free of the one before; devices are shipped beside each other. */
export function simulateTransfers(
  transfers: readonly SimulatedTransfer[],
  waves: number,
  draws: Draws,
): readonly Arrival[] {
  const arrivals = Array.from({ length: waves }, (): Arrival => ({ end: 0, before: -1, possible: 0 }));
  const last = LINES.map(() => ({ wave: -1, end: 0 }));
  for (const { wave, workload, line, plannedStart, plannedMs, bufferMs, minutes } of transfers) {
    const before = last[line];
    const arrival = arrivals[wave];
    if (before === undefined || arrival === undefined) continue;
    const start = Math.max(plannedStart, before.end);
    const lengthMs = drawnMinutes(minutes, draws.transfer(workload, line)) * MINUTE_MS;
    const end = start + lengthMs;
    arrival.end = Math.max(arrival.end, end);
    if (line === DEVICES) continue;
    const possible = before.end + Math.max(plannedMs + bufferMs, lengthMs);
    if (before.wave >= 0 && possible > arrival.possible)
      Object.assign(arrival, { before: before.wave, possible });
    last[line] = { wave, end };
  }
  return arrivals;
}
