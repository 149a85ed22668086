import type { TrafficLadder } from '../../../shared/contracts/records';
import type { StepResult } from '../../../shared/contracts/step';
import { canonicalJson } from '../../../shared/domain/canonical-json';
import { writeOrder } from '../../../shared/domain/traffic-ladder';
import type { Stored } from '../../../shared/ports/store';
import type { TrafficReading, TrafficSwitch, TrafficValue } from '../../../shared/ports/traffic-switch';
import { failed, type StepContext } from '../step';
import { readLadder, saveLadder, valuesOf } from './keep-ladder';

type Intent = Omit<NonNullable<TrafficLadder['intended']>, 'tries'>;

export type Inspected =
  | {
      readonly kind: 'inspected';
      /** Null where nothing was ever touched. */
      readonly stored: Stored<TrafficLadder> | null;
      readonly reading: TrafficReading;
    }
  | { readonly kind: 'stopped'; readonly result: StepResult };

export type Applied =
  | { readonly kind: 'applied'; readonly stored: Stored<TrafficLadder> }
  | { readonly kind: 'stopped'; readonly result: StepResult };

const SETTLING_MS = 2_000;
const MAX_TRIES = 5;

const isSame = (a: TrafficValue | undefined, b: TrafficValue | undefined): boolean =>
  a !== undefined && b !== undefined && canonicalJson(a) === canonicalJson(b);

const waiting = (retryAfterMs: number, detail: string): { kind: 'stopped'; result: StepResult } => ({
  kind: 'stopped',
  result: { kind: 'pending', retryAfterMs, detail: detail.slice(0, 500) },
});

/** Whether what was in force at the beginning is as good as what should be in force now. */
type Known = 'own-writes' | 'or-prior';

/** Parts that hold neither what was read back last nor what was to be written: somebody else wrote them. */
const strangers = (ladder: TrafficLadder, reading: TrafficReading, known: Known): string[] => {
  const values = valuesOf(reading);
  const { standing, intended } = ladder;
  const more = known === 'or-prior' ? ladder.prior.parts : {};
  return Object.keys({ ...standing, ...values }).filter(
    (part) =>
      ![standing, intended?.parts ?? {}, more].some((expected) => isSame(values[part], expected[part])),
  );
};

/** Looks before anything is done. What somebody else has changed is never written over: a person decides. */
export const inspectTraffic = async (
  context: StepContext,
  traffic: TrafficSwitch,
  known: Known = 'own-writes',
): Promise<Inspected> => {
  const look = await traffic.look();
  if (look.kind === 'refused') return { kind: 'stopped', result: failed(look.code, look.reason) };
  const { reading } = look;
  if (!reading.settled) return waiting(SETTLING_MS, `${traffic.name} is still carrying out a change`);
  const stored = await readLadder(context);
  const changed = stored ? strangers(stored.body, reading, known) : [];
  if (changed.length === 0) return { kind: 'inspected', stored, reading };
  const reason = `${traffic.name}: ${changed.join(', ')} was changed by somebody else since Causeway looked last; found: ${reading.summary}. Put it back or turn back, then retry.`;
  return { kind: 'stopped', result: failed('target-conflict', reason, { parts: changed }) };
};

/** Sides in the order that keeps at least one of them served; a TTL of its own comes after them. */
const inOrder = (reading: TrafficReading, intended: Intent): string[] => {
  const sides: readonly string[] = writeOrder(reading.weights, intended.weights);
  const rank = (part: string): number => (sides.includes(part) ? sides.indexOf(part) : sides.length);
  return Object.keys(intended.parts).sort((a, b) => rank(a) - rank(b));
};

/**
 * Stores what is intended, then carries it out. Replaces an intent that was not finished: what had been written of it by now counts
 * as known.
 */
export const applyIntent = async (
  context: StepContext,
  traffic: TrafficSwitch,
  { stored, reading }: { readonly stored: Stored<TrafficLadder>; readonly reading: TrafficReading },
  intent: Intent,
  more: Partial<TrafficLadder> = {},
): Promise<Applied> => {
  const change = { ...more, standing: valuesOf(reading), intended: { ...intent, tries: 0 } };
  return carryOut(context, traffic, { stored: await saveLadder(context, stored, change), reading });
};

/** Writes the parts that are not yet as intended, one by one, and reads back. May be repeated at any point. */
export const carryOut = async (
  context: StepContext,
  traffic: TrafficSwitch,
  { stored, reading }: { readonly stored: Stored<TrafficLadder>; readonly reading: TrafficReading },
): Promise<Applied> => {
  const { intended } = stored.body;
  if (!intended) return { kind: 'applied', stored };
  for (const name of inOrder(reading, intended)) {
    const [value, found] = [intended.parts[name], reading.parts[name]];
    if (value === undefined || found === undefined || isSame(found.value, value)) continue;
    const written = await traffic.write(name, value, found.version);
    if (written.kind === 'refused')
      return { kind: 'stopped', result: failed(written.code, `${name}: ${written.reason}`) };
    if (written.kind === 'changed') break;
  }
  const look = await traffic.look();
  if (look.kind === 'refused') return { kind: 'stopped', result: failed(look.code, look.reason) };
  return readBack(context, traffic, stored, look.reading);
};

const readBack = async (
  context: StepContext,
  traffic: TrafficSwitch,
  stored: Stored<TrafficLadder>,
  reading: TrafficReading,
): Promise<Applied> => {
  const { intended } = stored.body;
  if (!intended) return { kind: 'applied', stored };
  if (!reading.settled) return waiting(SETTLING_MS, `${traffic.name} has accepted the change`);
  const isInForce = Object.entries(intended.parts).every(([name, value]) =>
    isSame(reading.parts[name]?.value, value),
  );
  if (isInForce)
    return { kind: 'applied', stored: await saveLadder(context, stored, arrive(context, stored.body)) };
  const tries = intended.tries + 1;
  await saveLadder(context, stored, { intended: { ...intended, tries: tries % MAX_TRIES } });
  if (tries < MAX_TRIES) return waiting(SETTLING_MS, `${traffic.name} does not show the change yet`);
  const reason = `${traffic.name} took the change ${tries} times and does not show it: ${reading.summary}`;
  return { kind: 'stopped', result: failed('not-in-force', reason) };
};

/** The intent is in force: from now on it is where the ladder stands. */
const arrive = ({ services }: StepContext, ladder: TrafficLadder): Partial<TrafficLadder> => {
  const { intended, rung, ttlSeconds } = ladder;
  if (!intended) return {};
  const now = services.clock.now();
  const lowered = ttlSeconds !== null && intended.ttlSeconds !== null && intended.ttlSeconds < ttlSeconds;
  const moved = intended.rung !== rung;
  return {
    rung: intended.rung,
    weights: intended.weights,
    ttlSeconds: intended.ttlSeconds,
    standing: intended.parts,
    intended: null,
    ...(lowered && { staleUntil: new Date(now.getTime() + ttlSeconds * 1_000).toISOString() }),
    ...(moved && { reachedAt: now.toISOString(), samples: [] }),
  };
};
