import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CrashError } from './crashing-engine';
import { loadProgramApp } from './load-program-app';
import { programText } from './program';
import { Simulation, type SimulationOptions } from './simulation';

const COMMAND = 'npm run simulate --';
/** Memory does as well as a disk: nobody pulls the plug. */
const MEMORY = '/dev/shm';

const tolerate = (error: unknown): void => {
  if (error instanceof CrashError) return;
  throw error;
};

const simulate = async (options: SimulationOptions): Promise<Simulation> => {
  const simulation = new Simulation(options);
  await simulation.run();
  return simulation;
};

/** The same with one instance alone, or without crashes and interventions, where that fails as well. */
const smallest = async (
  options: SimulationOptions,
  found: Simulation,
): Promise<[SimulationOptions, Simulation]> => {
  const calm = { ...options, isCalm: true };
  const numbers = new Set(found.instances.map(({ id }) => Number(id.slice(1))));
  const alone = [...numbers].map((n) => ({ ...options, only: [n] }));
  const smaller = [...alone.map((each) => ({ ...each, isCalm: true })), calm, ...alone];
  for (const each of smaller) {
    const simulation = await simulate(each);
    if (simulation.problems.length > 0) return [each, simulation];
  }
  return [options, found];
};

const describe = ([{ seed, only, isCalm }, { instances, problems, moves }]: [
  SimulationOptions,
  Simulation,
]): string => {
  const flags = `${only === undefined ? '' : ` --only ${only.join(',')}`}${isCalm === true ? ' --calm' : ''}`;
  const programs = instances.map(({ path, program }) => `  ${path} ${programText(program)}`);
  return [
    `seed ${seed}: ${problems.join('\n  ')}`,
    ...programs,
    `  ${moves.length} moves, the last: ${moves.slice(-12).join('; ')}`,
    `  ${COMMAND} ${seed} 1${flags}`,
  ].join('\n');
};

export interface Seeds {
  readonly first: number;
  readonly count: number;
  readonly only: readonly number[] | undefined;
  readonly isCalm: boolean;
  /** Whether all moves of what fails are printed. */
  readonly hasMoves: boolean;
}

/**
 * Simulates the engine by each seed. What fails is told with the smallest part of it that fails still, and the command that shows it
 * again. True if every seed passed.
 */
export const simulateSeeds = async ({ first, count, only, isCalm, hasMoves }: Seeds): Promise<boolean> => {
  process.on('uncaughtException', tolerate);
  process.on('unhandledRejection', tolerate);
  const folder = mkdtempSync(path.join(existsSync(MEMORY) ? MEMORY : tmpdir(), 'simulator-'));
  const functions = await loadProgramApp();
  const failed: number[] = [];
  const totals = { first, seeds: 0, instances: 0, commits: 0, crashes: 0, refused: 0, failed };
  try {
    for (let seed = first; seed < first + count; seed++) {
      const options = { seed, functions, folder, isCalm, ...(only && { only }) };
      const simulation = await simulate(options);
      totals.seeds += 1;
      totals.instances += simulation.instances.length;
      totals.commits += simulation.commits;
      totals.crashes += simulation.crashes;
      totals.refused += simulation.refused;
      if (simulation.problems.length === 0) continue;
      failed.push(seed);
      process.stdout.write(`${describe(await smallest(options, simulation))}\n`);
      if (hasMoves) process.stdout.write(`${simulation.moves.join('\n')}\n`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.stdout.write(`${JSON.stringify(totals)}\n`);
  return failed.length === 0;
};
