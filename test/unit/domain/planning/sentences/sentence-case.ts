import type { Facts } from '../../../../../shared/domain/planning/reasons';

/** What is said where there is none, one, several, or where nobody knows. */
export type SentenceCase = readonly [rule: string, facts: Facts, sentence: string];
