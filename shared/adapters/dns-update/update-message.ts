import { decode, encode, type Answer, type Question, type RecordType } from 'dns-packet';
import { randomInt } from 'node:crypto';
import type { Records } from '../../contracts/traffic';

/** A record set: its TTL and the data of each record, sorted. */
export interface RecordSet {
  readonly ttlSeconds: number;
  readonly values: readonly string[];
}

/** RFC 2136 1.3; dns-packet keeps the operation code in its flags. */
const UPDATE = 5 << 11;
const TYPE_NUMBERS: Readonly<Record<Records['type'], number>> = { A: 1, AAAA: 28, CNAME: 5 };

const newId = (): number => randomInt(0x1_0000);

export const queryMessage = (name: string, type: Records['type']): Buffer =>
  encode({ type: 'query', id: newId(), questions: [{ name, type }] });

const record = (name: string, type: Records['type'], ttlSeconds: number, value: string): Answer => ({
  name,
  type,
  ttl: ttlSeconds,
  class: 'IN',
  data: value,
});

/** `Delete an RRset` (RFC 2136 2.5.2): class ANY and no data, which dns-packet writes for types it is not asked to understand. */
const deletion = (name: string, type: Records['type']): Answer => ({
  name,
  type: `UNKNOWN_${TYPE_NUMBERS[type]}` as RecordType & 'NULL',
  ttl: 0,
  class: 'ANY',
  data: Buffer.alloc(0),
});

/**
 * Replaces a record set as a whole, if it holds exactly the values that were read (RFC 2136 2.4.2): where somebody else has changed
 * them since, nothing happens.
 */
export const replaceMessage = (
  zone: string,
  name: string,
  type: Records['type'],
  before: RecordSet,
  after: RecordSet,
): Buffer => {
  const isThere = before.values.map((value) => record(name, type, 0, value));
  const values = after.values.map((value) => record(name, type, after.ttlSeconds, value));
  return updateMessage(zone, isThere, [deletion(name, type), ...values]);
};

/** Adds records that are already there: a server that would refuse the change refuses this as well, and nothing changes. */
export const rehearsalMessage = (
  zone: string,
  name: string,
  type: Records['type'],
  { ttlSeconds, values }: RecordSet,
): Buffer => {
  const isThere = values.map((value) => record(name, type, 0, value));
  const same = values.map((value) => record(name, type, ttlSeconds, value));
  return updateMessage(zone, isThere, same);
};

const updateMessage = (zone: string, prerequisites: Answer[], updates: Answer[]): Buffer =>
  encode({
    type: 'query',
    id: newId(),
    flags: UPDATE,
    questions: [{ name: zone, type: 'SOA' } satisfies Question],
    answers: prerequisites,
    authorities: updates,
  });

export interface Reply {
  /** `NOERROR`, `NXRRSET`, `REFUSED`, … */
  readonly code: string;
  readonly isAuthoritative: boolean;
  readonly answers: readonly Answer[];
}

const CODES: Readonly<Record<number, string>> = {
  0: 'NOERROR',
  1: 'FORMERR',
  2: 'SERVFAIL',
  3: 'NXDOMAIN',
  4: 'NOTIMP',
  5: 'REFUSED',
  6: 'YXDOMAIN',
  7: 'YXRRSET',
  8: 'NXRRSET',
  9: 'NOTAUTH',
  10: 'NOTZONE',
};

export const readReply = (message: Buffer): Reply => {
  const { flags = 0, flag_aa: isAuthoritative, answers = [] } = decode(message);
  return { code: CODES[flags & 0xf] ?? `RCODE ${flags & 0xf}`, isAuthoritative, answers };
};
