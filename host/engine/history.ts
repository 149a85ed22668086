import type { EntityMessage } from './entities/entity-message';

/** History events as the SDK reads them (numbers of its HistoryEventType). */
export const EventType = {
  ExecutionStarted: 0,
  ExecutionCompleted: 1,
  ExecutionTerminated: 3,
  TaskScheduled: 4,
  TaskCompleted: 5,
  TaskFailed: 6,
  SubOrchestrationInstanceCreated: 7,
  SubOrchestrationInstanceCompleted: 8,
  SubOrchestrationInstanceFailed: 9,
  TimerCreated: 10,
  TimerFired: 11,
  OrchestratorStarted: 12,
  OrchestratorCompleted: 13,
  EventSent: 14,
  EventRaised: 15,
  GenericEvent: 17,
  ExecutionSuspended: 19,
  ExecutionResumed: 20,
} as const;

/** What happens to an instance from outside; JSON texts are stored and handed on as they came. */
export type IncomingEvent =
  | {
      readonly type: 0;
      readonly name: string;
      readonly input: string;
      readonly version?: string;
      /** The span of the instance's creation (W3C Trace Context). */
      readonly traceParent?: string;
    }
  | { readonly type: 3; readonly reason: string }
  | { readonly type: 5 | 8; readonly taskId: number; readonly result: string }
  | { readonly type: 6 | 9; readonly taskId: number; readonly reason: string; readonly details: string }
  | { readonly type: 11; readonly taskId: number; readonly fireAtMs: number }
  | {
      readonly type: 15;
      readonly name: string;
      readonly input: string;
      readonly played?: boolean;
      /** What an entity answers; the name is the id of the request. */
      readonly isReply?: true;
    }
  /** The instance was rewound. */
  | { readonly type: 17; readonly data: string }
  | { readonly type: 19 | 20; readonly reason: string };

/** What an episode scheduled, under the sequence id that the SDK gives the same task. */
export type ScheduledEvent =
  | { readonly type: 4; readonly id: number; readonly name: string; readonly input: string }
  | {
      readonly type: 7;
      readonly id: number;
      readonly name: string;
      readonly input: string;
      readonly instanceId: string;
      /** Where the orchestrator chose one. */
      readonly version?: string;
    }
  | { readonly type: 10; readonly id: number; readonly fireAtMs: number }
  | SentEvent;

/** A message to the entity `target`. It is under way until that entity has taken it. */
export interface SentEvent {
  readonly type: 14;
  readonly id: number;
  readonly target: string;
  readonly message: EntityMessage;
}

export type StoredEvent =
  | IncomingEvent
  | ScheduledEvent
  | {
      readonly type: 1;
      readonly status: EndStatus;
      readonly result: string;
      readonly drift?: FoundDrift;
    }
  | { readonly type: 12 | 13 };

/** What the history says was done, what the code asks for instead, and under which sequence id, where it is about one. */
export interface Drift {
  readonly id: number | null;
  readonly history: string;
  readonly code: string;
}

/** Where the code differs from the history, with `file:line:column` of the application if known. */
export interface FoundDrift extends Drift {
  readonly at: string | null;
}

export type EndStatus = 'Completed' | 'Failed' | 'Terminated';
export type RuntimeStatus = EndStatus | 'Running' | 'Suspended';

/** One row of the store: everything an episode added to an instance's history, in order. */
export interface Episode {
  readonly atMs: number;
  readonly events: readonly StoredEvent[];
  /** Ids of timers that the orchestrator cancelled and that therefore no longer ring. */
  readonly cancelled?: readonly number[];
  /** How many top-level actions the orchestrator returned; a deterministic one never returns fewer later. */
  readonly actions?: number;
  /** The beginning of a generation after continue-as-new, for which the orchestrator has not run yet. */
  readonly seed?: true;
  /** Why the instance was rewound after this episode, its last so far: it has not gone on yet. */
  readonly rewound?: string;
}

/** An event with the time of its episode, and whether an earlier episode has seen it. */
export interface TimedEvent {
  readonly atMs: number;
  readonly played: boolean;
  readonly event: StoredEvent;
}

export const isEnded = (status: RuntimeStatus): status is EndStatus =>
  status === 'Completed' || status === 'Failed' || status === 'Terminated';

/** The name that Azure gives a message. */
export const sentName = ({ message }: SentEvent): string => (message.kind === 'release' ? 'release' : 'op');

/** The event as the object that an orchestration trigger carries. Made anew for each invocation: the SDK may change it. */
export const triggerEvent = ({ atMs, played, event }: TimedEvent): Record<string, unknown> => {
  const common = {
    EventType: event.type,
    EventId: 'id' in event ? event.id : -1,
    IsPlayed: isPlayed(played, event),
    Timestamp: new Date(atMs),
  };
  switch (event.type) {
    case EventType.ExecutionStarted:
      return { ...common, Name: event.name, Input: event.input, Version: event.version ?? '', Tags: null };
    case EventType.ExecutionCompleted:
      return { ...common, OrchestrationStatus: event.status, Result: event.result };
    case EventType.ExecutionTerminated:
      return { ...common, Input: event.reason };
    case EventType.TaskScheduled:
      return { ...common, Name: event.name, Version: '', Input: null };
    case EventType.TaskCompleted:
    case EventType.SubOrchestrationInstanceCompleted:
      return { ...common, TaskScheduledId: event.taskId, Result: event.result };
    case EventType.TaskFailed:
    case EventType.SubOrchestrationInstanceFailed:
      return { ...common, TaskScheduledId: event.taskId, Reason: event.reason, Details: event.details };
    case EventType.SubOrchestrationInstanceCreated:
      return { ...common, Name: event.name, InstanceId: event.instanceId, Input: event.input };
    case EventType.TimerCreated:
      return { ...common, FireAt: new Date(event.fireAtMs).toISOString() };
    case EventType.TimerFired:
      return { ...common, TimerId: event.taskId, FireAt: new Date(event.fireAtMs).toISOString() };
    case EventType.EventSent:
      return {
        ...common,
        InstanceId: event.target,
        Name: sentName(event),
        Input: JSON.stringify(event.message),
      };
    case EventType.EventRaised:
      return { ...common, Name: event.name, Input: event.input };
    case EventType.GenericEvent:
      return { ...common, Data: event.data };
    case EventType.ExecutionSuspended:
    case EventType.ExecutionResumed:
      return { ...common, Reason: event.reason };
    default:
      return common;
  }
};

/** What an episode itself added counts as played only once a later one has replayed it, which no orchestrator can see. */
const isPlayed = (played: boolean, event: StoredEvent): boolean =>
  (played && !('id' in event) && event.type !== EventType.OrchestratorCompleted) ||
  (event.type === EventType.EventRaised && event.played === true);
