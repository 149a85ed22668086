import { EventType, isEnded, type Episode, type StoredEvent } from '../../engine/history';
import type { InstanceRow } from '../engine-store';
import { parseEpisode } from './episode-form';

export interface StoredEpisode {
  readonly seq: number;
  readonly body: string;
}

export interface HistoryFindings {
  readonly problems: readonly string[];
  /** Instance ids of the sub-orchestrations that this history started, by task. */
  readonly children: ReadonlyMap<number, string>;
}

/** The event that scheduled what ends by the event of the key. */
const SCHEDULED_BY: Readonly<Partial<Record<number, number>>> = {
  [EventType.TaskCompleted]: EventType.TaskScheduled,
  [EventType.TaskFailed]: EventType.TaskScheduled,
  [EventType.SubOrchestrationInstanceCompleted]: EventType.SubOrchestrationInstanceCreated,
  [EventType.SubOrchestrationInstanceFailed]: EventType.SubOrchestrationInstanceCreated,
  [EventType.TimerFired]: EventType.TimerCreated,
};

/** What keeps the stored history of an instance from being replayed, whatever its orchestrator's code is. */
export const checkHistory = (row: InstanceRow, stored: readonly StoredEpisode[]): HistoryFindings => {
  const check = new HistoryCheck(row);
  for (const episode of stored) if (!check.take(episode)) break;
  return check.findings(stored.length);
};

class HistoryCheck {
  private readonly problems: string[] = [];
  private readonly children = new Map<number, string>();
  private readonly kinds = new Map<number, number>();
  private last: Episode | null = null;
  private end: (StoredEvent & { type: 1 }) | null = null;
  private seq = 0;
  private lastId = -1;

  constructor(private readonly row: InstanceRow) {}

  /** False where nothing that follows can be made sense of. */
  take({ seq, body }: StoredEpisode): boolean {
    this.seq = seq;
    const episode = parseEpisode(body);
    if (typeof episode === 'string') {
      this.add(episode);
      return false;
    }
    if (this.end !== null) this.add('it follows the end of the instance');
    this.checkFrame(episode);
    this.lastId = -1;
    for (const event of episode.events) this.takeEvent(event);
    for (const id of episode.cancelled ?? []) this.checkScheduled(id, EventType.TimerCreated, 'is cancelled');
    this.last = episode;
    return true;
  }

  findings(count: number): HistoryFindings {
    if (count === 0) this.problems.push('it has no history');
    else if (this.problems.length === 0) this.checkEnd();
    return { problems: this.problems, children: this.children };
  }

  private add(problem: string): void {
    this.problems.push(`episode ${this.seq}: ${problem}`);
  }

  private checkFrame({ atMs, events }: Episode): void {
    if (this.last !== null && atMs < this.last.atMs) this.add('it is older than the one before it');
    const isOpened = this.last?.seed !== true;
    if (isOpened && events[0]?.type !== EventType.OrchestratorStarted)
      this.add('it has no OrchestratorStarted at its beginning');
    if (events.at(-1)?.type !== EventType.OrchestratorCompleted)
      this.add('it has no OrchestratorCompleted at its end');
    if (this.last !== null) return;
    const started = events[1];
    if (started?.type !== EventType.ExecutionStarted)
      this.add('the history does not begin with ExecutionStarted');
    else if (started.name !== this.row.name || started.input !== this.row.input)
      this.add('ExecutionStarted has another name or input than the instance');
  }

  private takeEvent(event: StoredEvent): void {
    if (event.type === EventType.ExecutionCompleted) this.end = event;
    if ('id' in event) {
      if (this.kinds.has(event.id)) this.add(`task ${event.id} is scheduled twice`);
      // After a rewind an episode schedules anew what failed: ids rise within an episode alone.
      if (event.id <= this.lastId) this.add(`task ${event.id} is scheduled after task ${this.lastId}`);
      this.lastId = event.id;
      this.kinds.set(event.id, event.type);
      if (event.type === EventType.SubOrchestrationInstanceCreated)
        this.children.set(event.id, event.instanceId);
    }
    const kind = SCHEDULED_BY[event.type];
    if (kind !== undefined && 'taskId' in event) this.checkScheduled(event.taskId, kind, 'ends');
  }

  private checkScheduled(id: number, kind: number, what: string): void {
    const known = this.kinds.get(id);
    if (known === undefined) this.add(`task ${id} ${what} without having been scheduled`);
    else if (known !== kind) this.add(`task ${id} ${what} as another kind than it was scheduled as`);
  }

  private checkEnd(): void {
    const { status, output } = this.row;
    if (this.end === null && isEnded(status))
      this.add(`the instance is ${status}, but its history has no end`);
    if (this.end === null) return;
    if (this.end.status !== status)
      this.add(`the instance is ${status}, but its history ends as ${this.end.status}`);
    else if (this.end.result !== output)
      this.add('the history ends with another output than the instance has');
  }
}
