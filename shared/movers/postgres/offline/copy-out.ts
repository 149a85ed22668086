import { Readable } from 'node:stream';
import type { Connection, Submittable } from 'pg';
import { MigrationError } from '../../../contracts/errors';
import { CopyFrames } from './copy-frames';

type Listener = (chunk: Buffer) => void;

/**
 * What `COPY … TO STDOUT` gives, for `client.query`. It takes rows from the connection itself and leaves every other message to pg:
 * pg and its streams handle each row by itself, which took more of a machine than all else here. Where it is destroyed before its end,
 * the connection is of no use any more.
 */
export class CopyOut extends Readable implements Submittable {
  /** Known at the end. */
  rowCount = 0;
  private stream: Connection['stream'] | null = null;
  private toPg: Listener | null = null;
  private readonly frames = new CopyFrames((message) => this.toPg?.(message));
  private readonly receive: Listener = (chunk) => {
    const { rows, rest } = this.frames.take(chunk);
    if (rows.length > 0 && !this.push(rows)) this.stream?.pause();
    if (rest !== null) this.detach(rest);
  };

  constructor(private readonly sql: string) {
    super({ highWaterMark: BUFFERED_BYTES });
  }

  submit(connection: Connection): void {
    const { stream } = connection;
    const [listener, ...others] = stream.listeners('data');
    if (listener === undefined || others.length > 0)
      throw new MigrationError('internal', 'somebody else listens to this connection');
    this.stream = stream;
    this.toPg = listener as Listener;
    stream.off('data', this.toPg).on('data', this.receive);
    connection.query(this.sql);
  }

  override _read(): void {
    if (this.toPg !== null) this.stream?.resume();
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    this.rowCount = Number(/^COPY (\d+)/u.exec(text)?.[1] ?? 0);
  }

  handleReadyForQuery(): void {
    this.push(null);
  }

  handleError(error: Error): void {
    if (this.toPg !== null) this.detach(null);
    this.destroy(error);
  }

  /** From here on pg reads by itself again. */
  private detach(rest: Buffer | null): void {
    const { stream, toPg } = this;
    if (stream === null || toPg === null) return;
    this.toPg = null;
    stream.off('data', this.receive).on('data', toPg);
    stream.resume();
    if (rest !== null) toPg(rest);
  }
}

/** Both connections are read at the same pace, in pieces of about this size: larger ones only cost memory. */
export const BUFFERED_BYTES = 256 * 1_024;
