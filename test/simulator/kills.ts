import { KilledHost } from './killed-host';

/** A host in a process of its own runs programs and is killed so often. True if all came to what the model says. */
export const simulateKills = async (kills: number, seed: number): Promise<boolean> => {
  const killed = new KilledHost(seed);
  try {
    await killed.run(kills);
  } finally {
    await killed.dispose();
  }
  const { problems, instances, runs } = killed;
  const summary = {
    seed,
    kills: killed.kills,
    programs: instances.length,
    activities: runs.length,
    problems,
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return problems.length === 0;
};
