import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareVersions } from '../../../host/engine/version-rules';

const version = fc.oneof(
  fc.array(fc.nat({ max: 12 }), { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.')),
  fc.constantFrom('', ' ', 'v1', 'V1', '2025-01-01'),
);

describe('the order of versions', () => {
  it.each([
    ['', '', 0],
    ['', '0.0', -1],
    ['1.2', '1.10', -1],
    ['1.0', '1.0.0', -1],
    ['1.0.0.1', '1.0.0', 1],
    // Of one part alone .NET makes no version, and compares texts.
    ['2', '10', 1],
    ['v1-Release', 'V1-release', 0],
    ['2025-02-01', '2025-10-01', -1],
    ['1.0.0.0.0', '1.0', 1],
  ])('has %j beside %j at %i', (a, b, order) => {
    expect(compareVersions(a, b)).toBe(order);
  });

  it('is the same from both sides', () => {
    fc.assert(fc.property(version, version, (a, b) => compareVersions(a, b) + compareVersions(b, a) === 0));
  });
});
