export interface OutboundRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  /** Absolute, http or https, without user name or password. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** From the call to the last byte of the answer; absent: the adapter's own limit. */
  readonly timeoutMs?: number;
  /** A longer body is not read to its end but refused; absent: the adapter's own limit. */
  readonly maxResponseBytes?: number;
}

export interface OutboundResponse {
  readonly status: number;
  /** Names in lower case; a repeated header is joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/**
 * HTTP to addresses that people typed in: hooks, acceptance checks, webhooks. It can't be turned against the network it runs in.
 */
export interface OutboundHttp {
  /**
   * One request; every status is an answer, a redirect too (none is followed). Throws `address-refused` where the address the
   * host resolves to is not allowed, `invalid-input` for an URL it does not speak, `too-large`, and `OutboundFailure` for
   * trouble on the way. No message holds a path, a query or a header: they may carry secrets.
   */
  request(request: OutboundRequest): Promise<OutboundResponse>;
  /** Whether that address could be called now: its host has an allowed address. Sends nothing; throws what `request` would. */
  checkAddress(url: string): Promise<void>;
}

/** What went wrong on the way; all of it may be over at the next try. */
export type OutboundFailureKind = 'timeout' | 'unresolved' | 'unreachable' | 'broken' | 'tls' | 'busy';

/** No usable answer came. Transient: callers let it through, so that their retry policy sees it. */
export class OutboundFailure extends Error {
  constructor(
    readonly kind: OutboundFailureKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'OutboundFailure';
  }
}
