import { sentName, type Drift, type ScheduledEvent, type SentEvent } from '../history';

/** The orchestrator's code no longer does what the history says it did. The texts are those of Azure. */
export class NonDeterminismError extends Error {
  constructor(
    detail: string,
    readonly drift: Drift,
  ) {
    super(
      `Non-Deterministic workflow detected: A previous execution of this orchestration ${detail} Was a change made to the orchestrator code after this instance had already started running?`,
    );
    this.name = 'NonDeterminismError';
  }
}

type TaskEvent = Exclude<ScheduledEvent, SentEvent>;

const CLASS_NAMES = {
  4: 'ScheduleTaskOrchestratorAction',
  7: 'CreateSubOrchestrationAction',
  10: 'CreateTimerOrchestratorAction',
  14: 'SendEventOrchestratorAction',
} as const;

/** Throws unless the replay scheduled under this id what the history says was scheduled. */
export const checkScheduled = (recorded: ScheduledEvent, replayed: ScheduledEvent | undefined): void => {
  const detail = recorded.type === 14 ? sentDetail(recorded, replayed) : taskDetail(recorded, replayed);
  if (detail === null) return;
  const code = replayed === undefined ? 'nothing' : described(replayed);
  throw new NonDeterminismError(detail, { id: recorded.id, history: described(recorded), code });
};

/** Throws where the orchestrator ended, or turned off, earlier than it did before. */
export const checkActionCount = (recorded: number, replayed: number): void => {
  if (replayed >= recorded) return;
  throw new NonDeterminismError(
    `had returned ${recorded} actions, but the current replay execution ended after ${replayed}.`,
    { id: null, history: `${recorded} actions`, code: `${replayed} actions` },
  );
};

const described = (event: ScheduledEvent): string => {
  switch (event.type) {
    case 4:
      return `activity '${event.name}'`;
    case 7:
      return `sub-orchestration '${event.name}'`;
    case 10:
      return `timer for ${new Date(event.fireAtMs).toISOString()}`;
    case 14:
      return `message '${sentName(event)}' to entity '${event.target}'`;
  }
};

const taskDetail = (recorded: TaskEvent, replayed: ScheduledEvent | undefined): string | null => {
  if (replayed === undefined) return missing(recorded);
  if (replayed.type !== recorded.type) return otherKind(recorded, replayed);
  if (recorded.type === 10 || !('name' in replayed)) return null;
  const isSame = recorded.name.toLowerCase() === replayed.name.toLowerCase();
  return isSame ? null : otherName(recorded, replayed.name);
};

/** A message to another entity, which Azure lets pass, is told as one of another name. */
const sentDetail = (recorded: SentEvent, replayed: ScheduledEvent | undefined): string | null => {
  const { id, target } = recorded;
  const comma = replayed === undefined ? '' : ',';
  const was = `scheduled a send event task with sequence ID ${id}, type 'EventSent'${comma} name '${sentName(recorded)}', instance ID '${target}', but the current`;
  if (replayed === undefined) return `${was} replay execution hasn't (yet?) scheduled this task.`;
  if (replayed.type !== 14)
    return `${was} orchestration replay instead scheduled a ${CLASS_NAMES[replayed.type]} task at this sequence number.`;
  if (replayed.target === target && sentName(replayed) === sentName(recorded)) return null;
  return `${was} orchestration replay instead scheduled a send event task with name ${sentName(replayed)}, instance ID '${replayed.target}', at this sequence number.`;
};

const missing = (recorded: TaskEvent): string =>
  `${byId(recorded)}${recorded.type === 10 ? '' : ','} but the current replay execution hasn't (yet?) scheduled this task.`;

const otherKind = (recorded: TaskEvent, replayed: ScheduledEvent): string => {
  const subject =
    recorded.type === 4
      ? `scheduled an activity task with sequence number ${recorded.id} named '${recorded.name}',`
      : recorded.type === 7
        ? `${byId(recorded)},`
        : `scheduled a timer task with sequence number ${recorded.id} named`;
  const at = recorded.type === 7 ? 'at' : 'with';
  return `${subject} but the current orchestration replay instead produced a ${CLASS_NAMES[replayed.type]} action ${at} this sequence number.`;
};

/** The second space after an activity's is Azure's. */
const otherName = (recorded: TaskEvent & { type: 4 | 7 }, name: string): string =>
  recorded.type === 4
    ? `scheduled an activity task with sequence number ${recorded.id} named '${recorded.name}', but the current orchestration replay instead scheduled an activity task named '${name}' with this sequence number. `
    : `${byId(recorded)}, but the current orchestration replay instead scheduled a sub-orchestration task with name ${name} at this sequence number.`;

const byId = (recorded: TaskEvent): string => {
  switch (recorded.type) {
    case 4:
      return `scheduled an activity task with sequence ID ${recorded.id} and name '${recorded.name}' (version '')`;
    case 7:
      return `scheduled a sub-orchestration task with sequence ID ${recorded.id} and name '${recorded.name}' (version '', instance ID '${recorded.instanceId}')`;
    case 10:
      return `scheduled a timer task with sequence number ${recorded.id}`;
  }
};
