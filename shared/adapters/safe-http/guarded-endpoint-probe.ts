import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Endpoint } from '../../contracts/endpoint';
import { MigrationError } from '../../contracts/errors';
import type { EndpointProbe, EndpointSight } from '../../ports/endpoint-probe';
import { OutboundFailure, type OutboundHttp } from '../../ports/outbound-http';
import { createAddressRules } from './address-rules';
import { guardedConnector, type Resolve } from './guarded-connector';
import { describeFailure } from './outbound-failures';

export interface EndpointProbeOptions {
  /** As for `createOutboundHttp`: what a person may have Causeway connect to besides public addresses. */
  readonly allowed: readonly string[];
  readonly http: OutboundHttp;
  readonly timeoutMs?: number;
  readonly resolve?: Resolve;
}

/**
 * Looks from where Causeway runs, and connects to allowed addresses alone. A lookup by itself connects to nothing, so that a name
 * may be found at a private address that must not be called.
 */
export class GuardedEndpointProbe implements EndpointProbe {
  readonly #resolve: Resolve;
  readonly #connect;
  readonly #timeoutMs: number;

  constructor(private readonly options: EndpointProbeOptions) {
    this.#timeoutMs = options.timeoutMs ?? 10_000;
    this.#resolve = options.resolve ?? ((host) => lookup(host, { all: true }));
    this.#connect = guardedConnector(createAddressRules(options.allowed), this.#resolve, this.#timeoutMs);
  }

  async look(endpoint: Endpoint): Promise<EndpointSight> {
    const { host, protocol, port } = endpoint;
    const address = `https://${host}:${port}/`;
    if (!URL.canParse(address)) return { addresses: [], problem: `${host} is no name of a host` };
    const url = new URL(address);
    let addresses: string[] = [];
    try {
      addresses = await this.#addressesOf(host);
      if (protocol === 'tcp') await this.#open(host, port);
      if (protocol === 'https')
        await this.options.http.request({ method: 'GET', url: url.href, timeoutMs: this.#timeoutMs });
      return { addresses, problem: null };
    } catch (error) {
      // However long the answer is, there was one.
      if (error instanceof MigrationError && error.code === 'too-large') return { addresses, problem: null };
      const failure = error instanceof OutboundFailure ? error : describeFailure(error, url);
      return { addresses, problem: failure.message };
    }
  }

  async #addressesOf(host: string): Promise<string[]> {
    if (isIP(host) !== 0) return [host];
    return (await this.#resolve(host)).map(({ address }) => address);
  }

  /** Opens a connection and closes it again; not a byte is sent. */
  #open(hostname: string, port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connect({ hostname, host: hostname, port: String(port), protocol: 'http:' }, (error, socket) => {
        if (error !== null) return reject(error);
        socket?.destroy();
        resolve();
      });
    });
  }
}
