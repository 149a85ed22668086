import type { Itinerary, Stage } from '../shared/contracts/itinerary';
import { askAboutFailure } from './ask-about-failure';
import type { Durable, Workflow } from './durable';
import { call, isLong, startRun, waitForWake, type Run } from './run';
import { stageWork, type StageContext } from './stage-work';

export interface CutoverInput extends StageContext {
  /** Copied at the start: a running cutover keeps the itinerary it was approved with. */
  readonly itinerary: Itinerary;
  /** Index of the stage to go on with. */
  readonly position: number;
}

const SIX_HOURS_MS = 6 * 3_600_000;

/**
 * One workload's way through its itinerary. Before every stage it obeys what people commanded; a stage that fails asks them. It
 * may start afresh at any point of the loop: all that counts is in the store.
 */
export function* cutover(durable: Durable, input: CutoverInput): Workflow<void> {
  const run = startRun(durable);
  const { cutoverId } = input;
  let { position } = input;
  for (;;) {
    const directive = yield* call(run, 'takeCommands', { cutoverId });
    if (directive === 'ended') return;
    if (directive === 'turn-back') {
      yield durable.child('rollback', { cutoverId }, `rollback-${cutoverId}`);
      return;
    }
    if (isLong(run)) {
      durable.continueAsNew({ ...input, position });
      return;
    }
    if (directive === 'wait') {
      yield* waitForWake(run, durable.nowMs() + SIX_HOURS_MS);
      continue;
    }
    const stage = input.itinerary.stages[position];
    if (!stage) {
      const end = yield* call(run, 'endCutover', { cutoverId, status: 'completed' });
      if (end === 'interrupted') continue;
      return;
    }
    const outcome = yield* runStage(run, input, stage);
    if (outcome === 'behind') position += 1;
    // A retry may begin with an earlier stage.
    if (outcome === 'failed') position = 0;
  }
}

/** `here`: look at the commands again, then come back. */
function* runStage(run: Run, input: CutoverInput, stage: Stage): Workflow<'behind' | 'here' | 'failed'> {
  const { cutoverId } = input;
  const begun = yield* call(run, 'beginStage', { cutoverId, stage: stage.name });
  switch (begun.kind) {
    case 'already':
      return 'behind';
    case 'interrupted':
      return 'here';
    case 'wait':
      yield* waitForWake(run, begun.untilMs ?? run.durable.nowMs() + SIX_HOURS_MS);
      return 'here';
    case 'failed':
      yield* askAboutFailure(run, cutoverId, stage, begun);
      return 'failed';
    case 'go': {
      const outcome = yield* stageWork(run, input, stage, begun.attempt);
      if (outcome.kind === 'interrupted') return 'here';
      yield* call(run, 'endStage', { cutoverId, stage: stage.name, end: outcome });
      return outcome.kind === 'done' ? 'behind' : 'here';
    }
  }
}
