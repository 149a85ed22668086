import type { TrafficParts } from '../contracts/records';
import type { Traffic } from '../contracts/traffic';
import type { Weights } from '../domain/traffic-ladder';

export type TrafficValue = TrafficParts[string];

/** Something that is written by itself: a record set, a profile's TTL, an endpoint, an origin, a key. */
export interface TrafficPart {
  /** All of it that a switch ever changes, so that writing it back restores it exactly. */
  readonly value: TrafficValue;
  /** Opaque; proves at the next write that nobody else has written since. */
  readonly version: string;
}

/** What is in force, as the service says. */
export interface TrafficReading {
  /** Both 0 where what is found is neither side's. */
  readonly weights: Weights;
  /** How long answers are remembered; null where nobody remembers them. */
  readonly ttlSeconds: number | null;
  /** By name; those of the two sides, where each is written by itself, are `source` and `target`. */
  readonly parts: Readonly<Record<string, TrafficPart>>;
  /** False while the service is still carrying out an earlier write. */
  readonly settled: boolean;
  /** What the service itself finds wrong with the target; null where nothing, or where it does not look. */
  readonly problem: string | null;
  /** In words, without values that may be secret. */
  readonly summary: string;
}

/** No for now, and a person has to see to it. */
export interface TrafficRefusal {
  readonly kind: 'refused';
  readonly code: string;
  readonly reason: string;
}

export type TrafficLook = { readonly kind: 'read'; readonly reading: TrafficReading } | TrafficRefusal;

export type TrafficWritten =
  | { readonly kind: 'written' }
  /** Somebody has written since, or an earlier change is still under way: nothing was done, look again. */
  | { readonly kind: 'changed' }
  | TrafficRefusal;

export interface TrafficGoal {
  readonly ttlSeconds?: number;
  readonly weights?: Weights;
}

/**
 * Sends users to one side or the other. Trouble that may pass is thrown; after it a write may or may not have happened, and a look
 * tells.
 */
export interface TrafficSwitch {
  /** What evidence names as its source, e.g. `azure-dns`. */
  readonly name: string;
  look(): Promise<TrafficLook>;
  /** Every part as it has to be under a goal; what the goal does not name stays as it was read. Writes nothing. */
  partsFor(reading: TrafficReading, goal: TrafficGoal): TrafficParts;
  /** Writes one part if it still is the version that was read. May be accepted before it is in force (`settled`). */
  write(part: string, value: TrafficValue, version: string): Promise<TrafficWritten>;
  /** Whether the caller may write every part, found out without changing what is in force; null where it may. */
  proveRights(reading: TrafficReading): Promise<TrafficRefusal | null>;
}

export interface TrafficSwitches {
  /** Cheap and without state. A kind that this installation cannot serve refuses at every look, naming what is missing. */
  of(traffic: Traffic): TrafficSwitch;
}
