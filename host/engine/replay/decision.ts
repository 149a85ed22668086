import { ActionType, actionName } from './actions';
import type { ReplayOptions } from './action-invoker';
import { ActionReplay, type ReplayState } from './action-replay';
import { orchestratorFailure } from '../failures';
import type { Drift, EndStatus, IncomingEvent, ScheduledEvent, TimedEvent } from '../history';
import { checkActionCount, NonDeterminismError } from './non-determinism';
import type { OrchestratorResult } from './orchestrator-run';
import { customStatusProblem, payloadProblem } from '../payload-limit';
import { json, RefusedActionError } from './refused-action';
import { expects, expectsNothing } from './sdk-executor';

/** What becomes of an instance after an episode. JSON texts. */
export type Decision =
  | {
      readonly kind: 'goOn';
      readonly scheduled: readonly ScheduledEvent[];
      readonly cancelledTimers: readonly number[];
      readonly suspended: boolean;
      readonly customStatus: string | null;
      readonly actions: number;
      /** The orchestrator has not run: this host's version is none for it. */
      readonly isHeldBack?: true;
    }
  | {
      readonly kind: 'again';
      readonly scheduled: readonly ScheduledEvent[];
      readonly input: string;
      readonly carryOver: readonly IncomingEvent[];
    }
  | {
      readonly kind: 'end';
      readonly scheduled: readonly ScheduledEvent[];
      readonly status: EndStatus;
      readonly output: string;
      readonly customStatus: string | null;
      /** How the code differs from the history, where that made it fail. */
      readonly drift?: Drift;
    };

export interface DecisionInput {
  readonly name: string;
  readonly history: readonly TimedEvent[];
  readonly result: OrchestratorResult;
  readonly options: ReplayOptions;
  /** A replay of what came before `history`; absent where `history` is whole. */
  readonly replay?: ActionReplay;
  /** How many actions an earlier episode returned. */
  readonly earlierActions: number;
  /** Why this event cannot be scheduled, or null. */
  readonly refusal: (event: ScheduledEvent) => string | null;
}

/** Decides by the orchestrator's result. An instance that Azure would leave running for ever fails, and says why. */
export const decide = (input: DecisionInput): Decision => {
  const { outcome } = input.result;
  if (outcome.kind === 'broke') return failed(orchestratorFailure(input.name, outcome.message), null);
  let customStatus: string | null = null;
  try {
    customStatus = statusText(input.result.customStatus);
    const problem = customStatus === null ? null : customStatusProblem(customStatus);
    if (problem !== null) return failed(orchestratorFailure(input.name, problem), null);
    const replay = input.replay ?? new ActionReplay(input.result.actions, input.options);
    refuseReuse(input, replay);
    const state = replay.play(input.history);
    refuseMixUp(input, replay, state);
    return follow(input, state, customStatus);
  } catch (error) {
    if (error instanceof NonDeterminismError)
      return { ...failed(error.message, customStatus), drift: error.drift };
    if (error instanceof RefusedActionError)
      return failed(orchestratorFailure(input.name, error.message), customStatus);
    throw error;
  }
};

/** The end of an instance that fails by what stands in host.json, without its orchestrator. */
export const failedUnrun = (output: string, customStatus: string | null): Decision =>
  failed(output, customStatus);

/** The end of an instance that someone terminated. A reason that is JSON becomes that value, as on Azure. */
export const terminated = (reason: string, customStatus: string | null): Decision => {
  let output = json(reason);
  try {
    output = json(JSON.parse(reason));
  } catch {
    // Most reasons are sentences, which is what the fallback above is for.
  }
  return { kind: 'end', scheduled: [], status: 'Terminated', output, customStatus };
};

