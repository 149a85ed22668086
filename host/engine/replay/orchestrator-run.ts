import type { LoadedFunction } from '../../function-app';
import type { Action } from './actions';
import { messageOf } from '../failures';
import { triggerEvent, type TimedEvent } from '../history';
import { DEFAULT_POLLING_MS } from './http-calls';
import { sdkExecutorOf, type SdkExecutor } from './sdk-executor';

const OUT_OF_PROC_DATA = '\n\n$OutOfProcData$:';

/** What one run of an orchestrator over its history returned. */
export interface OrchestratorResult {
  readonly actions: readonly Action[];
  readonly customStatus: unknown;
  /** Of the invocation; absent where the orchestrator cannot go on with it. */
  readonly context?: object;
  /** Of the SDK, with the tasks that `actions` are of; absent where a hook has replaced those, or the SDK is not built as it was. */
  readonly executor?: SdkExecutor;
  readonly outcome:
    | { readonly kind: 'waiting' }
    | { readonly kind: 'returned'; readonly output: unknown }
    /** `message` is empty where the orchestrator threw something without one. */
    | { readonly kind: 'threw'; readonly message: string }
    /** A hook or the SDK itself failed: there are no actions to go by. */
    | { readonly kind: 'broke'; readonly message: string };
}

export interface OrchestratorTrigger {
  readonly instanceId: string;
  readonly parentInstanceId: string | null;
  /** JSON text. Parsed for each run, since an orchestrator may change what it is given. */
  readonly input: string;
  readonly history: readonly TimedEvent[];
  readonly maximumShortTimerMs: number;
  readonly longTimerIntervalMs: number;
}

interface OutOfProcState {
  readonly isDone: boolean;
  readonly actions: readonly (readonly Action[])[];
  readonly output?: unknown;
  readonly error?: string;
  readonly customStatus?: unknown;
}

/** Runs the orchestrator from its beginning. Never rejects: whatever it throws is a result. */
export const runOrchestrator = async (
  orchestrator: LoadedFunction,
  trigger: OrchestratorTrigger,
  observe?: (context: object) => void,
): Promise<OrchestratorResult> => {
  let invoked: object | undefined;
  try {
    const { returnValue, context } = await orchestrator.invoke({
      triggerData: triggerData(trigger),
      observe: (each) => {
        invoked = each;
        observe?.(each);
      },
    });
    const state = returnValue as OutOfProcState;
    const executor = sdkExecutorOf(invoked);
    return {
      actions: state.actions[0] ?? [],
      customStatus: state.customStatus,
      ...(context === undefined ? {} : { context }),
      ...(executor !== null && executor.actions === state.actions[0] ? { executor } : {}),
      outcome: state.isDone ? { kind: 'returned', output: state.output } : { kind: 'waiting' },
    };
  } catch (error) {
    return thrown(messageOf(error));
  }
};

const triggerData = (trigger: OrchestratorTrigger): Record<string, unknown> => ({
  history: trigger.history.map(triggerEvent),
  input: JSON.parse(trigger.input) as unknown,
  instanceId: trigger.instanceId,
  isReplaying: trigger.history.some(({ played }) => played),
  parentInstanceId: trigger.parentInstanceId,
  upperSchemaVersion: 1,
  upperSchemaVersionNew: 3,
  longRunningTimerIntervalDuration: trigger.longTimerIntervalMs,
  maximumShortTimerDuration: trigger.maximumShortTimerMs,
  defaultHttpAsyncRequestSleepTimeMillseconds: DEFAULT_POLLING_MS,
});

/** A failure carries the orchestrator's state as text behind a marker. */
const thrown = (message: string): OrchestratorResult => {
  const at = message.indexOf(OUT_OF_PROC_DATA);
  if (at < 0) return { actions: [], customStatus: undefined, outcome: { kind: 'broke', message } };
  const state = JSON.parse(message.slice(at + OUT_OF_PROC_DATA.length)) as OutOfProcState;
  return {
    actions: state.actions[0] ?? [],
    customStatus: state.customStatus,
    outcome: { kind: 'threw', message: state.error ?? '' },
  };
};
