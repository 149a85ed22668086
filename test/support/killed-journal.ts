/**
 * A journal that dies at one of its writes, before or after it took effect, as a process does that is killed there. It doesn't
 * prove what becomes of half a write: the journal behind promises that there is none.
 */
import type { Journal } from '../../shared/ports/journal';
import { KilledError } from './failing-blobs';

export class KilledJournal implements Journal {
  private written = 0;

  /** Lets that many writes pass; the next one and all later calls fail. */
  constructor(
    private readonly journal: Journal,
    private readonly writes: number,
    private readonly moment: 'before' | 'after',
  ) {}

  append(...args: Parameters<Journal['append']>): Promise<void> {
    return this.write(() => this.journal.append(...args));
  }

  drop(...args: Parameters<Journal['drop']>): Promise<void> {
    return this.write(() => this.journal.drop(...args));
  }

  read(...args: Parameters<Journal['read']>): AsyncIterable<unknown> {
    return this.journal.read(...args);
  }

  length(...args: Parameters<Journal['length']>): Promise<number> {
    return this.journal.length(...args);
  }

  segments(...args: Parameters<Journal['segments']>): Promise<readonly string[]> {
    return this.journal.segments(...args);
  }

  private async write(real: () => Promise<void>): Promise<void> {
    this.written += 1;
    if (this.written <= this.writes) return real();
    if (this.written === this.writes + 1 && this.moment === 'after') await real();
    throw new KilledError(`Killed ${this.moment} write ${this.written} of the journal`);
  }
}
