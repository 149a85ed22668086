import { setTimeout as wait } from 'node:timers/promises';
import { BulkOperationType, type Container, type JSONObject, type OperationInput } from '@azure/cosmos';
import { MigrationError, StaleWriteError } from '../../contracts/errors';
import type { Operation } from '../../ports/store';
import { checkKey, checkOperations, checkSize } from '../../ports/store-limits';
import { chargeOf, classify, classifyError, statusOf, type Failure } from './cosmos-failure';
import {
  itemId,
  newMark,
  readVersion,
  REMEMBERED_COMMITS,
  sizeBytes,
  toItem,
  type LedgerItem,
} from './ledger-item';
import { readItem } from './read-item';
import type { Charge } from './request-charge';

/** How long a commit goes on trying. */
export interface Patience {
  readonly attempts: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** Of all attempts together. */
  readonly limitMs: number;
}

export const PATIENCE: Patience = { attempts: 10, firstWaitMs: 25, longestWaitMs: 5_000, limitMs: 60_000 };

const BATCH_OPERATIONS = 100;
/** How long the mark of a commit that replaces nothing stays: longer than any commit goes on trying, or is under way. */
const MARK_TTL_SECONDS = 3_600;

interface Batch {
  readonly partition: string;
  readonly mark: string;
  readonly operations: readonly Operation[];
  readonly inputs: OperationInput[];
  /** Documents that carry the mark once the batch is in, new ones first. */
  readonly marked: readonly { readonly id: string; readonly isNew: boolean }[];
}

type Answer =
  | { readonly kind: 'done' }
  | { readonly kind: 'conflict'; readonly status: number; readonly at: number; readonly cause: unknown }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly cause: unknown };

/** Checks and serialises a commit, so that a later change of the caller's objects does not reach it. */
export function prepareBatch(partition: string, operations: readonly Operation[]): Batch {
  checkKey('partition', partition);
  checkOperations(operations);
  const mark = newMark();
  const items = operations.map((operation) => toItem(partition, operation, mark));
  checkSize(
    'The commit',
    items.reduce((sum, item) => sum + sizeBytes(item), 0),
  );
  const inputs = operations.map((operation, at) => toInput(operation, items[at] ?? null));
  const marked = operations
    .filter(({ kind }) => kind !== 'delete')
    .map(({ kind, type, id }) => ({ id: itemId(type.name, id), isNew: kind === 'create' }))
    .sort((a, b) => Number(b.isNew) - Number(a.isNew));
  // What it makes may be deleted by others before it hears of it; without this mark a copy of it that comes late would make it again.
  const replacesNothing = operations.every(({ kind }) => kind !== 'replace');
  if (replacesNothing && inputs.length > 0 && inputs.length < BATCH_OPERATIONS) {
    const item = { id: `commit~${mark}`, partition, type: 'commit', commits: [mark], ttl: MARK_TTL_SECONDS };
    inputs.push({ operationType: BulkOperationType.Create, resourceBody: item });
    marked.unshift({ id: item.id, isNew: true });
  }
  return { partition, mark, operations, inputs, marked };
}

const toInput = (operation: Operation, item: LedgerItem | null): OperationInput => {
  const resourceBody = item as unknown as JSONObject;
  if (operation.kind === 'create') return { operationType: BulkOperationType.Create, resourceBody };
  const id = itemId(operation.type.name, operation.id);
  const ifMatch = readVersion(operation.version).etag;
  if (operation.kind === 'replace')
    return { operationType: BulkOperationType.Replace, id, ifMatch, resourceBody };
  // The service takes a condition on deletions as well; the SDK's type leaves it out and its code passes it on.
  const deletion = { operationType: BulkOperationType.Delete, id, ifMatch };
  return deletion;
};

/**
 * Sends the batch until the service has taken or refused it. Sending it again is safe: ETags, or its own mark, let it in once at most.
 * A refusal may therefore be the echo of this very commit, whose answer was lost: the documents' marks tell.
 */
