import { Engine, type EngineOptions } from '../../host/engine/engine';
import type { EngineStore } from '../../host/storage/engine-store';

/** What ends an engine in the middle of its work. Whoever runs simulations lets it pass. */
export class CrashError extends Error {
  override name = 'CrashError';
}

export type CrashMoment = 'before' | 'during' | 'after';

type StoreOptions = Omit<EngineOptions, 'fatal'>;

interface PlannedCrash {
  commitsLeft: number;
  readonly moment: CrashMoment;
}

/**
 * An engine that can end as a process does: at once, or around a commit, before which nothing of it is stored and after which
 * nobody was told. What is left of one that ended changes nothing any more.
 */
export class CrashingEngine {
  readonly engine: Engine;
  isDead = false;
  commits = 0;
  /** What ended it other than a crash that was asked for. */
  failure: unknown = null;
  private planned: PlannedCrash | null = null;
  private readonly store: EngineStore;

  constructor(options: StoreOptions) {
    this.engine = new Engine({ ...options, fatal: (error) => this.end(error) });
    this.store = (this.engine as unknown as { readonly store: EngineStore }).store;
    const commit = this.store.transaction.bind(this.store);
    this.store.transaction = (work) => this.transaction(commit, work);
  }

  planCrash(commits: number, moment: CrashMoment): void {
    this.planned ??= { commitsLeft: commits, moment };
  }

  crash(): void {
    this.isDead = true;
  }

  close(): void {
    this.isDead = true;
    this.engine.close();
  }

  private transaction(commit: EngineStore['transaction'], work: () => void): void {
    if (this.isDead) throw new CrashError();
    this.commits += 1;
    const moment = this.planned !== null && this.planned.commitsLeft-- === 0 ? this.planned.moment : null;
    if (moment === 'before') this.throwCrash();
    commit(() => {
      work();
      if (moment === 'during') this.throwCrash();
    });
    if (moment === 'after') this.throwCrash();
  }

  private throwCrash(): never {
    this.isDead = true;
    throw new CrashError();
  }

  private end(error: unknown): never {
    if (!this.isDead) this.failure = error;
    this.isDead = true;
    throw new CrashError();
  }
}
