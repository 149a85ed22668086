import type { Progress } from '../../shared/contracts/transfer';
import type { SliceProgress } from '../../shared/movers/files';

/** Progress of one pass over an asset, put together from its parallel slices in this process. */
interface Meter {
  readonly parts: Map<number, SliceProgress>;
  totalItems: number;
  totalBytes: number;
  beganAtMs: number;
  /** How much was done when it was looked at last, and since when it has been that. */
  moved: { readonly items: number; readonly bytes: number; readonly atMs: number };
}

/** Less is between two answers of a service that works. */
const STALL_SHOWN_MS = 10_000;

const meters = new Map<string, Meter>();

/**
 * Adds up what the slices of a stage report. For looking at only: after a restart it counts from what the slices say then, and
 * rates are over the time since the pass began here.
 */
export const createRateMeter = (cutoverId: string, assetId: string, stage: string) => {
  const key = `${cutoverId}/${assetId}/${stage}`;
  const meterOf = (now: Date): Meter => {
    const meter = meters.get(key) ?? {
      parts: new Map(),
      totalItems: 0,
      totalBytes: 0,
      beganAtMs: now.getTime(),
      moved: { items: 0, bytes: 0, atMs: now.getTime() },
    };
    meters.set(key, meter);
    return meter;
  };
  return {
    begin: (totalItems: number, totalBytes: number, now: Date): Progress => {
      const atMs = now.getTime();
      const moved = { items: 0, bytes: 0, atMs };
      meters.set(key, { parts: new Map(), totalItems, totalBytes, beganAtMs: atMs, moved });
      return progressOf(stage, meterOf(now), now);
    },
    report: (part: number, progress: SliceProgress, now: Date): Progress => {
      const meter = meterOf(now);
      meter.parts.set(part, progress);
      return progressOf(stage, meter, now);
    },
  };
};

const progressOf = (stage: string, meter: Meter, now: Date): Progress => {
  const parts = [...meter.parts.values()];
  const sum = (pick: (progress: SliceProgress) => number): number =>
    parts.reduce((total, part) => total + pick(part), 0);
  const doneItems = sum((part) => part.doneItems);
  const doneBytes = sum((part) => part.doneBytes);
  const totalItems = Math.max(
    meter.totalItems,
    sum((part) => part.totalItems),
  );
  const totalBytes = Math.max(
    meter.totalBytes,
    sum((part) => part.totalBytes),
  );
  const { moved } = meter;
  if (doneItems !== moved.items || doneBytes !== moved.bytes) {
    meter.moved = { items: doneItems, bytes: doneBytes, atMs: now.getTime() };
  }
  const stalledMs = doneItems < totalItems ? now.getTime() - meter.moved.atMs : 0;
  const seconds = Math.max(0.001, (now.getTime() - meter.beganAtMs) / 1_000);
  const share = Math.max(
    totalItems > 0 ? doneItems / totalItems : 0,
    totalBytes > 0 ? doneBytes / totalBytes : 0,
  );
  return {
    stage,
    totalItems,
    doneItems,
    totalBytes,
    doneBytes,
    bytesPerSecond: Math.round(doneBytes / seconds),
    secondsLeft: share > 0 ? Math.round((seconds / share - seconds) * 10) / 10 : null,
    ...(stalledMs >= STALL_SHOWN_MS && { stalledMs }),
    updatedAt: now.toISOString(),
  };
};

/** Trouble of an asset since something moved last. */
export class Stall {
  tries = 0;
  /** It is in the log. */
  isTold = false;
  private sinceMs: number | null = null;

  /** One more try failed; gives how long nothing has moved. */
  failed(now: Date): number {
    this.sinceMs ??= now.getTime();
    this.tries += 1;
    return now.getTime() - this.sinceMs;
  }

  ended(): void {
    this.tries = 0;
    this.isTold = false;
    this.sinceMs = null;
  }
}

const stalls = new Map<string, Stall>();

/** Shared by the slices of a stage in this process; after a restart it begins anew. */
export const stallOf = (cutoverId: string, assetId: string, stage: string): Stall => {
  const key = `${cutoverId}/${assetId}/${stage}`;
  const stall = stalls.get(key) ?? new Stall();
  stalls.set(key, stall);
  return stall;
};
