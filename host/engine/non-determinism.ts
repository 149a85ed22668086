import { sentName, type ScheduledEvent, type SentEvent } from './history';

/** The orchestrator's code no longer does what the history says it did. The texts are those of Azure. */
export class NonDeterminismError extends Error {
  constructor(detail: string) {
    super(`Non-Deterministic workflow detected: A previous execution of this orchestration ${detail}`);
    this.name = 'NonDeterminismError';
  }
}

const CHANGED = 'Was a change made to the orchestrator code after this instance had already started running?';
const CLASS_NAMES = {
  4: 'ScheduleTaskOrchestratorAction',
  7: 'CreateSubOrchestrationAction',
  10: 'CreateTimerOrchestratorAction',
  14: 'SendEventOrchestratorAction',
} as const;

/** Throws unless the replay scheduled under this id what the history says was scheduled. */
export const checkScheduled = (recorded: ScheduledEvent, replayed: ScheduledEvent | undefined): void => {
  if (recorded.type === 14) return checkSent(recorded, replayed);
  if (replayed === undefined) throw missing(recorded);
  if (replayed.type !== recorded.type) throw otherKind(recorded, replayed);
  if (recorded.type !== 10 && 'name' in replayed && recorded.name !== replayed.name) {
    throw otherName(recorded, replayed.name);
  }
};

/** A message to another entity, which Azure lets pass, is told as one of another name. */
const checkSent = (recorded: SentEvent, replayed: ScheduledEvent | undefined): void => {
  const { id, target } = recorded;
  const comma = replayed === undefined ? '' : ',';
  const was = `scheduled a send event task with sequence ID ${id}, type 'EventSent'${comma} name '${sentName(recorded)}', instance ID '${target}', but the current`;
  if (replayed === undefined) {
    throw new NonDeterminismError(`${was} replay execution hasn't (yet?) scheduled this task. ${CHANGED}`);
  }
  const isSame =
    replayed.type === 14 && replayed.target === target && sentName(replayed) === sentName(recorded);
  if (isSame) return;
  const instead =
    replayed.type === 14
      ? `send event task with name ${sentName(replayed)}, instance ID '${replayed.target}',`
      : `${CLASS_NAMES[replayed.type]} task`;
  throw new NonDeterminismError(
    `${was} orchestration replay instead scheduled a ${instead} at this sequence number. ${CHANGED}`,
  );
};

type TaskEvent = Exclude<ScheduledEvent, SentEvent>;

/** Throws where the orchestrator ended, or turned off, earlier than it did before. */
export const checkActionCount = (recorded: number, replayed: number): void => {
  if (replayed >= recorded) return;
  throw new NonDeterminismError(
    `had returned ${recorded} actions, but the current replay execution ended after ${replayed}. ${CHANGED}`,
  );
};

const missing = (recorded: TaskEvent): NonDeterminismError =>
  new NonDeterminismError(
    `${byId(recorded)}${recorded.type === 10 ? '' : ','} but the current replay execution hasn't (yet?) scheduled this task. ${CHANGED}`,
  );

const otherKind = (recorded: TaskEvent, replayed: ScheduledEvent): NonDeterminismError => {
  const subject =
    recorded.type === 4
      ? `scheduled an activity task with sequence number ${recorded.id} named '${recorded.name}',`
      : recorded.type === 7
        ? `${byId(recorded)},`
        : `scheduled a timer task with sequence number ${recorded.id} named`;
  const at = recorded.type === 7 ? 'at' : 'with';
  return new NonDeterminismError(
    `${subject} but the current orchestration replay instead produced a ${CLASS_NAMES[replayed.type]} action ${at} this sequence number. ${CHANGED}`,
  );
};

const otherName = (recorded: TaskEvent & { type: 4 | 7 }, name: string): NonDeterminismError =>
  recorded.type === 4
    ? new NonDeterminismError(
        `scheduled an activity task with sequence number ${recorded.id} named '${recorded.name}', but the current orchestration replay instead scheduled an activity task named '${name}' with this sequence number.  ${CHANGED}`,
      )
    : new NonDeterminismError(
        `${byId(recorded)}, but the current orchestration replay instead scheduled a sub-orchestration task with name '${name}' at this sequence number.  ${CHANGED}`,
      );

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
