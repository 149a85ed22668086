import type { StringAnswer } from 'dns-packet';
import { lookup } from 'node:dns/promises';
import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';
import type { TrafficParts } from '../../contracts/records';
import type { DnsUpdateTraffic } from '../../contracts/traffic';
import { recordValues } from '../../domain/record-values';
import type { Clock } from '../../ports/clock';
import type { Secrets } from '../../ports/secrets';
import type {
  TrafficGoal,
  TrafficLook,
  TrafficReading,
  TrafficRefusal,
  TrafficSwitch,
  TrafficValue,
  TrafficWritten,
} from '../../ports/traffic-switch';
import { exchange } from './dns-exchange';
import { absoluteName } from './domain-name';
import { signRequest, verifyReply, type TsigKey } from './tsig';
import {
  queryMessage,
  readReply,
  rehearsalMessage,
  replaceMessage,
  type RecordSet,
  type Reply,
} from './update-message';

export interface DnsUpdateDeps {
  readonly secrets: Secrets;
  readonly clock: Clock;
  /** Why an address may not be connected to, in words; null where it may. */
  readonly refusal: (host: string, address: string) => string | null;
  readonly timeoutMs?: number;
}

const PART = 'record';
const StoredSet = z.object({ ttlSeconds: z.number().int(), values: z.array(z.string()) });

const refused = (code: string, reason: string): TrafficRefusal => ({ kind: 'refused', code, reason });

/** Meaning of the codes that a person can do something about (RFC 2136 2.2, RFC 8945 5.2). */
const HINTS: Readonly<Record<string, string>> = {
  REFUSED: 'the server does not let this key do it: see allow-update or update-policy of the zone',
  NOTAUTH: 'the server is not the primary server of the zone',
  NOTZONE: 'the name is not in the zone',
  NOTIMP: 'the server takes no updates',
};

/**
 * One record set on a server that takes DNS UPDATE, such as an on-premises primary server. It is replaced as a whole, in one
 * transaction, if it still holds what was read; every message is signed both ways.
 */
export class DnsUpdateSwitch implements TrafficSwitch {
  readonly name = 'dns-update';
  readonly #owner: string;

  constructor(
    private readonly traffic: DnsUpdateTraffic,
    private readonly deps: DnsUpdateDeps,
  ) {
    this.#owner = absoluteName(traffic.name, traffic.zone);
  }

  async look(): Promise<TrafficLook> {
    const { type } = this.traffic.records;
    const answered = await this.#ask(queryMessage(this.#owner, type));
    if (answered.kind === 'refused') return answered;
    const { code, isAuthoritative, answers } = answered.reply;
    if (code !== 'NOERROR' && code !== 'NXDOMAIN') return this.#codeRefused(code);
    if (!isAuthoritative)
      return refused(
        'not-authoritative',
        `${this.traffic.server} does not serve the zone ${this.traffic.zone}`,
      );
    const own = answers.filter(
      (answer): answer is StringAnswer => answer.type === type && answer.name.toLowerCase() === this.#owner,
    );
    const found = {
      ttlSeconds: Math.max(0, ...own.map(({ ttl }) => ttl ?? 0)),
      values: recordValues(
        type,
        own.map(({ data }) => data),
      ),
    };
    return { kind: 'read', reading: this.#reading(found) };
  }

  #reading(found: RecordSet): TrafficReading {
    const { type, source, target } = this.traffic.records;
    const holds = (values: readonly string[]): number =>
      Number(recordValues(type, values).join() === found.values.join());
    const what = found.values.length === 0 ? 'none' : `${found.values.join(', ')}, TTL ${found.ttlSeconds} s`;
    return {
      weights: { source: holds(source), target: holds(target) },
      ttlSeconds: found.ttlSeconds,
      parts: { [PART]: { value: asValue(found), version: JSON.stringify(found) } },
      settled: true,
      problem: null,
      summary: `${this.#owner} ${type}: ${what}`,
    };
  }

  partsFor({ parts }: TrafficReading, { ttlSeconds, weights }: TrafficGoal): TrafficParts {
    const { type, source, target } = this.traffic.records;
    const now = StoredSet.parse(parts[PART]?.value);
    const side = weights && (weights.target > 0 ? target : source);
    const values = side === undefined ? now.values : recordValues(type, side);
    return { [PART]: asValue({ ttlSeconds: ttlSeconds ?? now.ttlSeconds, values }) };
  }

  async write(_part: string, value: TrafficValue, version: string): Promise<TrafficWritten> {
    const { zone, records } = this.traffic;
    const before = StoredSet.parse(JSON.parse(version));
    const message = replaceMessage(zone, this.#owner, records.type, before, StoredSet.parse(value));
    const answered = await this.#ask(message);
    if (answered.kind === 'refused') return answered;
    switch (answered.reply.code) {
      case 'NOERROR':
        return { kind: 'written' };
      case 'NXRRSET':
      case 'NXDOMAIN':
        return { kind: 'changed' };
      default:
        return this.#codeRefused(answered.reply.code);
    }
  }

  async proveRights({ parts }: TrafficReading): Promise<TrafficRefusal | null> {
    const { zone, records } = this.traffic;
    const present = StoredSet.parse(parts[PART]?.value);
    const answered = await this.#ask(rehearsalMessage(zone, this.#owner, records.type, present));
    if (answered.kind === 'refused') return answered;
    return answered.reply.code === 'NOERROR' ? null : this.#codeRefused(answered.reply.code);
  }

  #codeRefused(code: string): TrafficRefusal {
    const { server, zone } = this.traffic;
    if (code === 'SERVFAIL') throw new Error(`the DNS server ${server} could not serve ${zone} (SERVFAIL)`);
    return refused(
      'dns-refused',
      `${server} answered ${code} for ${this.#owner}: ${HINTS[code] ?? 'see its log'}`,
    );
  }

  async #ask(message: Buffer): Promise<{ kind: 'answered'; reply: Reply } | TrafficRefusal> {
    const { server, port, key } = this.traffic;
    const prepared = await this.#prepare();
    if (prepared.kind === 'refused') return prepared;
    const { tsig, address } = prepared;
    const signed = signRequest(message, tsig, this.deps.clock.now());
    const timeoutMs = this.deps.timeoutMs ?? 5_000;
    const raw = await exchange({ address, port, timeoutMs }, signed.message);
    const verdict = verifyReply(raw, tsig, signed.mac, this.deps.clock.now());
    if (verdict.kind === 'valid') return { kind: 'answered', reply: readReply(raw) };
    return refused('dns-signature', `${server} and the key ${key.name}: ${verdict.reason}`);
  }

  async #prepare(): Promise<{ kind: 'ready'; tsig: TsigKey; address: string } | TrafficRefusal> {
    const { server, key } = this.traffic;
    try {
      const secret = Buffer.from(await this.deps.secrets.read(key.secret), 'base64');
      const { address } = await lookup(server);
      const why = this.deps.refusal(server, address);
      if (why === null) return { kind: 'ready', tsig: { name: key.name, secret }, address };
      const hint = 'name it in CAUSEWAY_ALLOWED_ADDRESSES';
      return refused('address-refused', `the DNS server ${server} has an address ${why}: ${hint}`);
    } catch (error) {
      if (error instanceof MigrationError) return refused(error.code, error.message);
      throw error;
    }
  }
}

const asValue = ({ ttlSeconds, values }: RecordSet): TrafficValue => ({ ttlSeconds, values: [...values] });
