import type { DatabaseSync } from 'node:sqlite';
import { MigrationError } from '../../contracts/errors';
import { inTransaction } from './in-transaction';

const SQLITE_BUSY = 5;

interface Pending {
  readonly work: () => void;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Puts the writes of one turn of the event loop into one transaction, so that they share one wait for the disk. Each stands
 * alone: one that throws a `MigrationError` is undone and rejected, the others stay. Any other error, and a failed COMMIT,
 * rejects them all, for then none is durable.
 */
export class GroupCommit {
  #pending: Pending[] = [];
  #scheduled: NodeJS.Immediate | null = null;
  #closed = false;

  constructor(
    private readonly database: DatabaseSync,
    private readonly onDurable: () => void = () => undefined,
  ) {}

  /** Runs the synchronous work in a transaction, in the order of calls. Durable when it resolves. */
  run(work: () => void): Promise<void> {
    if (this.#closed) return Promise.reject(new MigrationError('internal', 'The file is closed'));
    this.#scheduled ??= setImmediate(() => this.#flush());
    return new Promise((resolve, reject) => this.#pending.push({ work, resolve, reject }));
  }

  /** Writes what is waiting, then refuses more. */
  close(): void {
    this.#closed = true;
    this.#flush();
  }

  #flush(): void {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    const group = this.#pending;
    this.#pending = [];
    if (group.length === 0) return;
    let refusals: Map<Pending, MigrationError>;
    try {
      refusals = this.#commit(group);
    } catch (error) {
      const told = orBusy(error);
      for (const each of group) each.reject(told);
      return;
    }
    for (const each of group) {
      const refusal = refusals.get(each);
      if (refusal === undefined) each.resolve();
      else each.reject(refusal);
    }
    if (refusals.size < group.length) this.onDurable();
  }

  #commit(group: readonly Pending[]): Map<Pending, MigrationError> {
    return inTransaction(this.database, () => {
      const refusals = new Map<Pending, MigrationError>();
      for (const each of group) {
        const refusal = this.#attempt(each);
        if (refusal !== null) refusals.set(each, refusal);
      }
      return refusals;
    });
  }

  #attempt({ work }: Pending): MigrationError | null {
    this.database.exec('SAVEPOINT one');
    try {
      work();
      this.database.exec('RELEASE one');
      return null;
    } catch (error) {
      if (!(error instanceof MigrationError)) throw error;
      this.database.exec('ROLLBACK TO one; RELEASE one');
      return error;
    }
  }
}

/** `store-unavailable` where another process, such as a backup, has kept the file locked for all of the time-out. */
const orBusy = (error: unknown): unknown => {
  const { errcode } = error as { readonly errcode?: number };
  if (errcode === undefined || (errcode & 0xff) !== SQLITE_BUSY) return error;
  return new MigrationError('store-unavailable', 'Another process keeps the file locked', { cause: error });
};
