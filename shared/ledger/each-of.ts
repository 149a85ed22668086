/**
 * Does the work for every item, in order, also after it failed for some; then throws all that failed in one error. Nobody waits
 * behind another's trouble, and no trouble is hidden.
 */
export const eachOf = async <T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const failures: unknown[] = [];
  for await (const item of items) {
    try {
      await work(item);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(messageOf).join('; '));
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
