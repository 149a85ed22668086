import { Future } from './future';

/** Waits for external events, by name with regard to case. An event nobody waits for is kept for the next to ask. */
export class EventWaits {
  private readonly waiters = new Map<string, Future[]>();
  private readonly kept = new Map<string, number>();

  get count(): number {
    return [...this.waiters.values()].reduce((sum, each) => sum + each.length, 0);
  }

  wait(name: string): Future {
    const kept = this.kept.get(name) ?? 0;
    if (kept > 0) {
      this.kept.set(name, kept - 1);
      return Future.completed();
    }
    const future = new Future();
    const waiters = this.waiters.get(name);
    if (waiters === undefined) this.waiters.set(name, [future]);
    else waiters.push(future);
    return future;
  }

  /** Two waiters for one name are served newest first, as on Azure. */
  raise(name: string): void {
    const waiter = this.waiters.get(name)?.pop();
    if (waiter === undefined) this.kept.set(name, (this.kept.get(name) ?? 0) + 1);
    else waiter.complete();
  }
}
