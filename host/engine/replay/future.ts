type Continuation = (failed: boolean, result: string) => void;

/**
 * A promise whose continuations run at once and in order. Sequence ids depend on what runs before what within one event,
 * which the microtasks of real promises would not preserve.
 */
export class Future {
  private state: 'pending' | 'completed' | 'failed' = 'pending';
  private continuations: Continuation[] = [];
  private result = '';

  static completed(): Future {
    const future = new Future();
    future.complete();
    return future;
  }

  get isPending(): boolean {
    return this.state === 'pending';
  }

  /** `result` is JSON text, where someone asks for it. */
  complete(result = ''): void {
    this.result = result;
    this.settle('completed');
  }

  fail(): void {
    this.settle('failed');
  }

  /** Calls back now if this future has ended, else when it does. */
  then(continuation: Continuation): void {
    if (this.state === 'pending') this.continuations.push(continuation);
    else continuation(this.state === 'failed', this.result);
  }

  private settle(state: 'completed' | 'failed'): void {
    if (this.state !== 'pending') return;
    this.state = state;
    const continuations = this.continuations;
    this.continuations = [];
    for (const continuation of continuations) continuation(state === 'failed', this.result);
  }
}

/** Ends with the first that ends, whether it failed or not. */
export const whenAny = (futures: readonly Future[]): Future => {
  const any = new Future();
  for (const future of futures) future.then(() => any.complete());
  return any;
};

/** Ends when every one has ended, failed if one did. */
export const whenAll = (futures: readonly Future[]): Future => {
  const all = new Future();
  let remaining = futures.length;
  let anyFailed = false;
  for (const future of futures) {
    future.then((failed) => {
      anyFailed ||= failed;
      remaining -= 1;
      if (remaining > 0) return;
      if (anyFailed) all.fail();
      else all.complete();
    });
  }
  return all;
};
