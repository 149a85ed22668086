import { mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { EngineOptions } from '../../host/engine/engine';
import type { LoadedFunction } from '../../host/function-app';
import { checkFolder } from '../../host/storage/check/check-folder';
import { seededRandom, type SeededRandom } from '../faults/seeded-random';
import { ManualClock } from '../support/manual-clock';
import { CrashingEngine } from './crashing-engine';
import { failureIn, REFUSED } from './fate';
import { makeProgram } from './make-program';
import { Moves } from './moves';
import type { SimulatedHost } from './simulated-host';
import { newInstance, type SimulatedInstance } from './simulated-instance';
import { SimulatedWork } from './simulated-work';
import { verify } from './verify';

export interface SimulationOptions {
  readonly seed: number;
  readonly functions: readonly LoadedFunction[];
  /** Where data folders are made. */
  readonly folder: string;
  /** Numbers of the instances that take part; all where absent. */
  readonly only?: readonly number[];
  /** Nothing crashes, and nobody intervenes. */
  readonly isCalm?: boolean;
}

const HOUR_MS = 3_600_000;
const MOST_INSTANCES = 6;
const MOST_MOVES = 20_000;
/** Turns of the event loop in which an engine that has something to do would do some of it. */
const QUIET_TURNS = 15;

/** One engine after the other over the same file, and a world around it that does what the seed says. */
export class Simulation implements SimulatedHost {
  readonly random: SeededRandom;
  readonly work = new SimulatedWork();
  readonly instances: SimulatedInstance[];
  readonly problems: string[] = [];
  /** What was done, in order. */
  readonly moves: string[] = [];
  clock = new ManualClock('2030-01-01T00:00:00Z');
  current: CrashingEngine;
  crashes = 0;
  /** Instances that failed since tasks they had left behind went on. */
  refused = 0;
  private readonly dataDir: string;
  private readonly retired: CrashingEngine[] = [];

  constructor(private readonly options: SimulationOptions) {
    this.random = seededRandom(options.seed);
    this.dataDir = mkdtempSync(path.join(options.folder, 'run-'));
    this.instances = makeInstances(options.seed).filter(
      (_, index) => options.only === undefined || options.only.includes(index),
    );
    this.current = this.begin();
  }

  get commits(): number {
    return [...this.retired, this.current].reduce((sum, { commits }) => sum + commits, 0);
  }

  async run(): Promise<void> {
    const world = new Moves(this);
    const chaos = this.options.isCalm === true ? 0 : 40 + this.random.below(300);
    try {
      this.current.engine.recover();
      for (let made = 0; this.problems.length === 0; made++) {
        if (made === MOST_MOVES) this.problems.push(`it is not through after ${made} moves`);
        world.isChaos = made < chaos;
        if (!(await this.move(world))) break;
      }
      if (this.problems.length === 0) verify(this, world);
    } finally {
      await this.end();
    }
  }

  note(move: string): void {
    this.moves.push(move);
  }

  /** False where nothing can happen any more. */
  private async move(world: Moves): Promise<boolean> {
    if (this.current.isDead) this.restart(world);
    const { commits } = this;
    const isMade = world.make();
    await turns(isMade ? this.random.below(4) : QUIET_TURNS);
    return isMade || this.commits > commits || this.current.isDead || world.make();
  }

  /** The next process may find that the clock was set back a little. */
  private restart(world: Moves): void {
    const { random } = this;
    if (this.current.failure !== null)
      this.problems.push(`the engine failed: ${textOf(this.current.failure)}`);
    this.crashes += 1;
    this.note('restart');
    this.work.crash(random);
    world.forgetUnderWay();
    this.retired.push(this.current);
    const setBackMs = random.below(8) === 0 ? random.below(HOUR_MS) : 0;
    this.clock = new ManualClock(new Date(this.clock.now() - setBackMs).toISOString());
    this.current = this.begin();
    this.current.engine.recover();
  }

  private begin(): CrashingEngine {
    const { random } = this;
    const options: Omit<EngineOptions, 'fatal'> = {
      functions: this.options.functions,
      dataDir: this.dataDir,
      clock: this.clock,
      log: (level, message, fields) => {
        // What its history tells of is judged by what becomes of it.
        if (level === 'error' && fields?.['history'] === undefined)
          this.problems.push(`logged: ${message} ${JSON.stringify(fields ?? {})}`);
      },
      maxConcurrentActivities: 1 + random.below(20),
      maxConcurrentEntities: 1 + random.below(4),
      maxEntityBatchSize: 1 + random.below(5),
      maximumShortTimerMs: 6 * 24 * HOUR_MS,
      longTimerIntervalMs: 3 * 24 * HOUR_MS,
      replayMode: random.pick(['always', 'sessions', 'checked']),
      keptInstances: random.pick([1, 2, 1_000]),
    };
    return new CrashingEngine(options);
  }

  private async end(): Promise<void> {
    await turns(QUIET_TURNS);
    const outputs = this.instances.map(({ id }) => this.current.engine.find(id)?.output ?? '');
    this.refused = outputs.filter((output) => failureIn(output) === REFUSED).length;
    for (const engine of [...this.retired, this.current]) engine.close();
    const { findings } = checkFolder(this.dataDir);
    this.problems.push(...findings.map(({ code, message }) => `the check finds ${code}: ${message}`));
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}

/** Each made by numbers of its own, so that those of one instance do not depend on which others take part. */
const makeInstances = (seed: number): SimulatedInstance[] => {
  const random = seededRandom(seed ^ 0x5eed);
  return Array.from({ length: 1 + random.below(MOST_INSTANCES) }, (_, index) => {
    const own = seededRandom(random.below(2 ** 31));
    const id = `p${index}`;
    return newInstance({
      ...{ id, path: id, program: makeProgram(own) },
      isDoomed: own.below(6) === 0,
      mayBeRewound: own.below(2) === 0,
      mayBeginAgain: own.below(2) === 0,
      mayBePurged: own.below(3) === 0,
    });
  });
};

const textOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);

const turns = async (count: number): Promise<void> => {
  for (let n = 0; n < count; n++) await new Promise((resolve) => setImmediate(resolve));
};
