/** Enough to hide the way to a storage account, few enough to hold what they carry in memory. */
const AT_ONCE = 16;

/** Does the work for every item, several at once, and gives what came of each, in order. Stops with the first failure. */
export const severalAtOnce = async <T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE)
    results.push(...(await Promise.all(items.slice(from, from + AT_ONCE).map(work))));
  return results;
};
