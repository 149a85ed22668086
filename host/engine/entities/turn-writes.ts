import type { HostClock, ListenerContext } from '../../function-app';
import type { EntityStore } from '../../storage/entity-store';
import type { FunctionIndex } from '../function-index';
import { entityId } from './entity-id';
import { LOCK_RESPONSE, responseText, type Addressed, type EntityReply } from './entity-message';
import { randomUUID } from 'node:crypto';
import type { EntityOutcome, EntitySignal } from './entity-run';
import type { EntityTurn } from './entity-turn';
import type { ReplyPost } from './reply-post';

export interface TurnWritesOptions {
  readonly store: EntityStore;
  readonly clock: HostClock;
  readonly functions: FunctionIndex;
  readonly log: ListenerContext['log'];
  readonly replies: ReplyPost;
  readonly post: (messages: readonly Addressed[]) => () => void;
}

/**
 * Writes all that a turn changes and sends, within the transaction under way. What it returns delivers after the commit.
 * `outcome` is null of a turn without operations.
 */
export const applyTurn = (
  options: TurnWritesOptions,
  id: string,
  turn: EntityTurn,
  outcome: EntityOutcome | null,
): (() => void) => {
  const { store, clock } = options;
  for (const seq of turn.taken) store.removeMessage(seq);
  if (turn.lock === null) store.unlock(id);
  else if (turn.granted !== null) store.lock(id, turn.lock);
  if (outcome?.entityExists === true) {
    store.put({ id, state: outcome.entityState ?? null, updatedAtMs: clock.now() });
  } else if (outcome !== null) {
    store.remove(id);
  }
  const deliveries = [
    ...replies(turn, outcome).map(({ instanceId, reply }) => options.replies.post(instanceId, reply)),
    options.post([...signals(options, id, outcome?.signals ?? []), ...forwarded(turn)]),
  ];
  return () => deliveries.forEach((deliver) => deliver());
};

interface AddressedReply {
  readonly instanceId: string;
  readonly reply: EntityReply;
}

const replies = ({ operations, granted }: EntityTurn, outcome: EntityOutcome | null): AddressedReply[] => {
  const answers = operations.flatMap(({ message: { id: requestId, isSignal, sender } }, index) => {
    const result = outcome?.results[index];
    if (isSignal || sender === null) return [];
    const input = responseText(result?.result, result?.isError !== false);
    return [{ instanceId: sender.instanceId, reply: { executionId: sender.executionId, requestId, input } }];
  });
  if (granted === null || granted.position + 1 < granted.lockSet.length) return answers;
  const { sender, id: requestId } = granted;
  const reply = { executionId: sender.executionId, requestId, input: LOCK_RESPONSE };
  return [...answers, { instanceId: sender.instanceId, reply }];
};

/** The lock request, on its way to the next entity of its set. */
const forwarded = ({ granted }: EntityTurn): Addressed[] => {
  if (granted === null) return [];
  const position = granted.position + 1;
  const target = granted.lockSet[position];
  return target === undefined ? [] : [{ target, message: { ...granted, position } }];
};

/** What cannot be delivered is told to the log only, as of any signal that nobody waits for. */
const signals = (
  { functions, log }: TurnWritesOptions,
  sender: string,
  sent: readonly EntitySignal[],
): Addressed[] =>
  sent.flatMap(({ target: { name, key }, name: operation, input }) => {
    const target = entityId(name, key);
    const problem = functions.entityProblem(target);
    if (problem === null) {
      const id = randomUUID();
      return [{ target, message: { kind: 'operation', id, operation, input, isSignal: true, sender: null } }];
    }
    log('error', `Entity '${sender}' signalled '${target}': ${problem}`, { operation });
    return [];
  });
