import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SqliteJournal } from '../../shared/adapters/sqlite/sqlite-journal';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import { written } from '../support/acknowledged-writes';

const support = join(__dirname, '../support');

/** Kills the writing process once it acknowledged so many writes; gives all that it acknowledged. */
async function killWhileWriting(kind: 'store' | 'journal', file: string, after: number): Promise<string[]> {
  const script = join(support, 'acknowledged-writes.ts');
  const child = spawn(
    process.execPath,
    ['--require', join(support, 'run-typescript.js'), script, kind, file],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    if (output.split('\n').length > after) child.kill('SIGKILL');
  });
  const signal = await new Promise((resolve) => child.on('close', (_, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  return output.split('\n').slice(0, -1);
}

describe('SQLite files after kill -9', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'causeway-kill-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it.each([1, 40, 333])('the store holds every acknowledged commit whole (%i commits)', async (after) => {
    const file = join(folder, 'store.db');
    const acknowledged = await killWhileWriting('store', file, after);
    expect(acknowledged.length).toBeGreaterThanOrEqual(after);
    const store = new SqliteStore(file);
    for (const id of acknowledged) {
      for (const half of ['a', 'b']) {
        expect((await store.read(written, 'p', `${id}-${half}`))?.body).toEqual({ pair: id });
      }
    }
    const halves = new Map<string, number>();
    let position: string | null = null;
    for (;;) {
      const page: Awaited<ReturnType<SqliteStore['changes']>> = await store.changes(
        'written',
        position,
        1000,
      );
      if (page.changes.length === 0) break;
      for (const { id } of page.changes) {
        const pair = id.slice(0, -2);
        halves.set(pair, (halves.get(pair) ?? 0) + 1);
      }
      position = page.next;
    }
    expect([...halves.values()].every((count) => count === 2)).toBe(true);
    expect([...halves.keys()]).toEqual(expect.arrayContaining(acknowledged));
    store.close();
  });

  it.each([1, 40, 333])('the journal holds every acknowledged append whole (%i appends)', async (after) => {
    const file = join(folder, 'journal.db');
    const acknowledged = await killWhileWriting('journal', file, after);
    const journal = new SqliteJournal(file);
    for (const writer of ['1', '2', '3']) {
      const appends = acknowledged.filter((line) => line.startsWith(`${writer}-`)).length;
      const length = await journal.length('j', `s${writer}`);
      expect(length).toBeGreaterThanOrEqual(appends * 50);
      expect(length % 50).toBe(0);
      const lines = [];
      for await (const line of journal.read('j', `s${writer}`)) lines.push(line);
      expect(lines).toEqual(Array.from({ length }, (_, n) => n));
    }
    journal.close();
  });
});
