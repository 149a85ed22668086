import { randomUUID } from 'node:crypto';
import type { InstanceRow } from '../storage/engine-store';
import {
  EventType,
  type Episode,
  type IncomingEvent,
  type RuntimeStatus,
  type ScheduledEvent,
  type SentEvent,
  type TimedEvent,
} from './history';
import type { Session } from './replay/session';
import { SparseMap } from './sparse-map';

/** The task of a parent that a sub-orchestration answers. */
export interface ParentTask {
  readonly instanceId: string;
  readonly executionId: string;
  readonly taskId: number;
}

interface QueuedEvent {
  readonly event: IncomingEvent;
  /** The stored message that brought the event: it is removed with the episode that takes it. */
  readonly messageSeq: number | undefined;
  /** Called once the episode that took the event is on disk, or the instance has ended without it. */
  readonly settled: ((isStored: boolean) => void) | undefined;
}

/**
 * A running instance in memory. Fields that episodes change are those of the last committed episode.
 */
export class Instance {
  /** 0 until its first episode is on disk. */
  no = 0;
  executionId: string = randomUUID();
  status: RuntimeStatus = 'Running';
  customStatus: string | null = null;
  updatedAtMs: number;
  /** An episode runs or waits for its commit. */
  isBusy = false;
  /** A generation begun by continue-as-new has not run yet. */
  isSeeded = false;
  actions = 0;
  /** Why it was rewound, where it has not gone on since. */
  rewound: string | null = null;
  /** Empty where it has none. */
  version = '';
  /** The span of its creation, where there is one. */
  traceParent: string | undefined;
  queue: QueuedEvent[] = [];
  readonly open = new SparseMap<number, ScheduledEvent>();
  /** The entities of lock requests that were not released since. */
  readonly locks = new SparseMap<string, readonly string[]>();
  readonly alarms = new SparseMap<number, () => void>();
  /** Null where it has to be read from the store again. */
  history: TimedEvent[] | null = [];
  session: Session | null = null;

  constructor(
    readonly id: string,
    readonly name: string,
    public input: string,
    readonly parent: ParentTask | null,
    readonly createdAtMs: number,
  ) {
    this.updatedAtMs = createdAtMs;
  }

  /** An instance as it was at its last commit. */
  static recovered(row: InstanceRow, episodes: readonly Episode[]): Instance {
    const parent =
      row.parentId === null || row.parentExecutionId === null || row.parentTaskId === null
        ? null
        : { instanceId: row.parentId, executionId: row.parentExecutionId, taskId: row.parentTaskId };
    const instance = new Instance(row.id, row.name, row.input, parent, row.createdAtMs);
    instance.no = row.no;
    instance.executionId = row.executionId;
    instance.status = row.status;
    instance.customStatus = row.customStatus;
    for (const episode of episodes) instance.apply(episode);
    return instance;
  }

  get row(): InstanceRow {
    return {
      no: this.no,
      id: this.id,
      name: this.name,
      executionId: this.executionId,
      status: this.status,
      input: this.input,
      output: null,
      customStatus: this.customStatus,
      createdAtMs: this.createdAtMs,
      updatedAtMs: this.updatedAtMs,
      parentId: this.parent?.instanceId ?? null,
      parentExecutionId: this.parent?.executionId ?? null,
      parentTaskId: this.parent?.taskId ?? null,
    };
  }

  /** Takes over what an episode changed about the tasks under way. */
  apply(episode: Episode): void {
    for (const event of episode.events) {
      if (event.type === EventType.ExecutionStarted) {
        this.traceParent = event.traceParent;
        this.version = event.version ?? '';
      }
      if (event.type === EventType.EventSent) this.applySent(event);
      else if ('id' in event) this.open.set(event.id, event);
      else if ('taskId' in event) this.close(event.taskId);
    }
    for (const id of episode.cancelled ?? []) this.close(id);
    this.updatedAtMs = episode.atMs;
    this.actions = episode.actions ?? 0;
    this.isSeeded = episode.seed === true;
    this.rewound = episode.rewound ?? null;
    for (const event of timedEvents(episode, true)) this.history?.push(event);
  }

  /** Waits for what comes from outside; all there is to it is stored. */
  get isAtRest(): boolean {
    const isIdle = !this.isBusy && this.queue.length === 0 && this.open.size === 0;
    return isIdle && !this.isSeeded && this.rewound === null && this.no > 0;
  }

  forgetAlarms(): void {
    for (const forget of this.alarms.values()) forget();
    this.alarms.clear();
  }

  private applySent({ message }: SentEvent): void {
    if (message.kind === 'lock') this.locks.set(message.id, message.lockSet);
    else if (message.kind === 'release') this.locks.delete(message.id);
  }

  private close(taskId: number): void {
    this.open.delete(taskId);
    this.alarms.get(taskId)?.();
    this.alarms.delete(taskId);
  }
}

export const timedEvents = ({ atMs, events, seed }: Episode, played: boolean): TimedEvent[] =>
  events.map((event) => ({ atMs, event, played: played && seed !== true }));

/** The first episode's events of an instance, or of a generation of it. */
export const executionStarted = (
  name: string,
  input: string,
  { version, traceParent }: { readonly version: string; readonly traceParent: string | undefined },
): IncomingEvent => ({
  type: EventType.ExecutionStarted,
  name,
  input,
  ...(version === '' ? {} : { version }),
  ...(traceParent === undefined ? {} : { traceParent }),
});
