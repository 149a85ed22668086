// `npm run simulate -- --help` says how it is called. Prints one JSON object last; exits with 0 only if all came to what the model says.
import { parseArgs } from 'node:util';
import { simulateKills } from './kills';
import { simulateSeeds } from './seeds';

const USAGE = `npm run simulate -- <first seed> <count> [--only <n>,<n>] [--calm] [--moves]
  Simulates the durable engine by each seed: only these instances of it, without crashes, printing all moves of what fails.
npm run simulate -- --kills <count> [<seed>]
  Kills a host in a process of its own so often, at random moments.
`;

const main = async (): Promise<boolean> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      ...{ help: { type: 'boolean' }, calm: { type: 'boolean' }, moves: { type: 'boolean' } },
      ...{ kills: { type: 'string' }, only: { type: 'string' } },
    },
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return true;
  }
  if (values.kills !== undefined)
    return simulateKills(Number(values.kills), Number(positionals[0] ?? Date.now() % 1_000_000));
  const [first = '1', count = '1'] = positionals;
  return simulateSeeds({
    ...{ first: Number(first), count: Number(count), only: values.only?.split(',').map(Number) },
    ...{ isCalm: values.calm === true, hasMoves: values.moves === true },
  });
};

void main().then((isPassed) => process.exit(isPassed ? 0 : 1));
