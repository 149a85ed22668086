import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lint, plantTree } from './planted-tree';
import type { LintFinding, PlantedTree } from './planted-tree';

const lines = (count: number, line: string): string =>
  `${Array.from({ length: count }, () => line).join('\n')}\n`;
const CODE_LINE = 'export {};';

const later = 'const later = async (): Promise<number> => 1;\n';
const state = `type State = 'open' | 'closed';\n`;
const onlyOpen = (rest: string): string =>
  `${state}export const weight = (state: State): number => { switch (state) { case 'open': return 1; ${rest} } };\n`;

const REFUSED: readonly (readonly [file: string, text: string, rule: string])[] = [
  [
    'functions/floating.ts',
    `${later}export const run = (): void => { later(); };\n`,
    '@typescript-eslint/no-floating-promises',
  ],
  ['functions/misused.ts', `${later}[1].forEach(later);\n`, '@typescript-eslint/no-misused-promises'],
  ['functions/not-exhaustive.ts', onlyOpen(''), '@typescript-eslint/switch-exhaustiveness-check'],
  [
    'functions/any.ts',
    'export const seen = (value: any): unknown => value;\n',
    '@typescript-eslint/no-explicit-any',
  ],
  [
    'functions/value-import.ts',
    `import { Stats } from 'node:fs';\nexport type Seen = Stats;\n`,
    '@typescript-eslint/consistent-type-imports',
  ],
  [
    'functions/not-null.ts',
    'export const first = (all: string[]): string => all[0]!;\n',
    '@typescript-eslint/no-non-null-assertion',
  ],
  [
    'functions/ts-ignore.ts',
    '// @ts-ignore\nexport const one: string = 1;\n',
    '@typescript-eslint/ban-ts-comment',
  ],
  ['functions/too-long.ts', lines(301, CODE_LINE), 'max-lines'],
  ['functions/prints.ts', `console.log('here');\n`, 'no-console'],
  ['host/triggers/prints.ts', `console.log('here');\n`, 'no-console'],
  ['functions/unfinished.ts', '// TODO: finish\n', 'no-warning-comments'],
  [
    'functions/silenced.ts',
    '// eslint-disable-next-line no-console\nconsole.log(1);\n',
    'causeway/disable-needs-reason',
  ],
  ['functions/retryPolicy.ts', CODE_LINE, 'causeway/file-name'],
  ['functions/string-utils.ts', CODE_LINE, 'causeway/file-name'],
  ['shared/common/wave.ts', CODE_LINE, 'causeway/file-name'],
  [
    'test/unit/hides.test.ts',
    `import { it } from '@jest/globals';\nit.only('one', () => {});\n`,
    'no-restricted-properties',
  ],
];

const ALLOWED: readonly (readonly [file: string, text: string])[] = [
  ['functions/awaited.ts', `${later}export const run = async (): Promise<number> => later();\n`],
  ['functions/exhaustive.ts', onlyOpen(`case 'closed': return 0;`)],
  ['functions/defaults.ts', onlyOpen('default: return 0;')],
  ['functions/long-enough.ts', lines(300, `${CODE_LINE}\n\n// Blank lines and comments do not count.`)],
  ['host/main.ts', `console.log('listening');\n`],
  ['clients/cli/main.ts', `console.log('done');\n`],
  ['scripts/seed.js', `console.log('done');\n`],
  [
    'functions/reasoned.ts',
    '// eslint-disable-next-line no-console -- the log is not open yet\nconsole.log(1);\n',
  ],
  ['test/unit/retry-policy.test.ts', `import { it } from '@jest/globals';\nit('one', () => {});\n`],
];

describe('source rules', () => {
  let tree: PlantedTree;
  let findings: LintFinding[];
  const rulesBroken = (file: string): (string | null)[] =>
    findings.filter((finding) => finding.file === file).map(({ rule }) => rule);

  beforeAll(async () => {
    tree = plantTree(Object.fromEntries([...REFUSED, ...ALLOWED]));
    findings = await lint(tree.folder, ['.']);
  });
  afterAll(() => tree.remove());

  it.each(REFUSED)('%s is refused', (file, _text, rule) => {
    expect(rulesBroken(file)).toContain(rule);
  });

  it.each(ALLOWED)('%s is fine', (file) => {
    expect(rulesBroken(file)).toEqual([]);
  });
});
