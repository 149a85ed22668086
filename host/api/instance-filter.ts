import type { RuntimeStatus } from '../engine/history';
import type { InstanceFilter } from '../storage/engine-store';
import { timeRangeOf } from './time-range';

const STATUSES: readonly RuntimeStatus[] = ['Running', 'Suspended', 'Completed', 'Failed', 'Terminated'];
/** Statuses of Azure that no instance has here: they match nothing. */
const OTHER_STATUSES = ['Pending', 'Canceled', 'ContinuedAsNew'];

/** The filter of a list or purge, or what is wrong with it. Azure ignores what it cannot read and then matches everything. */
export const filterOf = (query: URLSearchParams): InstanceFilter | string => {
  const created = timeRangeOf(query, 'createdTimeFrom', 'createdTimeTo');
  if (typeof created === 'string') return created;
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
    ...(created.fromMs === null ? {} : { createdFromMs: created.fromMs }),
    ...(created.toMs === null ? {} : { createdToMs: created.toMs }),
    ...(wanted.length === 0 ? {} : { statuses }),
    ...(idPrefix === null ? {} : { idPrefix }),
  };
};
