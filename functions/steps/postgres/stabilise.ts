import { stabilise } from '../stabilise';
import { failed } from '../step';
import { onDatabase } from './database';
import { lookAt } from './replicate';
import { detailOf } from './tell-progress';
import { watchWal } from './watch';

const WATCH_MS = 60_000;

/** R145 R146 R149: stabilises as any workload does, with the old side following, so that the way back stays open and loses nothing. */
export const stabiliseFollowed = onDatabase(async (context, database) => {
  const given = await watchWal(context.services, database);
  if (given !== null) return failed('way-back-lost', given);
  const status = await lookAt(context, database);
  const result = await stabilise(context);
  if (result.kind !== 'pending') return result;
  return {
    ...result,
    retryAfterMs: Math.min(result.retryAfterMs, WATCH_MS),
    detail: `${result.detail ?? ''}; ${detailOf(status)}`.slice(0, 500),
  };
});
