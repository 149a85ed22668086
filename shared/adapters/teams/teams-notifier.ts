import { setTimeout as sleep } from 'node:timers/promises';
import { MigrationError } from '../../contracts/errors';
import type { Notice } from '../../contracts/notice';
import type { Clock } from '../../ports/clock';
import type { GateNotice, GateNotifier } from '../../ports/gate-notifier';
import type { Notifier } from '../../ports/notifier';
import type { OutboundHttp } from '../../ports/outbound-http';
import type { Secrets } from '../../ports/secrets';
import { fitMessage } from './fit-message';
import { gateCard } from './gate-card';
import { noticeCard } from './notice-card';
import { retryAfterMs } from './retry-after';

/** What Teams may recover from by itself. */
const TRANSIENT = new Set([408, 412, 429, 500, 502, 503, 504]);
const ATTEMPTS = 5;
const FIRST_PAUSE_MS = 1_000;
/** A longer pause is left to whoever repeats the call: a message's lock does not last for ever. */
const LONGEST_PAUSE_MS = 30_000;

export interface TeamsOptions {
  readonly http: OutboundHttp;
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Name of the secret with the webhook's address, which is a credential and so never shown; null: no Teams. */
  readonly secretName: string | null;
  readonly wait?: (ms: number) => Promise<unknown>;
}

/** Teams over a Workflows webhook. Only 202 confirms: the older webhooks answered 200 with an error inside. */
export class TeamsNotifier implements Notifier, GateNotifier {
  readonly #options: TeamsOptions;

  constructor(options: TeamsOptions) {
    this.#options = options;
  }

  async notify(notice: Notice): Promise<{ kind: 'delivered'; via: string } | { kind: 'unavailable' }> {
    const sent = await this.#post(() => fitMessage((maxTextLength) => noticeCard(notice, maxTextLength)));
    return sent ? { kind: 'delivered', via: 'teams' } : { kind: 'unavailable' };
  }

  async tellOfGate(notice: GateNotice): Promise<{ kind: 'delivered' | 'unavailable' }> {
    const sent = await this.#post(() => fitMessage((maxTextLength) => gateCard(notice, maxTextLength)));
    return { kind: sent ? 'delivered' : 'unavailable' };
  }

  /** False where no webhook is set up. Throws where Teams did not confirm. */
  async #post(compose: () => string): Promise<boolean> {
    const { secrets, secretName, wait = sleep } = this.#options;
    if (secretName === null) return false;
    const url = await secrets.read(secretName);
    const body = compose();
    for (let attempt = 1; ; attempt += 1) {
      const verdict = await this.#attempt(url, body);
      if (verdict.kind === 'accepted') return true;
      const pauseMs = verdict.pauseMs ?? FIRST_PAUSE_MS * 2 ** (attempt - 1);
      if (!verdict.again || attempt === ATTEMPTS || pauseMs > LONGEST_PAUSE_MS) {
        throw new MigrationError('internal', `Teams did not take the message: status ${verdict.status}`);
      }
      await wait(pauseMs);
    }
  }

  async #attempt(url: string, body: string): Promise<Verdict> {
    const headers = { 'content-type': 'application/json' };
    const response = await this.#options.http.request({ method: 'POST', url, headers, body });
    if (response.status === 202) return { kind: 'accepted' };
    const pauseMs = retryAfterMs(response.headers['retry-after'], this.#options.clock.now());
    return { kind: 'refused', status: response.status, again: TRANSIENT.has(response.status), pauseMs };
  }
}

type Verdict =
  | { readonly kind: 'accepted' }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly again: boolean;
      /** As Teams asked for; null where it did not say. */
      readonly pauseMs: number | null;
    };
