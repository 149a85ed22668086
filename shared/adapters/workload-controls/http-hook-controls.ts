import type { Webhook } from 'standardwebhooks';
import type { ControlOperation, ControlOutcome, ControlRequest } from '../../contracts/controls';
import { MigrationError } from '../../contracts/errors';
import type { Controls } from '../../contracts/workload';
import { OutboundFailure, type OutboundHttp, type OutboundResponse } from '../../ports/outbound-http';
import type { Secrets } from '../../ports/secrets';
import type { WorkloadControls } from '../../ports/workload-controls';
import { failed, readAnswer, retryAfterMs } from './hook-answer';
import { sameOrigin, signature, webhookOf } from './sign-webhook';

/** Evidence facts stay under 64 KiB, and a reply becomes evidence. */
const MAX_REPLY_BYTES = 48 << 10;

export type HttpControls = Extract<Controls, { kind: 'http' }>;

/**
 * Controls a workload over its HTTP hook: `POST <url>/<operation>` with the request as JSON, signed as Standard Webhooks demand,
 * the idempotency key as `webhook-id` and `idempotency-key`.
 *
 * Nothing is remembered here. An operation that takes long is answered with 202; a `Location` of the same origin is then asked at
 * once with a signed GET (same id, empty body), and only a 202 from there makes the outcome `pending`. The next `perform` with the
 * same key posts again, and the hook, which knows the key, answers 200, or 202 as before. So a hook may give its final answer at
 * either place, and a restart of Causeway loses nothing.
 *
 * Thrown, to be retried: no answer, 408, 425, 429 and 5xx. Everything else is an outcome, a missing secret or a refused address too,
 * since a person has to mend it.
 */
export class HttpHookControls implements WorkloadControls {
  constructor(
    private readonly controls: HttpControls,
    private readonly deps: { readonly http: OutboundHttp; readonly secrets: Secrets },
  ) {}

  async perform(operation: ControlOperation, request: ControlRequest): Promise<ControlOutcome> {
    try {
      const webhook = await webhookOf(this.deps.secrets, this.controls.secret);
      const posted = await this.post(webhook, operation, request);
      return await this.follow(webhook, posted, operation, request);
    } catch (error) {
      if (error instanceof MigrationError && isForPeople(error.code))
        return failed(error.code, error.message);
      throw error;
    }
  }

  private post(
    webhook: Webhook,
    operation: ControlOperation,
    request: ControlRequest,
  ): Promise<OutboundResponse> {
    const body = JSON.stringify(request);
    return this.send('POST', `${this.controls.url.replace(/\/+$/, '')}/${operation}`, {
      headers: {
        'content-type': 'application/json',
        'idempotency-key': request.idempotencyKey,
        ...signature(webhook, request.idempotencyKey, body),
      },
      body,
    });
  }

  private async follow(
    webhook: Webhook,
    posted: OutboundResponse,
    operation: ControlOperation,
    request: ControlRequest,
  ): Promise<ControlOutcome> {
    const location = posted.status === 202 ? posted.headers['location'] : undefined;
    if (location === undefined) return readAnswer(posted, operation, request.side);
    const url = sameOrigin(location, this.controls.url);
    if (url === null)
      return failed('hook-location', 'The hook answered 202 with a Location of another origin');
    const polled = await this.send('GET', url, { headers: signature(webhook, request.idempotencyKey, '') });
    return readAnswer(polled, operation, request.side);
  }

  private async send(
    method: 'GET' | 'POST',
    url: string,
    rest: { headers: Record<string, string>; body?: string },
  ): Promise<OutboundResponse> {
    const { timeoutMs } = this.controls;
    const answer = await this.deps.http.request({
      method,
      url,
      timeoutMs,
      maxResponseBytes: MAX_REPLY_BYTES,
      ...rest,
    });
    if (isTransient(answer.status))
      throw new OutboundFailure(
        'busy',
        `The hook at ${new URL(url).host} answered ${answer.status}; try again in ${retryAfterMs(answer)} ms`,
      );
    return answer;
  }
}

const isTransient = (status: number): boolean => status >= 500 || [408, 425, 429].includes(status);

const isForPeople = (code: string): boolean =>
  ['address-refused', 'secret-missing', 'invalid-input', 'too-large'].includes(code);
