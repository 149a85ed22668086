import type { EngineStore, InstanceRow } from '../storage/engine-store';
import { isEnded } from './history';
import { Instance } from './instance';

/** How many of those that ran last keep their histories in memory, and themselves if they wait with nothing under way. */
const KEPT = 1_000;
/** Read at once at a start: between two slices, some milliseconds each, requests are served. */
const RECOVERY_SLICE = 100;

/**
 * The instances that have not ended. One that waits for what comes from outside (an event, an entity's answer) is soon in the store
 * alone and read again when something arrives for it: ten thousand take next to no memory, and none of them holds a start up.
 */
export class LiveInstances {
  private readonly loaded = new Map<string, Instance>();
  /** In the order in which they ran. */
  private readonly recent = new Set<Instance>();
  /** Those in the store alone, which are not looked for where there are none. */
  private readonly resting: Record<'Running' | 'Suspended', number>;

  constructor(
    private readonly store: EngineStore,
    /** Starts once more what was under way when the last process ended. */
    private readonly takeUp: (instance: Instance) => void,
    private readonly kept = KEPT,
  ) {
    this.resting = store.countLive();
  }

  get counts(): { readonly running: number; readonly suspended: number } {
    const instances = [...this.loaded.values()];
    const suspended = instances.filter(({ status }) => status === 'Suspended').length;
    const { Running, Suspended } = this.resting;
    return { running: Running + instances.length - suspended, suspended: Suspended + suspended };
  }

  get(id: string): Instance | undefined {
    const known = this.loaded.get(id);
    if (known !== undefined || this.restingCount === 0) return known;
    const row = this.store.find(id);
    return row === undefined || isEnded(row.status) ? undefined : this.load(row);
  }

  /** Undefined of one that is in the store alone. */
  inMemory(id: string): Instance | undefined {
    return this.loaded.get(id);
  }

  /** The row as it is now, which that of the store need not be. */
  current(row: InstanceRow): InstanceRow {
    const instance = this.loaded.get(row.id);
    if (instance?.no === row.no) return instance.row;
    return isEnded(row.status) ? row : { ...row, updatedAtMs: this.store.lastEpisodeMs(row.no) };
  }

  add(instance: Instance): void {
    this.loaded.set(instance.id, instance);
  }

  /** Called of one that has ended. */
  remove(instance: Instance): void {
    this.loaded.delete(instance.id);
    this.recent.delete(instance);
  }

  /** Called when an instance runs; displaces the one that has not for the longest time. */
  used(instance: Instance): void {
    this.recent.delete(instance);
    this.recent.add(instance);
    for (const oldest of this.recent) {
      if (this.recent.size <= this.kept) break;
      this.recent.delete(oldest);
      if (!oldest.isBusy) this.displace(oldest);
    }
  }

  /** Called when an episode is over: an instance that a burst of others has displaced meanwhile is kept no longer. */
  rest(instance: Instance): void {
    if (!this.recent.has(instance)) this.displace(instance);
  }

  /** Takes up all that had not ended when the last process did, and returns how many those are; a slice now, the others after. */
  recover(): number {
    const count = this.restingCount;
    this.recoverAfter(0, count);
    return count;
  }

  close(): void {
    for (const instance of this.loaded.values()) instance.forgetAlarms();
    this.loaded.clear();
    this.recent.clear();
    this.resting.Running = this.resting.Suspended = 0;
  }

  private get restingCount(): number {
    return this.resting.Running + this.resting.Suspended;
  }

  /** Those created since the start come after the `left` ones that are meant. */
  private recoverAfter(no: number, left: number): void {
    if (left <= 0 || this.restingCount === 0) return;
    const rows = this.store.liveInstances(no, RECOVERY_SLICE);
    for (const row of rows) {
      const instance = this.loaded.has(row.id) ? null : this.load(row);
      if (instance?.isAtRest === true) {
        this.recent.delete(instance);
        this.displace(instance);
      }
    }
    const last = rows.at(-1);
    if (last !== undefined) setImmediate(() => this.recoverAfter(last.no, left - rows.length));
  }

  private load(row: InstanceRow): Instance {
    const instance = Instance.recovered(row, this.store.episodes(row.no));
    this.resting[instance.status === 'Suspended' ? 'Suspended' : 'Running'] -= 1;
    this.loaded.set(row.id, instance);
    this.used(instance);
    this.takeUp(instance);
    return instance;
  }

  private displace(instance: Instance): void {
    instance.history = null;
    instance.session = null;
    if (!instance.isAtRest || this.loaded.get(instance.id) !== instance) return;
    this.loaded.delete(instance.id);
    this.resting[instance.status === 'Suspended' ? 'Suspended' : 'Running'] += 1;
  }
}
