/**
 * A process that writes until it is killed and prints a line for each write that was acknowledged, never before it was.
 * Parameters: `store` or `journal`, the file. It proves nothing about a power cut: the operating system outlives it.
 */
import { writeSync } from 'node:fs';
import { z } from 'zod';
import { SqliteJournal } from '../../shared/adapters/sqlite/sqlite-journal';
import { SqliteStore } from '../../shared/adapters/sqlite/sqlite-store';
import { create, type DocumentType } from '../../shared/ports/store';

export const written: DocumentType<{ pair: string }> = {
  name: 'written',
  schema: z.object({ pair: z.string() }),
};

const acknowledge = (line: string) => writeSync(1, `${line}\n`);

async function writeStore(file: string, writer: number): Promise<never> {
  const store = new SqliteStore(file);
  for (let n = 0; ; n += 1) {
    const id = `${writer}-${n}`;
    const operations = ['a', 'b'].map((half) => create(written, `${id}-${half}`, { pair: id }));
    await store.commit('p', operations);
    acknowledge(id);
  }
}

async function writeJournal(file: string, writer: number): Promise<never> {
  const journal = new SqliteJournal(file);
  for (let n = 0; ; n += 1) {
    await journal.append(
      'j',
      `s${writer}`,
      n * 50,
      Array.from({ length: 50 }, (_, line) => n * 50 + line),
    );
    acknowledge(`${writer}-${n}`);
  }
}

if (require.main === module) {
  const [kind, file = ''] = process.argv.slice(2);
  const write = kind === 'store' ? writeStore : writeJournal;
  void Promise.all([1, 2, 3].map((writer) => write(file, writer)));
}
