import { readFileSync } from 'node:fs';
import { MigrationError } from '../../contracts/errors';
import type { Clock } from '../../ports/clock';
import { isMissingFile } from './missing-file';

const REREAD_AFTER_MS = 200;

/**
 * The machine's time. Where CAUSEWAY_CLOCK_OFFSET_FILE names a file, the whole number of milliseconds in it is added, so that
 * rehearsals and tests can let weeks pass; a change of the file is seen within 200 ms. An absent or empty file adds nothing.
 */
export class SystemClock implements Clock {
  #offsetMs = 0;
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly offsetFile: string | undefined = process.env['CAUSEWAY_CLOCK_OFFSET_FILE']) {}

  now(): Date {
    if (this.offsetFile !== undefined && this.offsetFile !== '') this.#reread(this.offsetFile);
    return new Date(Date.now() + this.#offsetMs);
  }

  #reread(file: string): void {
    // Monotonic: the machine's own clock may be set back.
    const nowMs = performance.now();
    if (nowMs - this.#readAtMs < REREAD_AFTER_MS) return;
    this.#offsetMs = readOffsetMs(file);
    this.#readAtMs = nowMs;
  }
}

function readOffsetMs(file: string): number {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (isMissingFile(error)) return 0;
    throw error;
  }
  if (/^([+-]?\d{1,13})?$/.test(text)) return Number(text);
  throw new MigrationError('invalid-input', `${file} must hold a whole number of milliseconds`);
}
