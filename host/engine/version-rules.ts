/** Which orchestrations this host runs, by their versions: what host.json says. */
export interface VersionRules {
  /** Given to instances that are started without one; empty where there are no versions, and then every instance runs. */
  readonly defaultVersion: string;
  readonly matchStrategy: 'None' | 'Strict' | 'CurrentOrOlder';
  /** What becomes of the others: they wait for a host that runs them, or fail. */
  readonly failureStrategy: 'Reject' | 'Fail';
}

export const NO_VERSIONS: VersionRules = {
  defaultVersion: '',
  matchStrategy: 'None',
  failureStrategy: 'Reject',
};

/** Why this host does not run an instance of this version, or null. */
export const versionProblem = (rules: VersionRules, version: string): string | null => {
  const { defaultVersion, matchStrategy } = rules;
  if (defaultVersion === '' || isMatch(rules, version)) return null;
  return (
    'Orchestration version did not comply with Worker Versioning: ' +
    `it is "${version}", and by ${matchStrategy} this host, of version "${defaultVersion}", does not run it`
  );
};

const isMatch = ({ defaultVersion, matchStrategy }: VersionRules, version: string): boolean => {
  switch (matchStrategy) {
    case 'None':
      return true;
    case 'Strict':
      return version === defaultVersion;
    case 'CurrentOrOlder':
      return compareVersions(version, defaultVersion) <= 0;
  }
};

/** As Azure: an empty one is the oldest; two that .NET reads as versions by their parts; others as texts, without regard to case. */
export const compareVersions = (a: string, b: string): number => {
  if (a.trim() === '' || b.trim() === '') return Number(a.trim() !== '') - Number(b.trim() !== '');
  const [left, right] = [partsOf(a), partsOf(b)];
  if (left === null || right === null) return textOrder(a.toUpperCase(), b.toUpperCase());
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing < 0 ? 0 : Math.sign((left[differing] ?? 0) - (right[differing] ?? 0));
};

const textOrder = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Two to four numbers; those that are left out come before 0. */
const partsOf = (version: string): number[] | null => {
  if (!/^\s*\d{1,10}(\.\d{1,10}){1,3}\s*$/.test(version)) return null;
  const parts = version.trim().split('.').map(Number);
  return parts.some((part) => part >= 2 ** 31) ? null : Array.from({ length: 4 }, (_, n) => parts[n] ?? -1);
};
