import { describe, expect, it } from '@jest/globals';
import { SENTENCES } from '../../../../../shared/domain/planning/explain';
import { classificationCases } from './classification-cases';
import { dateCases } from './date-cases';
import { readinessCases } from './readiness-cases';
import { waveCases } from './wave-cases';

const CASES = [...classificationCases, ...readinessCases, ...waveCases, ...dateCases];

describe('sentences of reasons', () => {
  it.each(CASES)('%s of %j', (rule, facts, sentence) => {
    expect(SENTENCES[rule]?.(facts)).toBe(sentence);
  });

  it('are tried for every rule', () => {
    expect([...new Set(CASES.map(([rule]) => rule))].sort()).toEqual(Object.keys(SENTENCES).sort());
  });
});
