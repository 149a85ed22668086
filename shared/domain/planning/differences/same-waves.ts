/** As much of a wave as tells which it is. */
interface Numbered {
  readonly number: number;
  readonly workloadIds: readonly string[];
}

/**
 * Which wave goes on as which: the pairs that share most workloads, each wave in one pair at most. Waves without a match are gone, or
 * new.
 */
export const sameWaves = (
  before: readonly Numbered[],
  after: readonly Numbered[],
): ReadonlyMap<number, number> => {
  const was = new Map(
    before.flatMap(({ number, workloadIds }) => workloadIds.map((id) => [id, number] as const)),
  );
  const shared = new Map<string, { from: number; to: number; count: number }>();
  for (const { number: to, workloadIds } of after)
    for (const id of workloadIds) {
      const from = was.get(id);
      if (from === undefined) continue;
      const key = `${from} ${to}`;
      shared.set(key, { from, to, count: (shared.get(key)?.count ?? 0) + 1 });
    }
  const pairs = [...shared.values()].sort((a, b) => b.count - a.count || a.from - b.from || a.to - b.to);
  const matched = new Map<number, number>();
  const taken = new Set<number>();
  for (const { from, to } of pairs) {
    if (matched.has(from) || taken.has(to)) continue;
    matched.set(from, to);
    taken.add(to);
  }
  return matched;
};
