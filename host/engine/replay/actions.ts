import type { DurableHttpRequest } from '../http-activity';

/** Actions as the SDK returns them (numbers of its ActionType). */
export const ActionType = {
  CallActivity: 0,
  CallActivityWithRetry: 1,
  CallSubOrchestrator: 2,
  CallSubOrchestratorWithRetry: 3,
  ContinueAsNew: 4,
  CreateTimer: 5,
  WaitForExternalEvent: 6,
  CallEntity: 7,
  CallHttp: 8,
  SignalEntity: 9,
  WhenAny: 11,
  WhenAll: 12,
  LockEntities: 13,
  ReleaseEntities: 14,
} as const;

export interface RetryOptions {
  readonly firstRetryIntervalInMilliseconds: number;
  readonly maxNumberOfAttempts: number;
  readonly backoffCoefficient?: number;
  readonly maxRetryIntervalInMilliseconds?: number;
  readonly retryTimeoutInMilliseconds?: number;
}

export interface CallActivityAction {
  readonly actionType: 0;
  readonly functionName: string;
  readonly input?: unknown;
}

export interface CallSubOrchestratorAction {
  readonly actionType: 2;
  readonly functionName: string;
  readonly input?: unknown;
  readonly instanceId?: string;
  readonly version?: string;
}

export interface CreateTimerAction {
  readonly actionType: 5;
  /** A string where the result came as text, from an orchestrator that threw. */
  readonly fireAt: Date | string;
  /** Flips later, on an action of an earlier episode. */
  readonly isCanceled: boolean;
}

export interface CompoundAction {
  readonly actionType: 11 | 12;
  readonly compoundActions: readonly Action[];
}

export interface EntityOperationAction {
  readonly actionType: 7 | 9;
  /** `@name@key` */
  readonly instanceId: string;
  readonly operation: string;
  readonly input?: unknown;
}

export interface CallHttpAction {
  readonly actionType: 8;
  readonly httpRequest: DurableHttpRequest;
}

export type RetryAction =
  | (Omit<CallActivityAction, 'actionType'> & { readonly actionType: 1; readonly retryOptions: RetryOptions })
  | (Omit<CallSubOrchestratorAction, 'actionType'> & {
      readonly actionType: 3;
      readonly retryOptions: RetryOptions;
    });

export interface LockEntitiesAction {
  readonly actionType: 13;
  readonly lockRequestId: string;
  readonly lockSet: readonly { readonly name: string; readonly key: string }[];
}

export type Action =
  | CallActivityAction
  | CallSubOrchestratorAction
  | RetryAction
  | { readonly actionType: 4; readonly input?: unknown }
  | CreateTimerAction
  | { readonly actionType: 6; readonly externalEventName: string }
  | EntityOperationAction
  | LockEntitiesAction
  | CallHttpAction
  | { readonly actionType: 14 }
  | CompoundAction;

const TYPE_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(ActionType).map(([name, type]) => [type, name]),
);

export const actionName = (action: Action): string => {
  const type = TYPE_NAMES[action.actionType] ?? `action of type ${String(action.actionType)}`;
  return 'functionName' in action ? `${type} of '${action.functionName}'` : type;
};

export const isCompound = (action: Action): action is CompoundAction =>
  action.actionType === ActionType.WhenAny || action.actionType === ActionType.WhenAll;

/**
 * The first task that was put to use twice, or null. Azure would schedule it again under an id that the SDK does not count,
 * and later tasks would get each other's results. Waiting twice for an event takes no id and is safe.
 */
export const findReusedAction = (
  actions: readonly Action[],
  seen: Set<Action> = new Set(),
): Action | null => {
  for (const action of actions) {
    if (isCompound(action)) {
      const reused = findReusedAction(action.compoundActions, seen);
      if (reused !== null) return reused;
    } else if (action.actionType !== ActionType.WaitForExternalEvent) {
      if (seen.has(action)) return action;
      seen.add(action);
    }
  }
  return null;
};
