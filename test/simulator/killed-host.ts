import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom, type SeededRandom } from '../faults/seeded-random';
import { HostProcess, type InstanceStatus } from '../support/host-process';
import { problemsOf } from './judge';
import { LEDGERS, makeProgram } from './make-program';
import { eventsOf, type ProgramInput } from './program';
import { newInstance, type SimulatedInstance } from './simulated-instance';

/** Programs begun between two kills. */
const BEGUN_AT_ONCE = 2;
const LONGEST_LIFE_MS = 300;
const DAYS_MS = 4 * 86_400_000;
/** More than any program waits in all. */
const MOST_LEAPS = 400;
/** The host looks at its clock four times a second. */
const LEAP_SEEN_MS = 300;

/** A host in a process of its own that runs programs and is killed at random moments; what its clients saw is kept here. */
export class KilledHost {
  readonly instances: SimulatedInstance[] = [];
  readonly problems: string[] = [];
  kills = 0;
  runs: readonly string[] = [];
  private readonly random: SeededRandom;
  private readonly host = new HostProcess('../../simulator/app');
  private readonly delivered = new Set<string>();

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  async run(kills: number): Promise<void> {
    await this.host.start();
    while (this.kills < kills) {
      const killed = sleep(this.random.below(LONGEST_LIFE_MS)).then(() => this.host.kill());
      // Whoever asks a host that dies under it knows nothing, and asks again.
      await Promise.all([killed, this.bringWork().catch(() => undefined)]);
      this.kills += 1;
      await this.host.start();
    }
    await this.finish();
    await this.judge();
  }

  async dispose(): Promise<void> {
    await this.host.dispose();
  }

  private async bringWork(): Promise<void> {
    for (let begun = 0; begun < BEGUN_AT_ONCE; begun++) this.instances.push(this.makeInstance());
    for (;;) {
      await this.start();
      await this.raiseAll(await this.running());
      await sleep(this.random.below(30));
    }
  }

  private makeInstance(): SimulatedInstance {
    const id = `p${this.instances.length}`;
    return newInstance({ id, path: id, program: makeProgram(this.random) });
  }

  private async start(): Promise<void> {
    for (const instance of this.instances.filter(({ isStarted }) => !isStarted)) {
      const { id, program } = instance;
      const isThere = (await this.host.durable('GET', `instances/${id}`)).status !== 404;
      if (!isThere) await this.host.begin('Program', { program, path: id }, id);
      instance.isStarted = true;
    }
  }

  private async running(): Promise<readonly InstanceStatus[]> {
    const { body } = await this.host.durable('GET', 'instances/?runtimeStatus=Running&top=1000');
    return body as InstanceStatus[];
  }

  private async raiseAll(running: readonly InstanceStatus[]): Promise<void> {
    for (const { instanceId, createdTime, input } of running) {
      for (const { name, value } of eventsOf(input as ProgramInput)) {
        const key = `${instanceId} ${createdTime} ${name}`;
        if (this.delivered.has(key)) continue;
        const { status } = await this.host.raise(instanceId, encodeURIComponent(name), value);
        if (status === 202) this.delivered.add(key);
      }
    }
  }

  /** Lets days pass until all have ended. */
  private async finish(): Promise<void> {
    await this.start();
    for (let leaps = 1; leaps <= MOST_LEAPS; leaps++) {
      const running = await this.running();
      if (running.length === 0) return;
      await this.raiseAll(running);
      this.host.setClockAhead(leaps * DAYS_MS);
      await sleep(LEAP_SEEN_MS);
    }
  }

  private async judge(): Promise<void> {
    const file = this.host.file('trace.jsonl');
    this.runs = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    const ran = new Set(this.runs);
    const ledgers: Record<string, Record<string, number>> = {};
    for (const ledger of LEDGERS) {
      const { status, body } = await this.host.durable('GET', `entities/Ledger/${ledger}`);
      ledgers[ledger] = status === 200 ? (body as Record<string, number>) : {};
    }
    const outcomes = [];
    for (const instance of this.instances) {
      const { runtimeStatus: status, output, customStatus } = await this.host.status(instance.id);
      outcomes.push({ instance, row: { status, output, customStatus } });
    }
    this.problems.push(...problemsOf({ outcomes, ledgers, hasRun: (key) => ran.has(key) }));
  }
}
