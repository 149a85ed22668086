import type { Command } from './command';

/** What --help prints. */
export const usage = (commands: readonly Command[]): string => `Usage: npm run causeway -- <command> [options]

Commands
${commands.map(({ name, operands, summary }) => `  ${`${name} ${operands}`.trim()}\n      ${summary}`).join('\n')}

Options
  --url URL          where the service is (default: CAUSEWAY_URL, else http://127.0.0.1:7071)
  --token-file FILE  file with your token (default: the variable CAUSEWAY_TOKEN)
  --data DIR         data folder of the service, for token commands (default: CAUSEWAY_DATA, else data)
  --output FORMAT    table or json (default: table); --json for short
  --help             show this

Exit codes: 0 done, 1 refused, 2 wrong usage, 3 service not there or failing, 4 not allowed.
`;
