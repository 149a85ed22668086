export interface TimeRange {
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** The times of two parameters, null where one is absent or empty, or what is wrong with one of them. */
export const timeRangeOf = (query: URLSearchParams, from: string, to: string): TimeRange | string => {
  const [fromMs = null, toMs = null] = [from, to].map((name) => timeOf(query.get(name)));
  const wrong = Number.isNaN(fromMs) ? from : Number.isNaN(toMs) ? to : null;
  return wrong === null ? { fromMs, toMs } : `'${wrong}' is no time: give one like 2026-01-31T12:00:00Z.`;
};

const timeOf = (text: string | null): number | null =>
  text === null || text === '' ? null : Date.parse(text);
