import type { AppConfigurationClient, GetConfigurationSettingResponse } from '@azure/app-configuration';
import { isRestError } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';
import type { TrafficParts } from '../../contracts/records';
import type { AppConfigurationTraffic } from '../../contracts/traffic';
import { sha256Hex } from '../../domain/hash';
import type {
  TrafficGoal,
  TrafficLook,
  TrafficReading,
  TrafficRefusal,
  TrafficSwitch,
  TrafficValue,
  TrafficWritten,
} from '../../ports/traffic-switch';

const PART = 'key';

/** All that a write replaces; what the value means stays as it was. */
const Setting = z.object({
  value: z.string(),
  contentType: z.string().nullable(),
  tags: z.record(z.string(), z.string()),
});
type Setting = z.infer<typeof Setting>;

const refused = (code: string, reason: string): TrafficRefusal => ({ kind: 'refused', code, reason });

/**
 * One key of a store. It is replaced if its etag is still the one that was read; the client passes on the store's Sync-Token, so that a
 * look after a write sees it.
 */
export class AppConfigurationSwitch implements TrafficSwitch {
  readonly name = 'app-configuration';

  constructor(
    private readonly traffic: AppConfigurationTraffic,
    private readonly client: AppConfigurationClient,
  ) {}

  async look(): Promise<TrafficLook> {
    const got = await this.#ask(() => this.client.getConfigurationSetting(this.#id()));
    return got.kind === 'refused' ? got : { kind: 'read', reading: this.#reading(got.answer) };
  }

  #id(): { key: string; label?: string } {
    const { key, label } = this.traffic;
    return label === undefined ? { key } : { key, label };
  }

  #reading({ value = '', contentType, tags, etag = '' }: GetConfigurationSettingResponse): TrafficReading {
    const { source, target, store, key } = this.traffic;
    const setting: Setting = { value, contentType: contentType ?? null, tags: tags ?? {} };
    const words =
      value === source ? 'the value of the source' : value === target ? 'the value of the target' : null;
    return {
      weights: { source: Number(value === source), target: Number(value === target) },
      ttlSeconds: null,
      parts: { [PART]: { value: setting, version: etag } },
      settled: true,
      problem: null,
      summary: `${key} in ${store} has ${words ?? `another value (SHA-256 ${sha256Hex(value).slice(0, 12)}…)`}`,
    };
  }

  partsFor({ parts }: TrafficReading, { weights }: TrafficGoal): TrafficParts {
    const now = Setting.parse(parts[PART]?.value);
    const { source, target } = this.traffic;
    const value = weights === undefined ? now.value : weights.target > 0 ? target : source;
    return { [PART]: { ...now, value } };
  }

  async write(_part: string, value: TrafficValue, version: string): Promise<TrafficWritten> {
    const { contentType, ...setting } = Setting.parse(value);
    const wanted = { ...this.#id(), ...setting, etag: version, ...(contentType !== null && { contentType }) };
    const set = await this.#ask(() => this.client.setConfigurationSetting(wanted, { onlyIfUnchanged: true }));
    if (set.kind === 'answered') return { kind: 'written' };
    return set.code === 'stale-write' ? { kind: 'changed' } : set;
  }

  /** Writes back what is there: a lock shows, and whether the caller may. */
  async proveRights({ parts }: TrafficReading): Promise<TrafficRefusal | null> {
    const found = parts[PART];
    if (found === undefined) return null;
    const written = await this.write(PART, found.value, found.version);
    if (written.kind !== 'changed') return written.kind === 'refused' ? written : null;
    return refused('target-conflict', `${this.traffic.key} was changed while it was looked at`);
  }

  async #ask<T>(ask: () => Promise<T>): Promise<{ kind: 'answered'; answer: T } | TrafficRefusal> {
    try {
      return { kind: 'answered', answer: await ask() };
    } catch (error) {
      if (error instanceof MigrationError) return refused(error.code, error.message);
      const refusal = isRestError(error) ? this.#refusals()[error.statusCode ?? 0] : undefined;
      if (refusal === undefined) throw error;
      return refusal;
    }
  }

  #refusals(): Readonly<Record<number, TrafficRefusal>> {
    const { key, store } = this.traffic;
    const who = "the application's identity";
    return {
      401: refused('no-rights', `${store} does not accept ${who}`),
      403: refused('no-rights', `${who} lacks the role App Configuration Data Owner at ${store}`),
      404: refused('traffic-not-found', `${store} has no key ${key}${this.#label()}`),
      409: refused('traffic-locked', `${key} in ${store} is locked: unlock it for the time of the move`),
      412: refused('stale-write', `${key} in ${store} was changed since it was read`),
    };
  }

  #label(): string {
    return this.traffic.label === undefined ? '' : ` with label ${this.traffic.label}`;
  }
}
