import type { EntityLock, InstanceRun } from '../../storage/entity-store';
import type { EntityMessage, LockMessage, OperationMessage } from './entity-message';

export interface Received<M extends EntityMessage = EntityMessage> {
  readonly seq: number;
  readonly message: M;
}

/** What an entity does next with what has arrived for it. */
export interface EntityTurn {
  readonly operations: readonly Received<OperationMessage>[];
  /** Granted after the operations. */
  readonly granted: LockMessage | null;
  /** The lock after the turn. */
  readonly lock: EntityLock | null;
  /** Messages that the turn takes, those of `operations` among them. */
  readonly taken: ReadonlySet<number>;
}

export interface TurnInput {
  /** In the order of their arrival. */
  readonly queue: readonly Received[];
  readonly lock: EntityLock | null;
  readonly batchSize: number;
  /** False of a run that has ended: it holds no lock, and is given none. */
  readonly mayGoOn: (run: InstanceRun) => boolean;
}

/**
 * While an entity is locked, others wait; what the holder sends goes before what came earlier. Operations run up to the
 * first lock request, which ends the turn.
 */
export const planTurn = ({ queue, lock, batchSize, mayGoOn }: TurnInput): EntityTurn => {
  let holder = lock !== null && mayGoOn(lock) ? lock : null;
  const taken = new Set<number>();
  const first: Received[] = [];
  const rest: Received[] = [];
  for (const received of queue) {
    const { message, seq } = received;
    if (message.kind === 'release') {
      taken.add(seq);
      if (holder?.requestId === message.id) holder = null;
    } else (isFrom(holder, message) ? first : rest).push(received);
  }
  const operations: Received<OperationMessage>[] = [];
  for (const { seq, message } of [...first, ...rest]) {
    if (message.kind === 'release') continue;
    if (holder !== null && !isFrom(holder, message)) break;
    if (message.kind === 'operation') {
      if (operations.length === batchSize) break;
      taken.add(seq);
      operations.push({ seq, message });
      continue;
    }
    taken.add(seq);
    if (!mayGoOn(message.sender)) continue;
    const granted = { requestId: message.id, ...message.sender };
    return { operations, granted: message, lock: granted, taken };
  }
  return { operations, granted: null, lock: holder, taken };
};

const isFrom = (holder: EntityLock | null, message: OperationMessage | LockMessage): boolean =>
  holder !== null &&
  message.sender?.instanceId === holder.instanceId &&
  message.sender.executionId === holder.executionId;
