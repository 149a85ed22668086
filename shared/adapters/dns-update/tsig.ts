import { createHmac, timingSafeEqual } from 'node:crypto';
import { afterName, nameToWire } from './domain-name';

/** A shared key and what it is called on the server. */
export interface TsigKey {
  readonly name: string;
  readonly secret: Buffer;
}

export interface Signed {
  readonly message: Buffer;
  /** The reply is signed over it. */
  readonly mac: Buffer;
}

/** What a reply's signature says: `valid`, or in words why it is not. */
export type Verdict = { readonly kind: 'valid' } | { readonly kind: 'invalid'; readonly reason: string };

const ALGORITHM = nameToWire('hmac-sha256');
const TYPE = 250;
const CLASS_ANY = 255;
const FUDGE_SECONDS = 300;
const HEADER_BYTES = 12;
const ADDITIONAL_COUNT = 10;
const ERRORS: Readonly<Record<number, string>> = {
  16: 'BADSIG: the secret is not the one the server has for this key',
  17: 'BADKEY: the server does not know a key of this name, or not with HMAC-SHA256',
  18: 'BADTIME: the clocks of this machine and the server differ by more than five minutes',
  22: 'BADTRUNC: the server does not take a signature of this length',
};

interface Fields {
  readonly signedAt: number;
  readonly fudge: number;
  readonly error: number;
  readonly other: Buffer;
}

const uint16 = (value: number): Buffer => {
  const buffer = Buffer.alloc(2);
  buffer.writeUInt16BE(value);
  return buffer;
};

const uint48 = (value: number): Buffer => {
  const buffer = Buffer.alloc(6);
  buffer.writeUIntBE(value, 0, 6);
  return buffer;
};

/** What is signed besides the message (RFC 8945 4.3.3): name, class ANY, TTL 0, algorithm, time, fudge, error, other data. */
const variables = (key: TsigKey, { signedAt, fudge, error, other }: Fields): Buffer =>
  Buffer.concat([
    nameToWire(key.name),
    uint16(CLASS_ANY),
    Buffer.alloc(4),
    ALGORITHM,
    uint48(signedAt),
    uint16(fudge),
    uint16(error),
    uint16(other.length),
    other,
  ]);

const hmac = (key: TsigKey, ...parts: readonly Buffer[]): Buffer =>
  createHmac('sha256', key.secret).update(Buffer.concat(parts)).digest();

/** Signs a request (RFC 8945): its last additional record says by which key, when, and that nothing was altered. */
export const signRequest = (message: Buffer, key: TsigKey, now: Date): Signed => {
  const fields = {
    signedAt: Math.floor(now.getTime() / 1_000),
    fudge: FUDGE_SECONDS,
    error: 0,
    other: Buffer.alloc(0),
  };
  const mac = hmac(key, message, variables(key, fields));
  const data = Buffer.concat([
    ALGORITHM,
    uint48(fields.signedAt),
    uint16(fields.fudge),
    uint16(mac.length),
    mac,
    message.subarray(0, 2),
    uint16(0),
    uint16(0),
  ]);
  const head = [nameToWire(key.name), uint16(TYPE), uint16(CLASS_ANY), Buffer.alloc(4), uint16(data.length)];
  const signed = Buffer.concat([message, ...head, data]);
  signed.writeUInt16BE(message.readUInt16BE(ADDITIONAL_COUNT) + 1, ADDITIONAL_COUNT);
  return { message: signed, mac };
};

/** The offset of the last record, which is the signature where there is one. */
const lastRecord = (message: Buffer): number | null => {
  const counts = [4, 6, 8, ADDITIONAL_COUNT].map((offset) => message.readUInt16BE(offset));
  const [questions = 0, ...records] = counts;
  let at = HEADER_BYTES;
  for (let index = 0; index < questions; index += 1) at = afterName(message, at) + 4;
  let last: number | null = null;
  for (let left = records.reduce((sum, count) => sum + count, 0); left > 0; left -= 1) {
    last = at;
    const fixed = afterName(message, at);
    at = fixed + 10 + message.readUInt16BE(fixed + 8);
  }
  return last;
};

interface Signature extends Fields {
  readonly startsAt: number;
  readonly owner: Buffer;
  readonly algorithm: Buffer;
  readonly mac: Buffer;
  readonly originalId: number;
}

const readSignature = (message: Buffer): Signature | null => {
  const startsAt = lastRecord(message);
  if (startsAt === null) return null;
  const fixed = afterName(message, startsAt);
  if (message.readUInt16BE(fixed) !== TYPE) return null;
  const algorithmAt = fixed + 10;
  const timeAt = afterName(message, algorithmAt);
  const macAt = timeAt + 10;
  const afterMac = macAt + message.readUInt16BE(timeAt + 8);
  const otherAt = afterMac + 6;
  return {
    startsAt,
    owner: message.subarray(startsAt, fixed),
    algorithm: message.subarray(algorithmAt, timeAt),
    signedAt: message.readUIntBE(timeAt, 6),
    fudge: message.readUInt16BE(timeAt + 6),
    mac: message.subarray(macAt, afterMac),
    originalId: message.readUInt16BE(afterMac),
    error: message.readUInt16BE(afterMac + 2),
    other: message.subarray(otherAt, otherAt + message.readUInt16BE(afterMac + 4)),
  };
};

const invalid = (reason: string): Verdict => ({ kind: 'invalid', reason });

const isSameName = (wire: Buffer, expected: Buffer): boolean =>
  wire.toString('latin1').toLowerCase() === expected.toString('latin1');

/**
 * Checks that a reply comes from who holds the key, answers this very request and was not altered. An error that the server could
 * not sign (an unknown key, a wrong secret) is told as what it says.
 */
export const verifyReply = (reply: Buffer, key: TsigKey, requestMac: Buffer, now: Date): Verdict => {
  const signature = readSignature(reply);
  if (!signature) return invalid('the reply is not signed');
  const { startsAt, owner, algorithm, mac, originalId, signedAt, fudge, error } = signature;
  const said = error === 0 ? null : (ERRORS[error] ?? `TSIG error ${error}`);
  if (said !== null && mac.length === 0) return invalid(said);
  if (!isSameName(owner, nameToWire(key.name)) || !isSameName(algorithm, ALGORITHM))
    return invalid('the reply is signed by another key');
  const unsigned = Buffer.from(reply.subarray(0, startsAt));
  unsigned.writeUInt16BE(originalId, 0);
  unsigned.writeUInt16BE(unsigned.readUInt16BE(ADDITIONAL_COUNT) - 1, ADDITIONAL_COUNT);
  const expected = hmac(key, uint16(requestMac.length), requestMac, unsigned, variables(key, signature));
  if (mac.length !== expected.length || !timingSafeEqual(mac, expected))
    return invalid('the signature of the reply is wrong');
  if (said !== null) return invalid(said);
  const apartSeconds = Math.abs(now.getTime() / 1_000 - signedAt);
  return apartSeconds > fudge ? invalid('the reply was signed at another time') : { kind: 'valid' };
};
