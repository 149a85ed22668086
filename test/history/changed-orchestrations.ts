import * as df from 'durable-functions';
import { durableOf } from '../../functions/orchestrations';
import type { Durable, Workflow } from '../../orchestrations/durable';
import { rollback, type RollbackInput } from '../../orchestrations/rollback';

type Changed = (durable: Durable, input: RollbackInput) => Workflow<void>;

/** Changes that nobody may make to an orchestration that runs: each must show in the replay of its histories. */
const changes: Readonly<Record<string, Changed>> = {
  'an activity renamed': (durable, input) =>
    rollback(
      {
        ...durable,
        activity: (name, given) => durable.activity(name === 'endCompensation' ? 'undo' : name, given),
      },
      input,
    ),
  'a timer more': function* (durable, input) {
    yield durable.timer(durable.nowMs() + 1_000);
    return yield* rollback(durable, input);
  },
  'an activity less': function* (durable, input) {
    const workflow = rollback(durable, input);
    for (let step = workflow.next(), count = 1; !step.done; count += 1) {
      if (count === 4) return;
      step = workflow.next(yield step.value);
    }
  },
  'a child instead of an activity': (durable, input) =>
    rollback(
      {
        ...durable,
        activity: (name, given) =>
          name === 'performWork' ? durable.child('perform', given) : durable.activity(name, given),
      },
      input,
    ),
};

/** Registers `rollback` with one of the changes. */
export const registerChanged = (name: string): void => {
  const change = changes[name];
  if (change === undefined) throw new Error(`there is no change called ${name}`);
  df.app.orchestration('rollback', function* (context) {
    const workflow = change(durableOf(context), context.df.getInput<RollbackInput>());
    return (yield* workflow as unknown as Generator<df.Task, unknown, unknown>) ?? null;
  });
};
