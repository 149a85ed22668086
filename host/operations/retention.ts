import { setTimeout as sleep } from 'node:timers/promises';
import { isEnded, type EndStatus, type RuntimeStatus } from '../engine/history';
import type { HostClock, ListenerContext } from '../function-app';
import { HostError } from '../host-error';
import type { HostJson } from '../host-settings';
import type { InstanceFilter, InstanceRow } from '../storage/engine-store';

/** How long an ended instance is kept, by how it ended; one that is absent is kept for ever. */
export type Retention = Readonly<Partial<Record<EndStatus, number>>>;

export interface PurgeableInstances {
  list(filter: InstanceFilter, afterNo: number, limit: number): InstanceRow[];
  /** Deletes those that have ended and are not awaited, and returns how many. */
  purge(rows: readonly InstanceRow[]): Promise<number>;
}

const DAY_MS = 86_400_000;
const SWEEP_EVERY_MS = 3_600_000;
/** Small, so that nothing waits long for the commit of a step. */
const STEP = 50;
const PAUSE_MS = 20;
const STATUSES: readonly EndStatus[] = ['Completed', 'Failed', 'Terminated'];
const SETTING = 'extensions.durableTask.retentionPolicies';

/**
 * The retention of host.json, in the form of Azure's retention policies: `[{ "retentionPeriodInDays": 30 },
 * { "retentionPeriodInDays": 90, "orchestrationState": "Failed" }]`. One without a state is for the states that have none of their own.
 */
export const readRetention = (hostJson: HostJson): Retention => {
  const durableTask = (hostJson.extensions as { durableTask?: Record<string, unknown> } | undefined)
    ?.durableTask;
  const policies = durableTask?.retentionPolicies ?? [];
  if (!Array.isArray(policies)) throw invalid('', 'a list', policies);
  const days = new Map<EndStatus | null, number>();
  for (const [index, policy] of policies.entries()) {
    const { retentionPeriodInDays: period, orchestrationState: state = null } = (policy ?? {}) as Record<
      string,
      unknown
    >;
    if (typeof period !== 'number' || !(period >= 0))
      throw invalid(`[${index}].retentionPeriodInDays`, 'a number of days', period);
    // Azure's fourth state, which no instance has here.
    if (state === 'Canceled') continue;
    const status = state === null ? null : STATUSES.find((each) => each === state);
    if (status === undefined) throw invalid(`[${index}].orchestrationState`, STATUSES.join(', '), state);
    days.set(status, period);
  }
  const kept = STATUSES.flatMap((status) => {
    const period = days.get(status) ?? days.get(null);
    return period === undefined ? [] : [[status, period * DAY_MS] as const];
  });
  return Object.fromEntries(kept);
};

/** Deletes ended instances that are past their retention, now and every hour, a few at a time. Returns what ends it. */
export const startRetention = (
  retention: Retention,
  instances: PurgeableInstances,
  clock: HostClock,
  log: ListenerContext['log'],
): (() => void) => {
  if (Object.keys(retention).length === 0) return () => undefined;
  const stop = new AbortController();
  let forget = (): void => undefined;
  const run = async (): Promise<void> => {
    const count = await sweep(retention, instances, clock.now(), stop.signal);
    if (count > 0) log('info', `${count} ended instances were past their retention and are deleted`);
    if (!stop.signal.aborted) forget = clock.at(clock.now() + SWEEP_EVERY_MS, begin);
  };
  const begin = (): void => void run().catch((error: unknown) => log('error', 'Retention failed', { error }));
  begin();
  return () => {
    stop.abort();
    forget();
  };
};

const sweep = async (
  retention: Retention,
  instances: PurgeableInstances,
  nowMs: number,
  stop: AbortSignal,
): Promise<number> => {
  const statuses = STATUSES.filter((status) => retention[status] !== undefined);
  const isPast = ({ status, updatedAtMs }: { status: RuntimeStatus; updatedAtMs: number }): boolean =>
    isEnded(status) && updatedAtMs < nowMs - (retention[status] ?? Infinity);
  let count = 0;
  for (let after = 0; !stop.aborted;) {
    const rows = instances.list({ statuses }, after, STEP);
    const last = rows.at(-1);
    if (last === undefined) break;
    after = last.no;
    count += await instances.purge(rows.filter(isPast));
    await sleep(PAUSE_MS, undefined, { signal: stop, ref: false }).catch(() => undefined);
  }
  return count;
};

const invalid = (where: string, wanted: string, value: unknown): HostError =>
  new HostError(
    'settings-invalid',
    `host.json: ${SETTING}${where} must be ${wanted}, not ${JSON.stringify(value)}`,
  );
