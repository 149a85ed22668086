/** What one call of the store cost, as Cosmos DB said. */
export interface ChargedCall {
  readonly call: 'read' | 'list' | 'find' | 'commit' | 'changes';
  /** Request units of all its requests together, failed ones included where their charge was told. */
  readonly requestUnits: number;
  readonly requests: number;
  readonly durationMs: number;
  readonly outcome: 'done' | 'refused' | 'failed';
}

export type OnCharge = (call: ChargedCall) => void;

/** Adds up what the requests of one call cost. */
export class Charge {
  #requestUnits = 0;
  #requests = 0;

  add(requestUnits: number): void {
    this.#requestUnits += Number.isFinite(requestUnits) ? requestUnits : 0;
    this.#requests += 1;
  }

  get sum() {
    return { requestUnits: this.#requestUnits, requests: this.#requests };
  }
}
