import * as df from 'durable-functions';
import type { OrchestrationContext, Task as DurableTask } from 'durable-functions';
import { cutover, type CutoverInput } from '../orchestrations/cutover';
import type { Durable, Workflow } from '../orchestrations/durable';
import { inspection, provision, removal } from '../orchestrations/provision';
import type { EnvironmentRound } from '../orchestrations/activities';
import { rollback, type RollbackInput } from '../orchestrations/rollback';
import { transfer, type TransferInput } from '../orchestrations/transfer';
import { wave, type WaveInput } from '../orchestrations/wave';

/** Transient trouble of an activity: tried five times, after 1, 2, 4 and 8 seconds. */
const retries = new df.RetryOptions(1_000, 5);
retries.backoffCoefficient = 2;

/** The engine as orchestrations see it. */
export const durableOf = ({ df: engine }: OrchestrationContext): Durable => ({
  nowMs: () => engine.currentUtcDateTime.getTime(),
  activity: (name, input) => engine.callActivityWithRetry(name, retries, input),
  child: (name, input, instanceId) => engine.callSubOrchestrator(name, input, instanceId),
  timer: (atMs) => engine.createTimer(new Date(atMs)),
  event: (name) => engine.waitForExternalEvent(name),
  all: (tasks) => engine.Task.all([...tasks] as unknown as DurableTask[]),
  any: (tasks) => engine.Task.any([...tasks] as unknown as DurableTask[]),
  continueAsNew: (input) => engine.continueAsNew(input),
});

const register = <I>(name: string, workflow: (durable: Durable, input: I) => Workflow<unknown>): void => {
  df.app.orchestration(name, function* (context) {
    return (
      (yield* workflow(durableOf(context), context.df.getInput<I>()) as unknown as Generator<
        DurableTask,
        unknown,
        unknown
      >) ?? null
    );
  });
};

/** Names are stored data. */
export const registerOrchestrations = (): void => {
  register<WaveInput>('wave', wave);
  register<CutoverInput>('cutover', cutover);
  register<TransferInput>('transfer', transfer);
  register<RollbackInput>('rollback', rollback);
  register<EnvironmentRound>('provision', provision);
  register<EnvironmentRound>('inspection', inspection);
  register<EnvironmentRound>('removal', removal);
};
