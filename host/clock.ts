import { readFileSync } from 'node:fs';
import type { HostClock } from './function-app';

/** `setTimeout` cannot wait longer than 2^31 - 1 ms, and a machine that slept must notice soon. */
const MAX_WAIT_MS = 60_000;
const OFFSET_POLL_MS = 250;

interface Alarm {
  readonly atMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/**
 * Real time, moved forward by the integer of milliseconds in the file `offsetFile` when one is given.
 * The file is reread four times a second, so that a test can let weeks pass: alarms that became due then ring at once,
 * earliest first.
 */
export class SystemClock implements HostClock {
  private readonly alarms = new AlarmHeap();
  private readonly poll: NodeJS.Timeout | null = null;
  private timer: NodeJS.Timeout | null = null;
  private offsetMs = 0;
  private count = 0;

  constructor(private readonly offsetFile: string | undefined = process.env.CAUSEWAY_CLOCK_OFFSET_FILE) {
    if (offsetFile === undefined) return;
    this.offsetMs = this.readOffset();
    this.poll = setInterval(() => this.rereadOffset(), OFFSET_POLL_MS);
    this.poll.unref();
  }

  now(): number {
    return Date.now() + this.offsetMs;
  }

  at(atMs: number, callback: () => void): () => void {
    const alarm = { atMs, order: this.count++, callback };
    this.alarms.push(alarm);
    if (this.alarms.first() === alarm) this.arm();
    return () => {
      if (this.alarms.remove(alarm) && this.alarms.first() === undefined) this.arm();
    };
  }

  /** Forgets all alarms, so that the process can end. */
  close(): void {
    if (this.poll !== null) clearInterval(this.poll);
    this.alarms.clear();
    this.arm();
  }

  private arm(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    const next = this.alarms.first();
    const waitMs = next === undefined ? null : Math.min(Math.max(next.atMs - this.now(), 0), MAX_WAIT_MS);
    this.timer = waitMs === null ? null : setTimeout(() => this.ring(), waitMs);
  }

  private ring(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    for (;;) {
      const due = this.alarms.first();
      if (due === undefined || due.atMs > this.now()) break;
      this.alarms.remove(due);
      due.callback();
    }
    this.arm();
  }

  private rereadOffset(): void {
    const offsetMs = this.readOffset();
    if (offsetMs === this.offsetMs) return;
    this.offsetMs = offsetMs;
    this.ring();
  }

  /** A file that is missing or half written keeps the offset known so far. */
  private readOffset(): number {
    try {
      const text = readFileSync(this.offsetFile ?? '', 'utf8').trim();
      return /^-?\d+$/.test(text) ? Number(text) : this.offsetMs;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.offsetMs;
      throw error;
    }
  }
}

/** Binary heap with removal: ten thousand instances may each hold a deadline that is cancelled. */
class AlarmHeap {
  private readonly items: Alarm[] = [];
  private readonly index = new Map<Alarm, number>();

  first(): Alarm | undefined {
    return this.items[0];
  }

  push(alarm: Alarm): void {
    this.items.push(alarm);
    this.place(alarm, this.items.length - 1);
    this.up(this.items.length - 1);
  }

  remove(alarm: Alarm): boolean {
    const at = this.index.get(alarm);
    if (at === undefined) return false;
    this.index.delete(alarm);
    const last = this.items.pop();
    if (last !== undefined && last !== alarm) {
      this.place(last, at);
      this.up(at);
      this.down(this.index.get(last) ?? at);
    }
    return true;
  }

  clear(): void {
    this.items.length = 0;
    this.index.clear();
  }

  private up(from: number): void {
    for (let child = from; child > 0;) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      child = parent;
    }
  }

  private down(from: number): void {
    for (let parent = from; ;) {
      let least = parent;
      for (const child of [2 * parent + 1, 2 * parent + 2]) {
        if (child < this.items.length && this.before(child, least)) least = child;
      }
      if (least === parent) return;
      this.swap(parent, least);
      parent = least;
    }
  }

  private before(a: number, b: number): boolean {
    const first = this.items[a];
    const second = this.items[b];
    if (first === undefined || second === undefined) return false;
    return first.atMs === second.atMs ? first.order < second.order : first.atMs < second.atMs;
  }

  private swap(a: number, b: number): void {
    const first = this.items[a];
    const second = this.items[b];
    if (first === undefined || second === undefined) return;
    this.place(first, b);
    this.place(second, a);
  }

  private place(alarm: Alarm, at: number): void {
    this.items[at] = alarm;
    this.index.set(alarm, at);
  }
}
