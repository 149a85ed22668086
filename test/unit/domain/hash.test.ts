import { expect, it } from '@jest/globals';
import { sha256Hex, sha256OfLines } from '../../../shared/domain/hash';

it.each([0, 1, 5_000])('hashes %p lines as the text they are', (count) => {
  const lines = Array.from({ length: count }, (_, n) => `${'ü€😀'.repeat(n % 40)}${n}`);
  expect(sha256OfLines(lines)).toBe(sha256Hex(lines.map((line) => `${line}\n`).join('')));
});
