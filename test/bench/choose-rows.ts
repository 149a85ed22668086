export interface Choice<T> {
  readonly chosen: readonly T[];
  /** A sentence for each that was left out. */
  readonly notMeasured: readonly string[];
}

/** Those that `CAUSEWAY_BENCH_ROWS` names, with commas between them; all where it is not set. Throws at a name that there is none of. */
export function chooseRows<T>(all: Readonly<Record<string, T>>): Choice<T> {
  const names = Object.keys(all);
  const asked = process.env['CAUSEWAY_BENCH_ROWS']?.split(',') ?? names;
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`CAUSEWAY_BENCH_ROWS: ${unknown.join(', ')}: give some of ${names.join(', ')}`);
  const rows = Object.entries(all);
  return {
    chosen: rows.filter(([name]) => asked.includes(name)).map(([, row]) => row),
    notMeasured: names.filter((name) => !asked.includes(name)).map((name) => `Not measured: ${name}.`),
  };
}
