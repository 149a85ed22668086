import type { Action } from './actions';

interface SdkTask {
  readonly actionObj?: unknown;
  readonly parent?: SdkTask;
}

/** What is used of the SDK's executor of an orchestrator. None of it is public, so its presence is checked. */
export interface SdkExecutor {
  _isReplaying: boolean;
  readonly actions: readonly Action[];
  readonly context: { readonly customStatus?: unknown };
  /** By the ids it has given: the tasks whose results it expects. Fire-and-forget actions take ids too, and are not here. */
  readonly openTasks: Readonly<Record<number, SdkTask>>;
  processEvent(event: Record<string, unknown>): void;
  isDoneExecuting(): boolean;
}

/** Null where the context is none of an orchestrator, or the SDK is not built as it was. */
export const sdkExecutorOf = (context: unknown): SdkExecutor | null => {
  const df = (context as { df?: { taskOrchestratorExecutor?: unknown } } | null)?.df;
  const executor = df?.taskOrchestratorExecutor;
  return isSdkExecutor(executor) && executor.context === df ? executor : null;
};

/** True where the SDK expects the result of this action, or of a part of it, under this id. */
export const expects = ({ openTasks }: SdkExecutor, id: number, action: Action): boolean => {
  for (let task = openTasks[id]; task !== undefined; task = task.parent)
    if (task.actionObj === action) return true;
  return false;
};

/** True where the SDK expects no result under this id. */
export const expectsNothing = ({ openTasks }: SdkExecutor, id: number): boolean =>
  openTasks[id] === undefined;

const isSdkExecutor = (executor: unknown): executor is SdkExecutor => {
  const { _isReplaying, actions, context, openTasks, processEvent, isDoneExecuting } = (executor ??
    {}) as Partial<Record<keyof SdkExecutor, unknown>>;
  return (
    typeof _isReplaying === 'boolean' &&
    Array.isArray(actions) &&
    typeof context === 'object' &&
    typeof openTasks === 'object' &&
    typeof processEvent === 'function' &&
    typeof isDoneExecuting === 'function'
  );
};
