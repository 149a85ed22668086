import type { HostClock } from '../function-app';
import type { EngineStore, InstanceRow } from '../storage/engine-store';
import type { ActivityPool } from './activity-pool';
import { childFailure, orchestratorFailure } from './failures';
import type { FunctionIndex } from './function-index';
import { EventType, isEnded, type EndStatus, type IncomingEvent, type ScheduledEvent } from './history';
import type { Instance, ParentTask } from './instance';
import type { LiveInstances } from './live-instances';

export interface TaskStarterOptions {
  readonly clock: HostClock;
  readonly store: EngineStore;
  readonly functions: FunctionIndex;
  readonly activities: ActivityPool;
  readonly live: Pick<LiveInstances, 'get'>;
  readonly enqueue: (instance: Instance, event: IncomingEvent) => void;
  readonly create: (event: ScheduledEvent & { type: 7 }, parent: ParentTask) => void;
}

/**
 * Starts the activities, timers and sub-orchestrations that a committed episode scheduled, and brings their ends back.
 * All of it is derived from the history, so it is done once more for what was open when the last process ended.
 */
export class TaskStarter {
  constructor(private readonly options: TaskStarterOptions) {}

  begin(instance: Instance, events: readonly ScheduledEvent[]): void {
    for (const event of events) {
      if (event.type === EventType.TaskScheduled) this.beginActivity(instance, event);
      else if (event.type === EventType.SubOrchestrationInstanceCreated) this.beginChild(instance, event);
      else if (event.type === EventType.TimerCreated) this.beginTimer(instance, event.id, event.fireAtMs);
    }
  }

  /** Brings the end of a child to its parent. `output` is JSON text. */
  answerParent(
    task: ParentTask,
    child: Pick<InstanceRow, 'id' | 'name'>,
    status: EndStatus,
    output: string,
  ): void {
    const { taskId } = task;
    const isThisChild = (open: ScheduledEvent): boolean =>
      open.type === EventType.SubOrchestrationInstanceCreated && open.instanceId === child.id;
    if (status === 'Completed') {
      const completed = {
        type: EventType.SubOrchestrationInstanceCompleted,
        taskId,
        result: output,
      } as const;
      this.ended(task, completed, isThisChild);
      return;
    }
    const value = JSON.parse(output) as unknown;
    this.ended(
      task,
      failedChild(taskId, child.name, typeof value === 'string' ? value : output),
      isThisChild,
    );
  }

  /** True of a child whose end its parent has not taken in: were it deleted, the parent would start it again after a restart. */
  isAwaited(row: InstanceRow): boolean {
    const parent = row.parentId === null ? undefined : this.options.live.get(row.parentId);
    return parent?.executionId === row.parentExecutionId && parent?.open.has(row.parentTaskId ?? -1) === true;
  }

  private beginActivity(instance: Instance, event: ScheduledEvent & { type: 4 }): void {
    const activity = this.options.functions.activity(event.name);
    const task = taskOf(instance, event.id);
    const isThis = (open: ScheduledEvent): boolean => open === event;
    if (activity === undefined) {
      // Only an application that was changed can get here: what is scheduled now was checked.
      const reason = `Activity function '${event.name}' failed:  it is no longer registered`;
      this.ended(task, { type: EventType.TaskFailed, taskId: event.id, reason, details: '{}' }, isThis);
      return;
    }
    this.options.activities.add({
      activity,
      instanceId: instance.id,
      traceParent: instance.traceParent,
      taskId: event.id,
      input: event.input,
      ended: (result) => this.ended(task, result, isThis),
    });
  }

  private beginTimer(instance: Instance, taskId: number, fireAtMs: number): void {
    const forget = this.options.clock.at(fireAtMs, () => {
      instance.alarms.delete(taskId);
      this.options.enqueue(instance, { type: EventType.TimerFired, taskId, fireAtMs });
    });
    instance.alarms.set(taskId, forget);
  }

  /** After a restart the child may exist already, or may even have ended. */
  private beginChild(instance: Instance, event: ScheduledEvent & { type: 7 }): void {
    const task = taskOf(instance, event.id);
    const child = this.options.live.get(event.instanceId)?.row ?? this.options.store.find(event.instanceId);
    const isOurs = child?.parentExecutionId === task.executionId && child.parentTaskId === task.taskId;
    if (child === undefined || (!isOurs && isEnded(child.status))) {
      this.options.create(event, task);
    } else if (isOurs && isEnded(child.status)) {
      this.answerParent(task, child, child.status, child.output ?? 'null');
    } else if (!isOurs) {
      const problem = `An orchestration with id '${event.instanceId}' already exists. It is in state ${child.status}`;
      const failure = failedChild(event.id, event.name, orchestratorFailure(event.name, problem));
      this.ended(task, failure, (open) => open === event);
    }
  }

  /** Tells an instance that a task of it has ended, unless it went on without, or was rewound: then another may have that id. */
  private ended(
    { instanceId, executionId, taskId }: ParentTask,
    event: IncomingEvent,
    isThis: (open: ScheduledEvent) => boolean,
  ): void {
    const instance = this.options.live.get(instanceId);
    const open = instance?.open.get(taskId);
    if (instance?.executionId !== executionId || open === undefined || !isThis(open)) return;
    this.options.enqueue(instance, event);
  }
}

const taskOf = (instance: Instance, taskId: number): ParentTask => ({
  instanceId: instance.id,
  executionId: instance.executionId,
  taskId,
});

const failedChild = (taskId: number, name: string, output: string): IncomingEvent => ({
  type: EventType.SubOrchestrationInstanceFailed,
  taskId,
  ...childFailure(name, output),
});
