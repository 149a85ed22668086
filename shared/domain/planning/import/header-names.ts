/** Units a header may name, in megabytes. */
const MEGABYTES: Readonly<Record<string, number>> = {
  bytes: 1 / 1_048_576,
  kb: 1 / 1_024,
  mb: 1,
  mib: 1,
  gb: 1_024,
  gib: 1_024,
  tb: 1_048_576,
  tib: 1_048_576,
};
const WITH_UNIT = new RegExp(`^(.+?)(?: in)? (${Object.keys(MEGABYTES).join('|')})$`);

export interface HeaderName {
  /** Lower case, words parted by single spaces, without stars, brackets and «(optional)». */
  readonly name: string;
  /** The same without its unit. */
  readonly base: string;
  /** Megabytes of one unit; null where the header names none. */
  readonly megabytes: number | null;
}

/** Exports differ in case, spacing, stars of required columns and how they write units: `*Memory (In MB)`, `MEMORY_MB`, `Memory(MB)`. */
export function headerName(header: string): HeaderName {
  const words = header
    .replace(/^\ufeff/, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}%]+/gu, ' ')
    .trim();
  const name = words.replace(/ optional$/, '');
  const [, base, unit] = WITH_UNIT.exec(name) ?? [];
  if (base === undefined || unit === undefined) return { name, base: name, megabytes: null };
  return { name, base, megabytes: MEGABYTES[unit] ?? null };
}

/** How many letters have to change: only to name the nearest header, so long ones are cut. */
export function letterDistance(left: string, right: string): number {
  const [a, b] = [left.slice(0, 40), right.slice(0, 40)];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
