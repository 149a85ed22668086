// `npx node --require ./test/support/run-typescript.js test/simulator/kills.ts <kills> [<seed>]`
// A host in a process of its own runs programs and is killed at random moments, as often as asked. Prints one JSON object last; exits
// with 0 only if all came to what the model says.
import { KilledHost } from './killed-host';

const [kills = '12', seed = String(Date.now() % 1_000_000)] = process.argv.slice(2);

const main = async (): Promise<boolean> => {
  const killed = new KilledHost(Number(seed));
  try {
    await killed.run(Number(kills));
  } finally {
    await killed.dispose();
  }
  const { problems, instances, runs } = killed;
  const summary = {
    seed: Number(seed),
    kills: killed.kills,
    programs: instances.length,
    activities: runs.length,
    problems,
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return problems.length === 0;
};

void main().then((isPassed) => process.exit(isPassed ? 0 : 1));
