import type { InstanceRun } from '../../storage/entity-store';

/** A request to run an operation. A call is answered to its sender; a signal is not, and may come from anyone. */
export interface OperationMessage {
  readonly kind: 'operation';
  readonly id: string;
  readonly operation: string;
  /** JSON text. */
  readonly input: string | null;
  readonly isSignal: boolean;
  /** Null where no orchestration sent it. */
  readonly sender: InstanceRun | null;
}

/** A request to lock the entity at `position` of the set; granted, it goes on to the next, and from the last back to the sender. */
export interface LockMessage {
  readonly kind: 'lock';
  readonly id: string;
  readonly lockSet: readonly string[];
  readonly position: number;
  readonly sender: InstanceRun;
}

export interface ReleaseMessage {
  readonly kind: 'release';
  /** That of the lock request. */
  readonly id: string;
}

export type EntityMessage = OperationMessage | LockMessage | ReleaseMessage;

/** A message with the id of the entity it goes to. */
export interface Addressed {
  readonly target: string;
  readonly message: EntityMessage;
}

/** What an orchestration is answered to a call or to a lock request. */
export interface EntityReply {
  readonly executionId: string;
  readonly requestId: string;
  /** JSON text of the event that the orchestration is given. */
  readonly input: string;
}

const RESPONSE_TYPE =
  'Microsoft.Azure.WebJobs.Extensions.DurableTask.ResponseMessage, Microsoft.Azure.WebJobs.Extensions.DurableTask';

/** An answer in the form in which the SDK is given those of Azure. `result` is JSON text, of whatever was thrown where it failed. */
export const responseText = (result: string | undefined, failed: boolean): string =>
  JSON.stringify({ $type: RESPONSE_TYPE, result, ...(failed ? { exceptionType: 'Error' } : {}) });

/** The answer to a lock request; the SDK reads nothing of it. */
export const LOCK_RESPONSE = responseText('Lock Acquisition Completed', false);
