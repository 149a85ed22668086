import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

export const repository = join(__dirname, '..', '..', '..');

const CONFIGURATION = [
  'package.json',
  'tsconfig.json',
  'eslint.config.js',
  'eslint-rules',
  '.dependency-cruiser.js',
];

export interface PlantedTree {
  readonly folder: string;
  remove(): void;
}

/** A throw-away checkout: this repository's own configuration and packages around the files given. */
export const plantTree = (files: Readonly<Record<string, string>>): PlantedTree => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'causeway-planted-')));
  for (const name of CONFIGURATION) cpSync(join(repository, name), join(folder, name), { recursive: true });
  symlinkSync(join(repository, 'node_modules'), join(folder, 'node_modules'), 'dir');
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
};

/** Runs an installed tool and returns what it printed; finding violations is its exit status 1 and no failure here. */
const run = (folder: string, tool: string, args: readonly string[]): Promise<string> =>
  new Promise((resolve, reject) => {
    const script = join(repository, 'node_modules', tool);
    execFile(
      process.execPath,
      [script, ...args],
      { cwd: folder, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        if (stdout.startsWith('[') || stdout.startsWith('{')) resolve(stdout);
        else reject(new Error(`${tool} gave no result: ${stderr}`, { cause: error }));
      },
    );
  });

export interface Cruise {
  /** Every import that a rule of `.dependency-cruiser.js` refuses. */
  readonly violations: readonly { readonly rule: string; readonly from: string; readonly to: string }[];
  /** Files of which at least one import was looked at. */
  readonly importers: readonly string[];
}

/** The names of all rules in `.dependency-cruiser.js`. */
export const importRules = (): string[] => {
  const load = createRequire(__filename);
  const { forbidden } = load(join(repository, '.dependency-cruiser.js')) as { forbidden: { name: string }[] };
  return forbidden.map(({ name }) => name);
};

/** Looks at every import in the folder. */
export const cruise = async (folder: string): Promise<Cruise> => {
  const args = ['--config', '.dependency-cruiser.js', '--output-type', 'json', '.'];
  const printed = await run(folder, 'dependency-cruiser/bin/dependency-cruiser.mjs', args);
  const { modules, summary } = JSON.parse(printed) as {
    modules: { source: string; dependencies: unknown[] }[];
    summary: { violations: { rule: { name: string }; from: string; to: string }[] };
  };
  return {
    violations: summary.violations.map(({ rule, from, to }) => ({ rule: rule.name, from, to })),
    importers: modules.filter(({ dependencies }) => dependencies.length > 0).map(({ source }) => source),
  };
};

export interface LintFinding {
  readonly file: string;
  readonly rule: string | null;
  readonly message: string;
}

/** Every finding of ESLint under the paths given, with the rules of `eslint.config.js` or of another file. */
export const lint = async (
  folder: string,
  paths: readonly string[],
  config = 'eslint.config.js',
): Promise<LintFinding[]> => {
  const args = ['--config', config, '--format', 'json', '--no-error-on-unmatched-pattern', ...paths];
  const results = JSON.parse(await run(folder, 'eslint/bin/eslint.js', args)) as {
    filePath: string;
    messages: { ruleId: string | null; message: string }[];
  }[];
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, message }) => ({ file: relative(folder, filePath), rule: ruleId, message })),
  );
};
