import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import type { DemoEvent, View } from './events';
import { bytesWords, lineOf, outageWords } from './event-lines';

const ESCAPE = '\u001b[';
const CLEAR_LINE = `${ESCAPE}2K`;
const BAR_CELLS = 20;

/** Plain lines: what happened, in order, nothing overwritten. */
export const lineView = (write: (line: string) => void): View => ({
  emit: (event) => {
    const line = lineOf(event);
    if (line !== null) write(`${line}\n`);
  },
  ask: null,
  close: () => undefined,
});

interface Live {
  stage: string;
  progress: string;
  reader: string;
}

/** Lines as they come, and below them one line a workload that is kept up to date. */
export class TerminalView implements View {
  readonly #live = new Map<string, Live>();
  #linesShown = 0;
  #asking = false;

  constructor(
    private readonly input: NodeJS.ReadableStream,
    private readonly output: NodeJS.WriteStream,
  ) {}

  readonly emit = (event: DemoEvent): void => {
    this.#remember(event);
    const line = lineOf(event);
    if (this.#asking) {
      if (line !== null) this.output.write(`\n${line}\n`);
      return;
    }
    // One write: a terminal that paints in between would flicker.
    const parts = [this.#wiped(), line === null ? '' : `${line}\n`];
    if (event.event !== 'result') parts.push(this.#drawn());
    this.output.write(parts.join(''));
  };

  readonly ask = async (question: string): Promise<string> => {
    this.output.write(this.#wiped());
    this.#asking = true;
    const lines = createInterface({ input: this.input, output: this.output });
    // Left to itself, readline would swallow both: an interrupt, and an end of input while it waits.
    lines.once('SIGINT', () => process.kill(process.pid, 'SIGINT'));
    const closed = once(lines, 'close').then(() => {
      throw new Error('The terminal was closed at a question');
    });
    try {
      return await Promise.race([lines.question(question), closed]);
    } finally {
      closed.catch(() => undefined);
      lines.close();
      this.#asking = false;
    }
  };

  close(): void {
    this.output.write(this.#wiped());
  }

  #remember(event: DemoEvent): void {
    if (event.event === 'stage')
      Object.assign(this.#of(event.workload), { stage: `${event.title} (${event.status})`, progress: '' });
    else if (event.event === 'progress') this.#of(event.workload).progress = progressWords(event);
    else if (event.event === 'reading') this.#of(event.workload).reader = outageWords(event.summary);
    else if (event.event === 'outage') this.#live.delete(event.workload);
  }

  #of(workload: string): Live {
    const live = this.#live.get(workload) ?? { stage: '', progress: '', reader: '' };
    this.#live.set(workload, live);
    return live;
  }

  #drawn(): string {
    const lines = [...this.#live].flatMap(([workload, { stage, progress, reader }]) => [
      `${workload}: ${[stage, progress].filter((part) => part !== '').join(' ')}`,
      `  reader: ${reader || 'starting'}`,
    ]);
    this.#linesShown = lines.length;
    // A wrapped line would be two to wipe.
    return lines.map((line) => `${line.slice(0, (this.output.columns ?? 80) - 1)}\n`).join('');
  }

  #wiped(): string {
    const wiping = `${ESCAPE}1A${CLEAR_LINE}`.repeat(this.#linesShown);
    this.#linesShown = 0;
    return `${wiping}\r`;
  }
}

function progressWords(event: Extract<DemoEvent, { event: 'progress' }>): string {
  const share = event.totalBytes === 0 ? 0 : Math.min(1, event.doneBytes / event.totalBytes);
  const full = Math.round(share * BAR_CELLS);
  const left = event.secondsLeft === null ? '' : `, ${Math.ceil(event.secondsLeft)} s left`;
  return [
    `[${'#'.repeat(full)}${'.'.repeat(BAR_CELLS - full)}]`,
    `${event.doneItems}/${event.totalItems} files,`,
    `${bytesWords(event.doneBytes)} of ${bytesWords(event.totalBytes)},`,
    `${bytesWords(event.bytesPerSecond)}/s${left}`,
  ].join(' ');
}
