import { EventType, type Episode, type FoundDrift, type StoredEvent } from '../engine/history';

export interface HistoryOptions {
  readonly showInput: boolean;
  readonly showHistoryOutput: boolean;
}

type Shown = Record<string, unknown>;

/**
 * The history as the durable HTTP API shows it: an ended task in one entry with its name and when it was scheduled, the
 * marks of episodes not at all, inputs as JSON text, results as values and only if asked for.
 */
export const historyBody = (episodes: readonly Episode[], options: HistoryOptions): Shown[] => {
  const ended = new Set<number>();
  const scheduled = new Map<number, Shown>();
  for (const event of episodes.flatMap(({ events }) => events))
    if (isEndOfTask(event)) ended.add(event.taskId);
  const shown: Shown[] = [];
  for (const { atMs, events } of episodes) {
    const time = new Date(atMs).toISOString();
    for (const event of events) {
      if (isNamedTask(event)) {
        scheduled.set(event.id, { ScheduledTime: time, FunctionName: event.name, Input: null });
        if (ended.has(event.id)) continue;
      }
      const fields = fieldsOf(event);
      if (fields === null) continue;
      const task = isEndOfTask(event) ? scheduled.get(event.taskId) : undefined;
      const name = event.type === EventType.ExecutionStarted ? { FunctionName: event.name } : {};
      shown.push(withheld({ ...fields, Timestamp: time, ...name, ...task }, options));
    }
  }
  return shown;
};

type EndOfTask = StoredEvent & { readonly type: 5 | 6 | 8 | 9 };

const isEndOfTask = (event: StoredEvent): event is EndOfTask =>
  event.type === EventType.TaskCompleted ||
  event.type === EventType.TaskFailed ||
  event.type === EventType.SubOrchestrationInstanceCompleted ||
  event.type === EventType.SubOrchestrationInstanceFailed;

const isNamedTask = (event: StoredEvent): event is StoredEvent & { readonly type: 4 | 7 } =>
  event.type === EventType.TaskScheduled || event.type === EventType.SubOrchestrationInstanceCreated;

const withheld = (shown: Shown, { showInput, showHistoryOutput }: HistoryOptions): Shown => {
  if (!showInput) delete shown.Input;
  if (!showHistoryOutput) delete shown.Result;
  return shown;
};

const EVENT_NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(EventType).map(([name, type]) => [type, name]),
);

/** What stands in an entry beside its times, or null for what is not shown. */
const fieldsOf = (event: StoredEvent): Shown | null => {
  const type = { EventType: EVENT_NAMES[event.type] };
  switch (event.type) {
    case EventType.ExecutionStarted:
      return { ...type, Input: inputText(event.input), ...STARTED };
    case EventType.ExecutionCompleted: {
      const { status, result, drift } = event;
      const ended = { OrchestrationStatus: status, Result: parsed(result) };
      return { ...type, ...ended, FailureDetails: driftDetails(drift) };
    }
    case EventType.ExecutionTerminated:
      return { ...type, Input: event.reason };
    case EventType.TaskScheduled:
      return { ...type, Name: event.name, Input: null };
    case EventType.SubOrchestrationInstanceCreated:
      return { ...type, Name: event.name, InstanceId: event.instanceId, Input: null };
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      return { ...type, Result: parsed(event.result) };
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      return { ...type, Reason: event.reason, Details: event.details, FailureDetails: null };
    case EventType.TimerCreated:
    case EventType.TimerFired:
      return { ...type, FireAt: new Date(event.fireAtMs).toISOString() };
    case EventType.EventRaised:
      return { ...type, Name: event.name, Input: inputText(event.input), ParentTraceContext: null };
    case EventType.GenericEvent:
      return { ...type, Data: event.data };
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return { ...type, Reason: event.reason };
    default:
      return null;
  }
};

/** Where Azure has nothing, what differs and where. */
const driftDetails = (drift: FoundDrift | undefined): Shown | null =>
  drift === undefined
    ? null
    : {
        ErrorType: 'NonDeterministicOrchestrationException',
        ErrorMessage: `The history says ${drift.history}, the code asks for ${drift.code}.`,
        StackTrace: drift.at === null ? null : `   at ${drift.at}`,
      };

const STARTED = {
  ...{ Correlation: null, ParentTraceContext: null, ScheduledStartTime: null, Generation: null },
  GenerateNewTrace: false,
};

const inputText = (json: string): string | null => (json === 'null' ? null : json);

const parsed = (json: string): unknown => JSON.parse(json) as unknown;
