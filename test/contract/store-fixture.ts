import { expect } from '@jest/globals';
import { z } from 'zod';
import type { DocumentType, Store } from '../../shared/ports/store';

/** An empty store; `reopen` gives another instance on the same data, as a restarted process would. */
export interface StoreUnderTest {
  readonly store: Store;
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

export const Note = z.strictObject({ text: z.string(), due: z.string().optional() });
export type Note = z.infer<typeof Note>;
export const note: DocumentType<Note> = {
  name: 'note',
  schema: Note,
  index: ({ due }): Record<string, string> => (due === undefined ? {} : { due }),
};
export const memo: DocumentType<Note> = { name: 'memo', schema: Note };

export const numbered = (n: number) => `n${String(n).padStart(4, '0')}`;
export const code = (expected: string) => expect.objectContaining({ code: expected });

export async function get(store: Store, id: string, partition = 'p') {
  const stored = await store.read(note, partition, id);
  if (stored === null) throw new Error(`no ${id}`);
  return stored;
}

export async function drain(store: Store, after: string | null, limit = 7) {
  const changes = [];
  let next = after;
  for (;;) {
    const page = await store.changes('note', next, limit);
    next = page.next;
    if (page.changes.length === 0) return { changes, next };
    changes.push(...page.changes);
  }
}

export async function listAll(store: Store, limit: number, partition = 'p') {
  const ids: string[] = [];
  let continuation: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof store.list<Note>>> = await store.list(note, partition, {
      limit,
      continuation,
    });
    expect(page.items.length).toBeLessThanOrEqual(limit);
    ids.push(...page.items.map((item) => item.id));
    continuation = page.continuation;
  } while (continuation !== null);
  return ids;
}
