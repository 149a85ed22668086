import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { CopyFrames } from '../../../../../shared/movers/postgres/offline/copy-frames';

interface Message {
  readonly type: string;
  readonly content: Buffer;
}

function encoded({ type, content }: Message): Buffer {
  const header = Buffer.alloc(5, type);
  header.writeUInt32BE(content.length + 4, 1);
  return Buffer.concat([header, content]);
}

/** Gives the bytes in pieces of these lengths, over and over; what came out of it. */
function taken(bytes: Buffer, lengths: readonly number[]) {
  const others: Buffer[] = [];
  const frames = new CopyFrames((message) => others.push(Buffer.from(message)));
  const rows: Buffer[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    const part = frames.take(Buffer.from(bytes.subarray(at, at + length)));
    at += length;
    rows.push(Buffer.from(part.rows));
    if (part.rest !== null) {
      const rest = Buffer.concat([part.rest, bytes.subarray(at)]);
      return { rows: Buffer.concat(rows), others: Buffer.concat(others), rest };
    }
  }
  return { rows: Buffer.concat(rows), others: Buffer.concat(others), rest: null };
}

const message = fc.record({
  type: fc.constantFrom('d', 'd', 'd', 'N', 'S', 'H'),
  content: fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
});
const lengths = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 });
const sumOf = (messages: readonly Message[], of: (one: Message) => Buffer): Buffer =>
  Buffer.concat(messages.map(of));

describe('CopyFrames', () => {
  it('R130 gives the content of rows, leaves every other message as it is, and the end to others, however the bytes come', () => {
    fc.assert(
      fc.property(
        fc.array(message, { maxLength: 30 }),
        fc.constantFrom('c', 'E'),
        lengths,
        (messages, end, cut) => {
          const last = sumOf(
            [
              { type: end, content: Buffer.from('end') },
              { type: 'Z', content: Buffer.from('I') },
            ],
            encoded,
          );
          const given = Buffer.concat([sumOf(messages, encoded), last]);
          const isRow = ({ type }: Message) => type === 'd';
          expect(taken(given, cut)).toEqual({
            rows: sumOf(messages.filter(isRow), ({ content }) => content),
            others: sumOf(
              messages.filter((one) => !isRow(one)),
              encoded,
            ),
            rest: last,
          });
        },
      ),
    );
  });
});
