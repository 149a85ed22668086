import { EventType, type Episode, type StoredEvent } from '../engine/history';
import type { InstanceRow } from '../storage/engine-store';

export interface StatusOptions {
  readonly showInput: boolean;
  readonly showHistory: boolean;
  readonly showHistoryOutput: boolean;
}

/** An instance as the durable HTTP API shows it. */
export const statusBody = (
  row: InstanceRow,
  options: StatusOptions,
  episodes: () => readonly Episode[],
): Record<string, unknown> => ({
  name: row.name,
  instanceId: row.id,
  runtimeStatus: row.status,
  input: options.showInput ? parsed(row.input) : null,
  customStatus: parsed(row.customStatus),
  output: parsed(row.output),
  createdTime: wholeSeconds(row.createdAtMs),
  lastUpdatedTime: wholeSeconds(row.updatedAtMs),
  ...(options.showHistory ? { historyEvents: historyEvents(episodes(), options.showHistoryOutput) } : {}),
});

const parsed = (json: string | null): unknown => (json === null ? null : (JSON.parse(json) as unknown));

const wholeSeconds = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;

/** The history as people read it: what was scheduled appears with its completion, bookkeeping not at all. */
const historyEvents = (episodes: readonly Episode[], showOutput: boolean): Record<string, unknown>[] => {
  const scheduled = new Map<number, { name: string | undefined; atMs: number }>();
  const shown: Record<string, unknown>[] = [];
  for (const { atMs, events } of episodes) {
    for (const event of events) {
      if ('id' in event) scheduled.set(event.id, { name: 'name' in event ? event.name : undefined, atMs });
      const fields = shownFields(event, showOutput);
      if (fields === null) continue;
      const task = 'taskId' in event ? scheduled.get(event.taskId) : undefined;
      shown.push({
        ...fields,
        Timestamp: new Date(atMs).toISOString(),
        ...(task === undefined ? {} : { ScheduledTime: new Date(task.atMs).toISOString() }),
        ...(task?.name === undefined ? {} : { FunctionName: task.name }),
      });
    }
  }
  return shown;
};

const shownFields = (event: StoredEvent, showOutput: boolean): Record<string, unknown> | null => {
  const result = (json: string): Record<string, unknown> => (showOutput ? { Result: parsed(json) } : {});
  switch (event.type) {
    case EventType.ExecutionStarted:
      return { EventType: 'ExecutionStarted', Input: parsed(event.input), FunctionName: event.name };
    case EventType.ExecutionCompleted:
      return { EventType: 'ExecutionCompleted', OrchestrationStatus: event.status, ...result(event.result) };
    case EventType.ExecutionTerminated:
      return { EventType: 'ExecutionTerminated', Input: event.reason };
    case EventType.TaskCompleted:
      return { EventType: 'TaskCompleted', ...result(event.result) };
    case EventType.SubOrchestrationInstanceCompleted:
      return { EventType: 'SubOrchestrationInstanceCompleted', ...result(event.result) };
    case EventType.TaskFailed:
      return { EventType: 'TaskFailed', Reason: event.reason, Details: event.details };
    case EventType.SubOrchestrationInstanceFailed:
      return { EventType: 'SubOrchestrationInstanceFailed', Reason: event.reason, Details: event.details };
    case EventType.TimerFired:
      return { EventType: 'TimerFired', FireAt: new Date(event.fireAtMs).toISOString() };
    case EventType.EventRaised:
      return { EventType: 'EventRaised', Name: event.name, Input: parsed(event.input) };
    case EventType.ExecutionSuspended:
      return { EventType: 'ExecutionSuspended', Reason: event.reason };
    case EventType.ExecutionResumed:
      return { EventType: 'ExecutionResumed', Reason: event.reason };
    default:
      return null;
  }
};
