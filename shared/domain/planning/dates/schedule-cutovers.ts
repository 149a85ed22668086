import type { DatedWorkload } from './dating-input';

/** When a cutover begins and ends, in minutes after the first of its wave. */
export interface CutoverSlot {
  readonly workloadId: string;
  readonly start: number;
  readonly end: number;
}

type Member = Pick<DatedWorkload, 'id' | 'dependsOn' | 'downtimeMinutes'>;

const lengthOf = ({ downtimeMinutes }: Member): number => Math.max(1, Math.ceil(downtimeMinutes.high));

const reachable = (of: ReadonlyMap<string, readonly string[]>, from: string): ReadonlySet<string> => {
  const seen = new Set<string>();
  const open = [...(of.get(from) ?? [])];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    open.push(...(of.get(next) ?? []));
  }
  return seen;
};

/** What each waits for inside the wave; who waits for nobody is not in it. In a circle nobody waits for another, as when the wave runs. */
export function waitsFor(members: readonly Member[]): ReadonlyMap<string, readonly string[]> {
  const dependent = members.filter(({ dependsOn }) => dependsOn.length > 0);
  if (dependent.length === 0) return new Map();
  const ids = new Set(members.map(({ id }) => id));
  const all = new Map(
    dependent.map(({ id, dependsOn }) => [
      id,
      [...new Set(dependsOn)].filter((other) => other !== id && ids.has(other)),
    ]),
  );
  const reach = new Map([...all.keys()].map((id) => [id, reachable(all, id)]));
  const waits = [...all].map(
    ([id, others]) => [id, others.filter((other) => !reach.get(other)?.has(id))] as const,
  );
  return new Map(waits.filter(([, others]) => others.length > 0));
}

/** Minutes from the start of a cutover to the end of the last one that waits for it. */
function tails(
  members: readonly Member[],
  waits: ReadonlyMap<string, readonly string[]>,
): (id: string) => number {
  const waiters = new Map<string, string[]>();
  for (const [id, others] of waits) {
    for (const other of others) waiters.set(other, [...(waiters.get(other) ?? []), id]);
  }
  const lengths = new Map(members.map((member) => [member.id, lengthOf(member)]));
  if (waiters.size === 0) return (id) => lengths.get(id) ?? 0;
  const tail = new Map<string, number>();
  const measure = (id: string): number => {
    const known = tail.get(id);
    if (known !== undefined) return known;
    const value = (lengths.get(id) ?? 0) + Math.max(0, ...(waiters.get(id) ?? []).map(measure));
    tail.set(id, value);
    return value;
  };
  return measure;
}

/**
 * Puts the cutovers of a wave side by side, at most `concurrent` at a time, each after what it rests on (R35 R41), longest way to
 * the end first and then by id. Sorted by start, then id.
 */
export function scheduleCutovers(members: readonly Member[], concurrent: number): CutoverSlot[] {
  const waits = waitsFor(members);
  const tail = tails(members, waits);
  let waiting: readonly Member[] = [...members].sort(
    (a, b) => tail(b.id) - tail(a.id) || (a.id < b.id ? -1 : 1),
  );
  const slots: CutoverSlot[] = [];
  const arrived = new Set<string>();
  let running: CutoverSlot[] = [];
  let now = 0;
  while (waiting.length > 0) {
    waiting = waiting.filter((member) => {
      const isReady = (waits.get(member.id) ?? []).every((other) => arrived.has(other));
      if (!isReady || running.length >= concurrent) return true;
      const slot = { workloadId: member.id, start: now, end: now + lengthOf(member) };
      running.push(slot);
      slots.push(slot);
      return false;
    });
    now = running.reduce((first, { end }) => Math.min(first, end), Infinity);
    for (const { workloadId, end } of running) if (end <= now) arrived.add(workloadId);
    running = running.filter(({ end }) => end > now);
  }
  return slots.sort((a, b) => a.start - b.start || (a.workloadId < b.workloadId ? -1 : 1));
}
