import type { CallHttpAction } from './actions';
import { Future } from './future';
import { EventType } from '../history';
import { HTTP_ACTIVITY, type DurableHttpRequest, type DurableHttpResponse } from '../http-activity';
import { json, RefusedActionError } from './refused-action';
import type { TaskTable } from './task-table';
import type { TimedTasks } from './timed-tasks';

const ACCEPTED = 202;
/** How long a poll waits where the answer has no Retry-After; the SDK is told the same. */
export const DEFAULT_POLLING_MS = 30_000;

/** The durable HTTP calls of a replay: a request, and while it is answered with 202 and a Location, a timer and a poll. */
export class HttpCalls {
  constructor(
    private readonly tasks: TaskTable,
    private readonly timed: TimedTasks,
  ) {}

  call(action: CallHttpAction): Future {
    const result = new Future();
    this.send(action, action.httpRequest, result);
    return result;
  }

  private send(action: CallHttpAction, request: DurableHttpRequest, result: Future): void {
    const polls = action.httpRequest.asynchronousPatternEnabled !== false;
    const input = json([request]);
    const { future } = this.tasks.schedule(action, () => ({
      type: EventType.TaskScheduled,
      name: HTTP_ACTIVITY,
      input,
    }));
    future.then((failed, text) => {
      if (failed) return result.fail();
      const response = JSON.parse(text) as DurableHttpResponse;
      const location = header(response, 'location');
      if (!polls || response.statusCode !== ACCEPTED || location === undefined) return result.complete(text);
      const delayMs = pauseMs(header(response, 'retry-after'), this.timed.nowMs);
      this.timed.pause(action, delayMs).then(() => this.send(action, pollOf(request, location), result));
    });
  }
}

const pollOf = (request: DurableHttpRequest, location: string): DurableHttpRequest => ({
  method: 'GET',
  uri: addressOf(location, request.uri),
  ...(request.headers === undefined ? {} : { headers: request.headers }),
  ...(request.tokenSource === undefined ? {} : { tokenSource: request.tokenSource }),
});

const addressOf = (location: string, base: string): string => {
  const url = URL.parse(location, base);
  if (url === null)
    throw new RefusedActionError(
      `a durable HTTP call was answered with the Location '${location}', which is no address`,
    );
  return url.href;
};

const header = ({ headers }: DurableHttpResponse, wanted: string): string | undefined => {
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === wanted)?.[1];
  return typeof value === 'string' || value === undefined ? value : value[0];
};

/** Retry-After is a number of seconds or a date. */
const pauseMs = (retryAfter: string | undefined, nowMs: number): number => {
  if (retryAfter === undefined || retryAfter === '') return DEFAULT_POLLING_MS;
  const seconds = Number(retryAfter);
  const ms = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - nowMs;
  return Number.isFinite(ms) ? Math.max(ms, 0) : DEFAULT_POLLING_MS;
};
