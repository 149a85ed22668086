import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { HostProcess } from '../support/host-process';

type Task =
  | { op: 'activity'; ms: number; value: unknown }
  | { op: 'retried'; key: number; times: number }
  | { op: 'sleep'; ms: number }
  | { op: 'child'; program: Program };
type Step = Task | { op: 'all'; of: Task[] } | { op: 'race'; work: Task } | { op: 'caught' };
interface Program {
  steps: Step[];
  rounds: number;
}

const PROGRAMS = 150;
const KILLS = 6;
const ms = fc.nat({ max: 40 });

const taskOf = (depth: number): fc.Arbitrary<Task> =>
  fc.oneof(
    fc.record({ op: fc.constant('activity' as const), ms, value: fc.oneof(fc.nat(), fc.constant('text')) }),
    // A key of its own for each: attempts are counted by key.
    fc.record({ op: fc.constant('retried' as const), key: fc.nat(), times: fc.nat({ max: 3 }) }),
    fc.record({ op: fc.constant('sleep' as const), ms }),
    ...(depth === 0 ? [] : [fc.record({ op: fc.constant('child' as const), program: programOf(depth - 1) })]),
  );

const programOf = (depth: number): fc.Arbitrary<Program> =>
  fc.record({
    rounds: fc.integer({ min: 1, max: 3 }),
    steps: fc.array(
      fc.oneof(
        taskOf(depth),
        fc.record({
          op: fc.constant('all' as const),
          of: fc.array(taskOf(depth), { minLength: 1, maxLength: 5 }),
        }),
        // An attempt that failed would make a cancelled timer non-deterministic, on Azure too.
        fc.record({
          op: fc.constant('race' as const),
          work: taskOf(depth).filter(({ op }) => op !== 'retried'),
        }),
        fc.constant({ op: 'caught' as const }),
      ),
      { minLength: 1, maxLength: 5 },
    ),
  });

const resultOfTask = (task: Task): unknown => {
  switch (task.op) {
    case 'activity':
      return task.value;
    case 'retried':
      return 'retried';
    case 'sleep':
      return null;
    case 'child':
      return resultOf(task.program);
  }
};

const resultOfStep = (step: Step): unknown => {
  if (step.op === 'all') return step.of.map(resultOfTask);
  if (step.op === 'race') return resultOfTask(step.work);
  return step.op === 'caught' ? 'Error' : resultOfTask(step);
};

const resultOf = ({ steps, rounds }: Program): unknown =>
  Array.from({ length: rounds }, () => steps.map(resultOfStep));

/** In which order of ids a replay ends up depends most on what is cancelled, retried or left behind. */
const RACES = [
  ...[
    'AnyLoserHolds',
    'AnyFailed',
    'LoserYielded',
    'AllFailsThenGoesOn',
    'RetryLeftBehind',
    'ChildLeftBehind',
  ],
  ...['CancelsTimer', 'TimerLeftBehind', 'RetryThenCancel', 'TaskTwice', 'TimerTwice', 'WaitLeftBehind'],
];

describe('orchestrations made up at random', () => {
  let host = new HostProcess('durable');
  afterEach(() => host.dispose());

  it('come to the same where they are kept between episodes as where they are replayed', async () => {
    host = new HostProcess('durable', { CAUSEWAY_REPLAY: 'checked', TRACE_FILE: '' });
    const seed = Number(process.env.PROGRAM_SEED ?? Date.now() % 1_000_000);
    const programs = fc.sample(programOf(2), { numRuns: PROGRAMS / 3, seed });
    await host.start();
    const ids: string[] = [];
    for (const program of programs) ids.push(await host.begin('Program', program));
    const races: string[] = [];
    for (const name of RACES) races.push(await host.begin(name));
    for (const id of races) await host.raise(id, 'Go', 1);
    const outputs = [];
    for (const id of ids) outputs.push((await host.ended(id)).output);
    expect({ seed, outputs }).toEqual({ seed, outputs: programs.map(resultOf) });
    for (const id of races) await host.ended(id);
    expect(host.stderr).not.toContain('was kept in memory');
  });

  it('return what they must though the host is killed again and again', async () => {
    const seed = Number(process.env.PROGRAM_SEED ?? Date.now() % 1_000_000);
    const programs = fc.sample(programOf(2), { numRuns: PROGRAMS, seed });
    host = new HostProcess('durable');
    await host.start();
    const ids: string[] = [];
    for (const program of programs) ids.push(await host.begin('Program', program, `program-${ids.length}`));
    for (let kills = 0; kills < KILLS; kills++) {
      await host.kill();
      await host.start();
      await sleep(20 + ((seed * (kills + 7)) % 150));
    }
    const outputs = [];
    for (const id of ids) outputs.push((await host.ended(id)).output);
    expect({ seed, outputs }).toEqual({ seed, outputs: programs.map(resultOf) });
  });
});
