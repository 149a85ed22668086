import type { Method, MinuteRange } from '../../../contracts/planning/classification';
import type { InventoryWorkload } from '../../../contracts/planning/portfolio';
import type { DataPath } from '../../../contracts/planning/settings';
import type { DataVolume } from './data-volume';
import { plus, times, transferMinutes } from './forecast';

/** Stopping, starting, testing and sending users over, whatever moves. */
const HANDLING: Readonly<Record<Method, MinuteRange>> = {
  offline: { low: 15, likely: 30, high: 60 },
  online: { low: 1, likely: 5, high: 15 },
  redeploy: { low: 5, likely: 10, high: 30 },
};
/** More servers to stop, start and look at. */
const PER_SERVER_MINUTES = 2;
/** A last pass carries what changed in about this part of a day. */
const LAST_PASS_SHARE_OF_DAY = 1 / 24;

/**
 * The outage a method would cost. Offline and redeployed workloads stop for their databases and for what changed since the last
 * pass of the rest, which was copied before; with a device, for a day's changes. Online ones stop for a moment (R20).
 */
export function forecastDowntime(
  workload: InventoryWorkload,
  volume: DataVolume,
  path: DataPath | null,
  method: Method,
  factor = 1,
): MinuteRange {
  const handling = plus(HANDLING[method], serversOf(workload, method));
  if (method === 'online') return times(handling, factor);
  const line = path?.kind === 'data-box' ? null : path;
  const share = path?.kind === 'data-box' ? 1 : LAST_PASS_SHARE_OF_DAY;
  const travelling = volume.databaseGb + volume.changeGbPerDay * share;
  const travel = (line === null ? null : transferMinutes(travelling, line)) ?? UNKNOWN_LINE(travelling);
  return times(plus(handling, travel), factor);
}

const serversOf = ({ servers }: InventoryWorkload, method: Method): MinuteRange => {
  const minutes = method === 'offline' ? servers.length * PER_SERVER_MINUTES : 0;
  return { low: minutes / 2, likely: minutes, high: minutes * 2 };
};

/** A line nobody measured, taken for 100 Mbit/s. */
const UNKNOWN_LINE = (gigabytes: number): MinuteRange => {
  const minutes = (gigabytes * 8_000) / 100 / 60;
  return { low: minutes, likely: minutes * 1.5, high: minutes * 3 };
};
