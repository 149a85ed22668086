/** The typed data `int` is the one that the library passes on untouched, so objects need not become text. */
export const asIs = (value: unknown): unknown =>
  value === null || value === undefined ? null : { int: value };

/** Texts that may be JSON begin so. The library tries to parse every text, and to fail at that takes it 40 µs an activity. */
const MAY_BE_JSON = /^\s*(?:[[{"]|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?\s*$|(?:true|false|null)\s*$)/;

/** Metadata is sent as the worker protocol does, strings as text: the library parses those that are JSON. */
export const typedMetadata = (metadata: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name,
      typeof value === 'string' && MAY_BE_JSON.test(value)
        ? { string: value }
        : { json: JSON.stringify(value ?? null) },
    ]),
  );
