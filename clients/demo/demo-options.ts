import { parseArgs } from 'node:util';

export interface DemoOptions {
  readonly auto: boolean;
  readonly json: boolean;
  readonly keep: boolean;
}

export const USAGE = `Usage: npm run demo -- [options]

Migrates a wave of two small web applications with real files from folders to Blob Storage (Azurite) on this machine. The first
arrives. The second fails its checks after users were sent to it, is rolled back and serves from its folder again. At the end
everything is proved by looking at the applications, the files and the logs.

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
    const { values } = parseArgs({
      args: [...args],
      options: {
        auto: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) return { kind: 'help' };
    return {
      kind: 'run',
      options: { auto: values.auto || values.json, json: values.json, keep: values.keep },
    };
  } catch (error) {
    return { kind: 'refused', reason: error instanceof Error ? error.message : String(error) };
  }
}
