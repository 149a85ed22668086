/** End of the vendor's regular support, by the name as inventories write it; vendors' lifecycle pages, read in 2026. */
const ENDS: readonly (readonly [name: RegExp, end: string])[] = [
  [/windows server\D*2003/, '2015-07-14'],
  [/windows server\D*2008/, '2020-01-14'],
  [/windows server\D*2012/, '2023-10-10'],
  [/windows server\D*2016/, '2027-01-12'],
  [/windows server\D*2019/, '2029-01-09'],
  [/windows server\D*2022/, '2031-10-14'],
  [/windows xp/, '2014-04-08'],
  [/windows 7\b/, '2020-01-14'],
  [/windows 8/, '2023-01-10'],
  [/windows 10\b/, '2025-10-14'],
  [/(red hat|rhel)\D*5\b/, '2017-03-31'],
  [/(red hat|rhel)\D*6\b/, '2020-11-30'],
  [/(red hat|rhel)\D*7\b/, '2024-06-30'],
  [/(red hat|rhel)\D*8\b/, '2029-05-31'],
  [/centos\D*5\b/, '2017-03-31'],
  [/centos\D*6\b/, '2020-11-30'],
  [/centos\D*7\b/, '2024-06-30'],
  [/centos\D*8\b/, '2021-12-31'],
  [/oracle linux\D*6\b/, '2021-03-31'],
  [/oracle linux\D*7\b/, '2024-12-31'],
  [/ubuntu\D*14\.04/, '2019-04-25'],
  [/ubuntu\D*16\.04/, '2021-04-30'],
  [/ubuntu\D*18\.04/, '2023-05-31'],
  [/ubuntu\D*20\.04/, '2025-05-31'],
  [/debian\D*8\b/, '2020-06-30'],
  [/debian\D*9\b/, '2022-06-30'],
  [/debian\D*10\b/, '2024-06-30'],
  [/(suse|sles)\D*11\b/, '2019-03-31'],
  [/(suse|sles)\D*12\b/, '2024-10-31'],
];

/** A few hundred names stand for all servers: each is looked up once. */
const known = new Map<string, string | null>();
const MAX_KNOWN = 10_000;

/** The day its support ends; null where the system is not in the list, which says nothing. */
export function supportEnd(operatingSystem: string | null, version: string | null): string | null {
  const written = version === null ? (operatingSystem ?? '') : `${operatingSystem ?? ''} ${version}`;
  const kept = known.get(written);
  if (kept !== undefined) return kept;
  const name = `${written} `.toLowerCase();
  const end = ENDS.find(([pattern]) => pattern.test(name))?.[1] ?? null;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(written, end);
  return end;
}
