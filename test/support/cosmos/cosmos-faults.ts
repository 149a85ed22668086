/** What a request is for, as faults and records name it. */
export type RequestKind = 'account' | 'metadata' | 'read' | 'batch' | 'upsert' | 'query' | 'plan' | 'feed';

/**
 * What goes wrong with one request. `answer`: it is answered so and not carried out. The others carry it out, and then answer
 * something else, say nothing until the client gives up, or cut the connection. `cut-before` cuts it unheard.
 */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly retryAfterMs?: number;
      readonly substatus?: number;
    }
  | { readonly kind: 'answer-after'; readonly status: number }
  | { readonly kind: 'silence-after' }
  | { readonly kind: 'cut-after' }
  | { readonly kind: 'cut-before' }
  /** It is carried out when this has happened. */
  | { readonly kind: 'held'; readonly until: () => Promise<unknown> };

/** Faults to come: those queued for a kind of request, else what `rule` says of it. */
export class CosmosFaults {
  rule: (kind: RequestKind) => Fault | null = () => null;
  readonly #queued: { readonly kind: RequestKind; readonly fault: Fault | null }[] = [];

  /** The next requests of that kind go so, one after the other; null lets one through. */
  next(kind: RequestKind, ...faults: (Fault | null)[]): void {
    this.#queued.push(...faults.map((fault) => ({ kind, fault })));
  }

  of(kind: RequestKind): Fault | null {
    const at = this.#queued.findIndex((each) => each.kind === kind);
    if (at === -1) return this.rule(kind);
    const [queued] = this.#queued.splice(at, 1);
    return queued?.fault ?? null;
  }
}
