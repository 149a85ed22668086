import type { RuntimeStatus } from '../engine/history';
import type { InstanceFilter } from '../storage/engine-store';

const STATUSES: readonly RuntimeStatus[] = ['Running', 'Suspended', 'Completed', 'Failed', 'Terminated'];
/** Statuses of Azure that no instance has here: they match nothing. */
const OTHER_STATUSES = ['Pending', 'Canceled', 'ContinuedAsNew'];

/** The filter of a list or purge, or what is wrong with it. Azure ignores what it cannot read and then matches everything. */
export const filterOf = (query: URLSearchParams): InstanceFilter | string => {
  const createdFromMs = timeOf(query.get('createdTimeFrom'));
  const createdToMs = timeOf(query.get('createdTimeTo'));
  for (const [name, ms] of Object.entries({ createdTimeFrom: createdFromMs, createdTimeTo: createdToMs })) {
    if (Number.isNaN(ms)) return `'${name}' is no time: give one like 2026-01-31T12:00:00Z.`;
  }
  const wanted = query
    .getAll('runtimeStatus')
    .flatMap((value) => value.split(','))
    .map((status) => status.trim())
    .filter((status) => status !== '');
  const known = new Map([...STATUSES, ...OTHER_STATUSES].map((status) => [status.toLowerCase(), status]));
  const unknown = wanted.find((status) => !known.has(status.toLowerCase()));
  if (unknown !== undefined)
    return `'runtimeStatus' has '${unknown}'; it knows ${[...known.values()].join(', ')}.`;
  const statuses = STATUSES.filter((status) =>
    wanted.some((each) => each.toLowerCase() === status.toLowerCase()),
  );
  const idPrefix = query.get('instanceIdPrefix');
  return {
    ...(createdFromMs === null ? {} : { createdFromMs }),
    ...(createdToMs === null ? {} : { createdToMs }),
    ...(wanted.length === 0 ? {} : { statuses }),
    ...(idPrefix === null ? {} : { idPrefix }),
  };
};

const timeOf = (text: string | null): number | null =>
  text === null || text === '' ? null : Date.parse(text);
