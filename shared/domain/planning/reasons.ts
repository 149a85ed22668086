import type { Fact, Reason } from '../../contracts/planning/reason';

export type Facts = Reason['facts'];

/** How a rule is told: by the facts it looked at. Kept beside the rule. */
export type Sentences = Readonly<Record<string, (facts: Facts) => string>>;

export const because = (rule: string, requirement: string, facts: Facts = {}): Reason => ({
  rule,
  requirement,
  facts,
});

/** A fact within a sentence. */
export const told = (fact: Fact | undefined): string =>
  fact === undefined || fact === null ? 'unknown' : String(fact);

/** `1 workload`, `3 workloads`. */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

/** What people typed, as the end of a sentence. */
export const quoted = (fact: Fact | undefined): string => {
  const words = told(fact).trim();
  return /[.!?…]$/.test(words) ? words : `${words}.`;
};

/** Minutes as a person says them: 45 minutes, 3.5 hours, 2 days. */
export function minutesInWords(minutes: number): string {
  if (minutes === 0) return '0 minutes';
  if (minutes < 1) return counted(Math.max(1, Math.round(minutes * 60)), 'second');
  const [amount, unit] =
    minutes < 120 ? [minutes, 'minute'] : minutes < 2_880 ? [minutes / 60, 'hour'] : [minutes / 1_440, 'day'];
  const rounded = amount < 10 ? Math.round(amount * 10) / 10 : Math.round(amount);
  return counted(rounded, unit);
}

/** Two durations to be compared: where both would be said alike and are not, to the hundredth of a minute. */
export function minutesBeside(one: number, other: number): readonly [string, string] {
  const words = [minutesInWords(one), minutesInWords(other)] as const;
  if (one === other || words[0] !== words[1]) return words;
  const exact = (minutes: number): string => counted(Math.round(minutes * 100) / 100, 'minute');
  return [exact(one), exact(other)];
}
