/**
 * A journal in memory that keeps the port's promises, JSON round trip included. It doesn't prove durability or what two
 * processes see.
 */
import { MigrationError, StaleWriteError } from '../../shared/contracts/errors';
import type { Journal } from '../../shared/ports/journal';

const MAX_LINES = 10_000;

export class MemoryJournal implements Journal {
  private readonly journals = new Map<string, Map<string, string[]>>();

  async append(
    journalId: string,
    segment: string,
    position: number,
    lines: readonly unknown[],
  ): Promise<void> {
    if (lines.length > MAX_LINES) throw new MigrationError('limit-exceeded', `${lines.length} lines at once`);
    const held = this.segment(journalId, segment) ?? [];
    if (held.length !== position) {
      throw new StaleWriteError(`${segment} holds ${held.length} lines, not ${position}`);
    }
    this.journal(journalId).set(segment, [...held, ...lines.map((line) => JSON.stringify(line))]);
  }

  async *read(journalId: string, segment: string, from = 0): AsyncIterable<unknown> {
    for (const line of (this.segment(journalId, segment) ?? []).slice(from)) yield JSON.parse(line);
  }

  async length(journalId: string, segment: string): Promise<number> {
    return this.segment(journalId, segment)?.length ?? 0;
  }

  async segments(journalId: string, prefix: string): Promise<readonly string[]> {
    return [...this.journal(journalId).keys()].filter((name) => name.startsWith(prefix)).sort();
  }

  async drop(journalId: string, prefix: string): Promise<void> {
    for (const name of await this.segments(journalId, prefix)) this.journal(journalId).delete(name);
  }

  private segment(journalId: string, segment: string): string[] | undefined {
    return this.journal(journalId).get(segment);
  }

  private journal(journalId: string): Map<string, string[]> {
    let journal = this.journals.get(journalId);
    if (journal === undefined) this.journals.set(journalId, (journal = new Map()));
    return journal;
  }
}