const follow = (input: DecisionInput, state: ReplayState, customStatus: string | null): Decision => {
  const { name, result } = input;
  const isFailure = result.outcome.kind === 'threw' && result.outcome.message !== '';
  const next = isFailure ? null : state.continueAsNew;
  const settled = state.ended && state.openTasks === 0;
  // A new generation would forget that it is suspended.
  if (!settled || (next !== null && state.suspended)) {
    checkActionCount(input.earlierActions, result.actions.length);
    return goOn(input, state, customStatus);
  }
  refuseUnknown(input, state);
  const { scheduled } = state;
  if (next !== null) return again(name, next, scheduled);
  switch (result.outcome.kind) {
    case 'threw':
      return {
        ...failed(orchestratorFailure(name, result.outcome.message || NO_MESSAGE), customStatus),
        scheduled,
      };
    case 'returned':
      checkActionCount(input.earlierActions, result.actions.length);
      return completed(name, result.outcome.output, customStatus, scheduled);
    default:
      if (state.eventWaits === 0) return failed(orchestratorFailure(name, STUCK), customStatus);
      return goOn(input, state, customStatus);
  }
};

const NO_MESSAGE = 'it threw something that is no Error or has no message';
const STUCK =
  'it waits for nothing that could still happen: it threw undefined, or awaits tasks that all have ended';

const goOn = (input: DecisionInput, state: ReplayState, customStatus: string | null): Decision => {
  refuseUnknown(input, state);
  return {
    kind: 'goOn',
    scheduled: state.suspended ? [] : state.scheduled,
    cancelledTimers: state.cancelledTimers,
    suspended: state.suspended,
    customStatus,
    actions: input.result.actions.length,
  };
};

const refuseUnknown = (input: DecisionInput, state: ReplayState): void => {
  for (const event of state.scheduled) {
    const problem = input.refusal(event);
    if (problem !== null) throw new RefusedActionError(problem);
  }
};

const again = (
  name: string,
  state: NonNullable<ReplayState['continueAsNew']>,
  scheduled: readonly ScheduledEvent[],
): Decision => {
  const problem = payloadProblem('The input of continueAsNew', state.input);
  if (problem !== null) return failed(orchestratorFailure(name, problem), null);
  return { kind: 'again', scheduled, ...state };
};

const completed = (
  name: string,
  value: unknown,
  customStatus: string | null,
  scheduled: readonly ScheduledEvent[],
): Decision => {
  const output = json(value);
  const problem = payloadProblem('Its output', output);
  if (problem !== null) return failed(orchestratorFailure(name, problem), customStatus);
  return { kind: 'end', scheduled, status: 'Completed', output, customStatus };
};

const failed = (output: string, customStatus: string | null): Decision & { kind: 'end' } => ({
  kind: 'end',
  scheduled: [],
  status: 'Failed',
  output: json(output),
  customStatus,
});

/** Empty values clear the status. */
const statusText = (status: unknown): string | null => (status ? json(status) : null);

const refuseReuse = ({ result }: DecisionInput, replay: ActionReplay): void => {
  // What an orchestrator that threw returns came as text, in which the same task cannot be recognised.
  if (result.outcome.kind === 'threw') return;
  const reused = replay.reusedAction();
  if (reused === null) return;
  throw new RefusedActionError(
    `the same task (${actionName(reused)}) was put to use twice in Task.any, Task.all or yield. ` +
      'Azure would run it again and mix up the results of later tasks; create a fresh task each time.',
  );
};

/**
 * The SDK gives ids as its tasks begin, this host as it comes to their actions, as on Azure: to those after a failed Task.all only when
 * all of that has ended. Where both do not give the same id to the same task, its result would become that of another.
 */
const refuseMixUp = ({ result }: DecisionInput, replay: ActionReplay, state: ReplayState): void => {
  const { executor, outcome } = result;
  // An orchestrator that has ended takes no more results.
  if (executor === undefined || outcome.kind !== 'waiting') return;
  for (const { id } of state.scheduled) {
    const owner = replay.ownerOf(id);
    if (owner === undefined) continue;
    const takesNoResult =
      owner.actionType === ActionType.SignalEntity || owner.actionType === ActionType.ReleaseEntities;
    if (takesNoResult ? expectsNothing(executor, id) : expects(executor, id, owner)) continue;
    throw new RefusedActionError(
      `${actionName(owner)} has id ${id} here and not in the SDK: a retry, a long timer or a polled HTTP call that a failed ` +
        'Task.all or a Task.any left behind has gone on beside what came after it. Azure would mix up their results. ' +
        'Await what is left behind before anything else, or do it in a sub-orchestration.',
    );
  }
};
