import type { Progress } from '../../shared/contracts/transfer';
import type { SliceProgress } from '../../shared/movers/files';

/** Progress of one pass over an asset, put together from its parallel slices in this process. */
interface Meter {
  readonly parts: Map<number, SliceProgress>;
  totalItems: number;
  totalBytes: number;
  beganAtMs: number;
}

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
    };
    meters.set(key, meter);
    return meter;
  };
  return {
    begin: (totalItems: number, totalBytes: number, now: Date): Progress => {
      meters.set(key, { parts: new Map(), totalItems, totalBytes, beganAtMs: now.getTime() });
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
    updatedAt: now.toISOString(),
  };
};
