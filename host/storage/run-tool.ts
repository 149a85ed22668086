import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

const BAD_INPUT = 2;
const FAILED = 70;

export interface ToolOptions {
  /** Absolute, as many as the usage names; the first exists. */
  readonly folders: readonly string[];
  readonly json: boolean;
}

/**
 * Runs a command-line tool over data folders: its options, its one-line refusals and its exit status.
 * `work` returns the status; what it throws ends the tool with 70.
 */
export const runTool = (
  usage: string,
  names: readonly string[],
  work: (options: ToolOptions) => number | Promise<number>,
): void => {
  const run = async (): Promise<number> => {
    const options = parseOptions(usage, names);
    return typeof options === 'number' ? options : work(options);
  };
  run().then(
    (status) => (process.exitCode = status),
    (error: unknown) =>
      (process.exitCode = refuse(error instanceof Error ? error.message : String(error), FAILED)),
  );
};

const parseOptions = (usage: string, names: readonly string[]): ToolOptions | number => {
  const options = { json: { type: 'boolean' }, help: { type: 'boolean' } } as const;
  let parsed;
  try {
    parsed = parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse(`${(error as Error).message.split(/\.\s/)[0]}. --help shows what can be said.`, BAD_INPUT);
  }
  const { values, positionals } = parsed;
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (positionals.length !== names.length)
    return refuse(
      `${names.join(' and ')} must be said, and nothing else. --help shows what can be said.`,
      BAD_INPUT,
    );
  const folders = positionals.map((each) => resolve(each));
  const [first = ''] = folders;
  if (!statSync(first, { throwIfNoEntry: false })?.isDirectory())
    return refuse(`There is no folder ${first}.`, BAD_INPUT);
  return { folders, json: values.json === true };
};

const refuse = (line: string, status: number): number => {
  process.stderr.write(`causeway: ${line}\n`);
  return status;
};
