import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Webhook } from 'standardwebhooks';
import { ScriptReply, type ScriptItem, type ScriptRequest } from '../../contracts/checklist';
import { MigrationError } from '../../contracts/errors';
import { OutboundFailure, type OutboundHttp, type OutboundResponse } from '../../ports/outbound-http';
import type { ScriptOutcome, Scripts } from '../../ports/scripts';
import type { Secrets } from '../../ports/secrets';
import { retryAfterMs } from './hook-answer';
import { sameOrigin, signature, webhookOf } from './sign-webhook';

const MAX_REPLY_BYTES = 256 << 10;
const LONGEST_REQUEST_MS = 30_000;

/** Asks scripts over HTTP, signed as Standard Webhooks demand; a 202 is followed to its `Location` until the answer is there. */
export class HttpScripts implements Scripts {
  constructor(private readonly deps: { readonly http: OutboundHttp; readonly secrets: Secrets }) {}

  async run(item: ScriptItem, request: ScriptRequest): Promise<ScriptOutcome> {
    try {
      return readReply(await this.#ask(item, request));
    } catch (error) {
      if (!(error instanceof MigrationError) && !(error instanceof OutboundFailure)) throw error;
      return { kind: 'failed', reason: error.message };
    }
  }

  async #ask({ url, secret, timeoutMs }: ScriptItem, request: ScriptRequest): Promise<OutboundResponse> {
    const untilMs = Date.now() + timeoutMs;
    const webhook = await webhookOf(this.deps.secrets, secret);
    const id = randomUUID();
    const body = JSON.stringify(request);
    const send = (method: 'GET' | 'POST', to: string, signed: string) =>
      this.#send(webhook, { method, url: to, id, body: signed, untilMs });
    let answer = await send('POST', url, body);
    while (answer.status === 202) {
      const next = sameOrigin(answer.headers['location'] ?? 'none:', url);
      if (next === null)
        throw new MigrationError('invalid-input', 'it answered 202 without a Location of its own origin');
      const waitMs = retryAfterMs(answer);
      if (Date.now() + waitMs > untilMs)
        throw new MigrationError('limit-exceeded', `it was not finished within ${timeoutMs / 1_000} s`);
      await sleep(waitMs);
      answer = await send('GET', next, '');
    }
    return answer;
  }

  #send(
    webhook: Webhook,
    request: {
      readonly method: 'GET' | 'POST';
      readonly url: string;
      readonly id: string;
      readonly body: string;
      readonly untilMs: number;
    },
  ): Promise<OutboundResponse> {
    const { method, url, id, body, untilMs } = request;
    return this.deps.http.request({
      method,
      url,
      timeoutMs: Math.max(1, Math.min(LONGEST_REQUEST_MS, untilMs - Date.now())),
      maxResponseBytes: MAX_REPLY_BYTES,
      headers: { 'content-type': 'application/json', ...signature(webhook, id, body) },
      ...(body === '' ? {} : { body }),
    });
  }
}

const readReply = ({ status, body }: OutboundResponse): ScriptOutcome => {
  if (status !== 200) return { kind: 'failed', reason: `it answered ${status} instead of 200 or 202` };
  const parsed = ScriptReply.safeParse(jsonOf(body));
  if (parsed.success) return { kind: 'answered', findings: parsed.data.findings };
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') || 'body';
  return { kind: 'failed', reason: `its answer is none: ${at}: ${issue?.message ?? 'not readable'}` };
};

const jsonOf = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
};
