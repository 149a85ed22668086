import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { ControlReply, Side } from '../../shared/contracts/controls';

const SideState = z.object({ serving: z.boolean(), writable: z.boolean() });

export const AppState = z.object({
  activeSide: Side,
  frozen: z.boolean(),
  release: z.number().int(),
  sides: z.object({ source: SideState, target: SideState }),
  /** Replies by idempotency key: an operation asked for again is answered as before. */
  replies: z.record(z.string(), ControlReply),
});
export type AppState = z.infer<typeof AppState>;

const AT_FIRST: AppState = {
  activeSide: 'source',
  frozen: false,
  release: 1,
  sides: { source: { serving: true, writable: true }, target: { serving: false, writable: false } },
  replies: {},
};

/** The application's own configuration in one file. What it holds is what a start after a crash finds. */
export class AppStateFile {
  #state: AppState;

  constructor(private readonly file: string) {
    this.#state = AppState.parse(readJson(file) ?? AT_FIRST);
  }

  get state(): Readonly<AppState> {
    return this.#state;
  }

  /** Durable when it returns; state and reply in one write, so that neither is ever there without the other. */
  save(changes: Partial<AppState>): void {
    const next = AppState.parse({ ...this.#state, ...changes });
    writeDurably(this.file, JSON.stringify(next));
    this.#state = next;
  }
}

function writeDurably(file: string, text: string): void {
  const temporary = `${file}.next`;
  writeFileSync(temporary, text, { mode: 0o600, flush: true });
  renameSync(temporary, file);
  if (process.platform === 'win32') return;
  const folder = openSync(dirname(file), 'r');
  fsyncSync(folder);
  closeSync(folder);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
