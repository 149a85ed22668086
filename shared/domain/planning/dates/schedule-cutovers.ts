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

/** What each waits for inside the wave. In a circle nobody waits for another, as when the wave runs. */
export function waitsFor(members: readonly Member[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Set(members.map(({ id }) => id));
  const all = new Map(
    members.map(({ id, dependsOn }) => [
      id,
      [...new Set(dependsOn)].filter((other) => other !== id && ids.has(other)),
    ]),
  );
  const reach = new Map(
    members.map(({ id }) => [
      id,
      (all.get(id) as string[]).length > 0 ? reachable(all, id) : new Set<string>(),
    ]),
  );
  return new Map([...all].map(([id, others]) => [id, others.filter((other) => !reach.get(other)?.has(id))]));
}

/** Minutes from the start of a cutover to the end of the last one that waits for it. */
function tails(
  members: readonly Member[],
  waits: ReadonlyMap<string, readonly string[]>,
): Map<string, number> {
  const waiters = new Map<string, string[]>();
  for (const [id, others] of waits) {
    for (const other of others) waiters.set(other, [...(waiters.get(other) ?? []), id]);
  }
  const lengths = new Map(members.map((member) => [member.id, lengthOf(member)]));
  const tail = new Map<string, number>();
  const measure = (id: string): number => {
    const known = tail.get(id);
    if (known !== undefined) return known;
    const value = (lengths.get(id) ?? 0) + Math.max(0, ...(waiters.get(id) ?? []).map(measure));
    tail.set(id, value);
    return value;
  };
  members.forEach(({ id }) => measure(id));
  return tail;
}

/**
 * Puts the cutovers of a wave side by side, at most `concurrent` at a time, each after what it rests on (R35 R41), longest way to
 * the end first and then by id. Sorted by start, then id.
 */
export function scheduleCutovers(members: readonly Member[], concurrent: number): CutoverSlot[] {
  const waits = waitsFor(members);
  const tail = tails(members, waits);
  const waiting = [...members].sort(
    (a, b) => (tail.get(b.id) ?? 0) - (tail.get(a.id) ?? 0) || (a.id < b.id ? -1 : 1),
  );
  const done: CutoverSlot[] = [];
  let running: CutoverSlot[] = [];
  let now = 0;
  while (waiting.length > 0 || running.length > 0) {
    const arrived = new Set(done.map(({ workloadId }) => workloadId));
    for (let index = 0; index < waiting.length && running.length < concurrent;) {
      const member = waiting[index] as Member;
      if ((waits.get(member.id) ?? []).every((other) => arrived.has(other))) {
        waiting.splice(index, 1);
        running.push({ workloadId: member.id, start: now, end: now + lengthOf(member) });
      } else index += 1;
    }
    now = Math.min(...running.map(({ end }) => end));
    done.push(...running.filter(({ end }) => end <= now));
    running = running.filter(({ end }) => end > now);
  }
  return done.sort((a, b) => a.start - b.start || (a.workloadId < b.workloadId ? -1 : 1));
}
