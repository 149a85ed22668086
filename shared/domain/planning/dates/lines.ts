import { firstEndingAfter, type Interval } from '../../calendars/interval';
import type { DataPathKind } from '../../../contracts/planning/settings';
import type { LineLoad } from './wave-parts';

export interface Transfer extends Interval {
  readonly path: DataPathKind;
}

/** When lines are taken by transfers: each carries those of one wave at a time. */
export class Lines {
  private readonly lines = new Map<DataPathKind, Line>();

  constructor(
    /** When data of the first wave may begin to travel. */
    private readonly begins: number,
  ) {}

  /** When all transfers can be over, with their buffers; null where nothing travels. */
  ready(loads: readonly LineLoad[]): number | null {
    const ends = loads.map(
      ({ path, transferMs, bufferMs }) =>
        this.line(path).earliest(this.begins, transferMs) + transferMs + bufferMs,
    );
    return ends.length > 0 ? Math.max(...ends) : null;
  }

  /** Each transfer as late as its buffer allows; null where one can't be done in time. */
  fit(loads: readonly LineLoad[], start: number): readonly Transfer[] | null {
    const transfers = loads.map(({ path, transferMs, bufferMs }) => {
      const from = this.line(path).latest(this.begins, start - bufferMs, transferMs);
      return from === null ? null : { path, start: from, end: from + transferMs };
    });
    const all = transfers.filter((transfer) => transfer !== null);
    return all.length < transfers.length ? null : all;
  }

  add(transfers: readonly Transfer[]): void {
    for (const transfer of transfers) this.line(transfer.path).add(transfer);
  }

  private line(path: DataPathKind): Line {
    // Devices are shipped beside each other.
    if (path === 'data-box') return new Line();
    const line = this.lines.get(path) ?? new Line();
    this.lines.set(path, line);
    return line;
  }
}

/** Bookings that touch are one: a full line is one long booking, however many waves have filled it. */
class Line {
  private readonly booked: Interval[] = [];

  /** The first start from `from` on that leaves room for the length. */
  earliest(from: number, lengthMs: number): number {
    let start = from;
    for (let index = firstEndingAfter(this.booked, from); index < this.booked.length; index += 1) {
      const taken = this.booked[index] as Interval;
      if (taken.start - start >= lengthMs) break;
      start = Math.max(start, taken.end);
    }
    return start;
  }

  /** The last start from `from` on that ends by `until`: data that travel late change least before the cutover. */
  latest(from: number, until: number, lengthMs: number): number | null {
    let end = until;
    for (let index = firstEndingAfter(this.booked, until); index >= 0; index -= 1) {
      const taken = this.booked[index];
      if (!taken || taken.start >= end) continue;
      if (end - taken.end >= lengthMs) break;
      end = taken.start;
    }
    return end - lengthMs >= from ? end - lengthMs : null;
  }

  add({ start, end }: Interval): void {
    const at = firstEndingAfter(this.booked, start);
    const before = this.booked[at - 1];
    const after = this.booked[at];
    const joinsBefore = before?.end === start;
    const joinsAfter = after?.start === end;
    const joined = { start: joinsBefore ? before.start : start, end: joinsAfter ? after.end : end };
    this.booked.splice(joinsBefore ? at - 1 : at, Number(joinsBefore) + Number(joinsAfter), joined);
  }
}
