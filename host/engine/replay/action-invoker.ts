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
    if (isCompound(action)) {
      const children = action.compoundActions.map((child) => this.invoke(child));
      return action.actionType === ActionType.WhenAny ? whenAny(children) : whenAll(children);
    }
    switch (action.actionType) {
      case ActionType.CallActivity:
        return this.callActivity(action);
      case ActionType.CallActivityWithRetry:
        return this.timed.retry(action, () => this.callActivity(action));
      case ActionType.CallSubOrchestrator:
        return this.callSubOrchestrator(action);
      case ActionType.CallSubOrchestratorWithRetry:
        return this.timed.retry(action, () => this.callSubOrchestrator(action));
      case ActionType.ContinueAsNew:
        this.continuation = json(action.input);
        return Future.completed();
      case ActionType.CreateTimer:
        return this.timed.timer(action);
      case ActionType.WaitForExternalEvent:
        return this.events.wait(action.externalEventName);
      case ActionType.CallHttp:
        return this.http.call(action);
      case ActionType.CallEntity:
        return this.entities.call(action);
      case ActionType.SignalEntity:
        return this.entities.signal(action);
      case ActionType.LockEntities:
        return this.entities.lock(action);
      case ActionType.ReleaseEntities:
        return this.entities.release(action);
      default:
        throw new RefusedActionError(`this host does not carry out ${actionName(action)} actions`);
    }
  }

  private callActivity(action: Action & { readonly actionType: 0 | 1 }): Future {
    const input = json(action.input);
    return this.tasks.schedule(action, () => ({
      type: EventType.TaskScheduled,
      name: action.functionName,
      input,
    })).future;
  }

  private callSubOrchestrator(action: Action & { readonly actionType: 2 | 3 }): Future {
    const { functionName: name, instanceId, version } = action;
    const { executionId, instanceId: parentId } = this.options;
    if (instanceId === parentId) {
      throw new RefusedActionError(
        `sub-orchestration '${name}' has the instance id of its own parent, '${parentId}'`,
      );
    }
    const input = json(action.input);
    return this.tasks.schedule(action, (id) => ({
      type: EventType.SubOrchestrationInstanceCreated,
      name,
      input,
      instanceId: instanceId === undefined || instanceId === '' ? `${executionId}:${id}` : instanceId,
      ...(version === undefined ? {} : { version }),
    })).future;
  }
}