export async function sendBatch(
  container: Container,
  batch: Batch,
  charge: Charge,
  patience: Patience,
): Promise<void> {
  if (batch.inputs.length === 0) return;
  let wasLost = false;
  const endsAtMs = performance.now() + patience.limitMs;
  const late = AbortSignal.timeout(patience.limitMs);
  for (let attempt = 1; ; attempt += 1) {
    const answer = await sendOnce(container, batch, charge, late);
    if (answer.kind === 'done') return;
    if (answer.kind === 'conflict') {
      const state = await findOut(container, batch, charge, late);
      if (state === 'in') return;
      throw state === 'unknown' && wasLost
        ? notTaken(batch, answer.cause, 'unknown')
        : refusal(batch, answer);
    }
    const { failure } = answer;
    wasLost ||= failure.kind === 'unknown';
    if (failure.kind === 'final') throw notTaken(batch, answer.cause, 'refused');
    const backOffMs = Math.min(patience.firstWaitMs * 2 ** (attempt - 1), patience.longestWaitMs);
    const toldMs = failure.kind === 'throttled' ? failure.retryAfterMs : null;
    const waitMs = toldMs ?? backOffMs * (0.5 + Math.random() / 2);
    if (attempt >= patience.attempts || performance.now() + waitMs >= endsAtMs)
      throw notTaken(batch, answer.cause, wasLost ? 'unknown' : 'throttled');
    await wait(waitMs);
  }
}

async function sendOnce(
  container: Container,
  batch: Batch,
  charge: Charge,
  late: AbortSignal,
): Promise<Answer> {
  try {
    const { code, result, headers } = await container.items.batch([...batch.inputs], batch.partition, {
      abortSignal: late,
    });
    charge.add(Number(headers['x-ms-request-charge']));
    const results = result ?? [];
    // 424 stands for "because of another operation": the first other failure is the reason.
    const at = results.findIndex(({ statusCode }) => statusCode >= 400 && statusCode !== 424);
    const status = results[at]?.statusCode ?? (code !== undefined && code >= 400 ? code : 200);
    return answerOf(status, Math.max(at, 0), null);
  } catch (error) {
    charge.add(chargeOf(error));
    const status = statusOf(error);
    if (status !== null && CONFLICTS.includes(status)) return answerOf(status, 0, error);
    return { kind: 'failed', failure: classifyError(error), cause: error };
  }
}

const CONFLICTS = [404, 409, 412];

const answerOf = (status: number, at: number, cause: unknown): Answer => {
  if (status < 400) return { kind: 'done' };
  const reason = cause ?? new Error(`the batch was answered with ${status}`);
  if (CONFLICTS.includes(status)) return { kind: 'conflict', status, at, cause: reason };
  return { kind: 'failed', failure: classify(status), cause: reason };
};

/**
 * Whether the commit is in after all. All of it or nothing is, so one document decides: one that carries the commit's mark, or one
 * that it would have made and that is missing or another's. `unknown`: all were replaced more often than they remember.
 */
async function findOut(
  container: Container,
  batch: Batch,
  charge: Charge,
  late: AbortSignal,
): Promise<'in' | 'out' | 'unknown'> {
  for (const { id, isNew } of batch.marked) {
    const item = await readItem(container, batch.partition, id, charge, late);
    const commits = item?.commits ?? [];
    if (commits.includes(batch.mark)) return 'in';
    if (item === null ? isNew : commits.length < REMEMBERED_COMMITS) return 'out';
  }
  return 'unknown';
}

function refusal({ operations, partition }: Batch, { status, at }: { status: number; at: number }): Error {
  const operation = operations[at];
  const what = operation === undefined ? 'the commit' : `${operation.type.name} ${operation.id}`;
  if (status === 409) return new MigrationError('already-exists', `${what} exists in ${partition}`);
  const state = status === 404 ? 'is gone' : 'changed since it was read';
  return new StaleWriteError(`${what} in ${partition} ${state}`);
}

function notTaken({ partition }: Batch, cause: unknown, kind: 'refused' | 'throttled' | 'unknown'): Error {
  if (statusOf(cause) === 413)
    return new MigrationError('limit-exceeded', `The commit in ${partition} is too large`, { cause });
  const known = kind === 'unknown' ? 'may or may not have taken' : 'did not take';
  const code = kind === 'refused' ? 'internal' : 'store-unavailable';
  return new MigrationError(code, `Cosmos DB ${known} a commit in ${partition}`, { cause });
}
