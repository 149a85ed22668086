import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceBusClient } from '@azure/service-bus';

const CLOSE_LIMIT_MS = 2_000;

/**
 * A client of a namespace for as long as it answers. Given up, it stays open for those who still use it: closed under a running
 * handler, it would let go of that handler's session, and another would begin on the same message.
 */
export class NamespaceConnection {
  readonly #givenUp = new AbortController();
  #users = 0;

  constructor(readonly client: ServiceBusClient) {}

  /** Aborts when the connection is given up. */
  get givenUp(): AbortSignal {
    return this.#givenUp.signal;
  }

  async use<T>(work: () => Promise<T>): Promise<T> {
    this.#users += 1;
    try {
      return await work();
    } finally {
      this.#users -= 1;
      this.#closeUnused();
    }
  }

  giveUp(): void {
    this.#givenUp.abort();
    this.#closeUnused();
  }

  /** A courtesy that never fails: the SDK may wait for a minute, and the namespace sees the connection end in any case. */
  async close(): Promise<void> {
    const closed = this.client.close().catch(() => undefined);
    await Promise.race([closed, sleep(CLOSE_LIMIT_MS, undefined, { ref: false })]);
  }

  #closeUnused(): void {
    // What closing it could complain of is why it is given up.
    if (this.#users === 0 && this.givenUp.aborted) this.client.close().catch(() => undefined);
  }
}
