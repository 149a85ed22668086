import { ActionType, actionName, isCompound, type Action } from './actions';
import { EntityRequests } from '../entities/entity-requests';
import { EventWaits } from './event-waits';
import { Future, whenAll, whenAny } from './future';
import { EventType } from '../history';
import { HttpCalls } from './http-calls';
import { json, RefusedActionError } from './refused-action';
import { TaskTable } from './task-table';
import { TimedTasks, type TimerLimits } from './timed-tasks';

export interface ReplayOptions extends TimerLimits {
  readonly executionId: string;
  readonly instanceId: string;
  /** Takes down which action first drew which id, to explain a replay. */
  readonly asked?: Map<number, Action>;
}

/** Carries out one action of an orchestrator after the other as far as a replay goes: draws ids, and says when it has ended. */
export class ActionInvoker {
  readonly tasks = new TaskTable();
  readonly events = new EventWaits();
  readonly timed: TimedTasks;
  readonly entities: EntityRequests;
  private readonly http: HttpCalls;
  /** JSON text of the next generation's input. */
  continuation: string | null = null;

  constructor(private readonly options: ReplayOptions) {
    const { instanceId, executionId } = options;
    this.timed = new TimedTasks(this.tasks, options);
    this.http = new HttpCalls(this.tasks, this.timed);
    this.entities = new EntityRequests(this.tasks, { instanceId, executionId });
  }

  invoke(action: Action): Future {
    const { asked } = this.options;
    const first = this.tasks.nextId;
    const future = this.carryOut(action);
    if (asked !== undefined && this.tasks.nextId > first && !asked.has(first)) asked.set(first, action);
    return future;
  }

  private carryOut(action: Action): Future {
    if (isCompound(action)) {
      const children = action.compoundActions.map((child) => this.invoke(child));
      return action.actionType === ActionType.WhenAny ? whenAny(children) : whenAll(children);
    }
    switch (action.actionType) {
      case ActionType.CallActivity:
        return this.callActivity(action.functionName, action.input);
      case ActionType.CallActivityWithRetry:
        return this.timed.retry(action.retryOptions, () =>
          this.callActivity(action.functionName, action.input),
        );
      case ActionType.CallSubOrchestrator:
        return this.callSubOrchestrator(action.functionName, action.input, action.instanceId);
      case ActionType.CallSubOrchestratorWithRetry:
        return this.timed.retry(action.retryOptions, () =>
          this.callSubOrchestrator(action.functionName, action.input, action.instanceId),
        );
      case ActionType.ContinueAsNew:
        this.continuation = json(action.input);
        return Future.completed();
      case ActionType.CreateTimer:
        return this.timed.timer(new Date(action.fireAt).getTime(), () => action.isCanceled);
      case ActionType.WaitForExternalEvent:
        return this.events.wait(action.externalEventName);
      case ActionType.CallHttp:
        return this.http.call(action.httpRequest);
      case ActionType.CallEntity:
        return this.entities.call(action.instanceId, action.operation, action.input);
      case ActionType.SignalEntity:
        return this.entities.signal(action.instanceId, action.operation, action.input);
      case ActionType.LockEntities:
        return this.entities.lock(action.lockRequestId, action.lockSet);
      case ActionType.ReleaseEntities:
        return this.entities.release();
      default:
        throw new RefusedActionError(`this host does not carry out ${actionName(action)} actions`);
    }
  }

  private callActivity(name: string, input: unknown): Future {
    const inputText = json(input);
    return this.tasks.schedule(() => ({ type: EventType.TaskScheduled, name, input: inputText })).future;
  }

  private callSubOrchestrator(name: string, input: unknown, instanceId: string | undefined): Future {
    const { executionId, instanceId: parentId } = this.options;
    if (instanceId === parentId) {
      throw new RefusedActionError(
        `sub-orchestration '${name}' has the instance id of its own parent, '${parentId}'`,
      );
    }
    const inputText = json(input);
    return this.tasks.schedule((id) => ({
      type: EventType.SubOrchestrationInstanceCreated,
      name,
      input: inputText,
      instanceId: instanceId === undefined || instanceId === '' ? `${executionId}:${id}` : instanceId,
    })).future;
  }
}
