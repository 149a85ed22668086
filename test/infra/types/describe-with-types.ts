import { describe } from '@jest/globals';

/** `generated` folder of a checkout of Azure/bicep-types-az; the definitions are Microsoft's and no part of this repository. */
const GENERATED = process.env['BICEP_TYPES'] ?? '';

const LEFT_OUT =
  'left out: set BICEP_TYPES to the folder "generated" of a checkout of Azure/bicep-types-az, see infra/README.md';

/**
 * Tests that read the public type definitions. Without them they are skipped, and the title says how to run them.
 * `generated` is for hooks and tests, which do not run then.
 */
export const describeWithTypes = (title: string, tests: (generated: string) => void): void => {
  if (GENERATED === '') describe.skip(`${title} (${LEFT_OUT})`, () => tests(GENERATED));
  else describe(title, () => tests(GENERATED));
};
