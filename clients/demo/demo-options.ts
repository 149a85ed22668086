import { parseArgs } from 'node:util';
import { DEMO_NAMES, type DemoName } from './events';

export interface DemoOptions {
  readonly name: DemoName;
  readonly auto: boolean;
  readonly json: boolean;
  readonly keep: boolean;
}

export const USAGE = `Usage: npm run demo -- [files | postgres | plan] [options]

files, the default, migrates a wave of two small web applications with real files from folders to Blob Storage (Azurite) on this machine. The first
arrives. The second fails its checks after users were sent to it, is rolled back and serves from its folder again. At the end
everything is proved by looking at the applications, the files and the logs.

postgres moves the database of a shop from PostgreSQL 15 to 17 while customers place orders without pause: an online cutover, a
failback that is decided at the sign-off, and the cutover again. At the end every acknowledged order is looked for in both databases.

plan makes up an enterprise of 2,000 servers as Azure Migrate exports it, imports it, plans its waves and prints the plan. An
approver agrees to the hash of its content, an edit voids that, and it is approved anew. Then the first wave is started from the
plan and its files really move.

  --auto   answers the gates by itself, through the same HTTP API; so it does where there is no terminal to ask at
  --json   prints one event a line; the last is {"event":"result",…}; implies --auto
  --keep   keeps the throw-away data folder and says where it is
  --help   show this

Exit status: 0 only if everything was proved, 1 if not, 2 for bad input.
`;

export type CommandLine =
  | { readonly kind: 'run'; readonly options: DemoOptions }
  | { readonly kind: 'help' }
  | { readonly kind: 'refused'; readonly reason: string };

export function parseCommandLine(args: readonly string[]): CommandLine {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        auto: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    const [name = 'files', ...more] = positionals;
    if (!isDemo(name) || more.length > 0)
      return { kind: 'refused', reason: `There is no demo ${positionals.join(' ')}` };
    return {
      kind: 'run',
      options: { name, auto: values.auto || values.json, json: values.json, keep: values.keep },
    };
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}

const isDemo = (name: string): name is DemoName => (DEMO_NAMES as readonly string[]).includes(name);
