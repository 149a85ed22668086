import { StaleWriteError, MigrationError } from '../../../shared/contracts/errors';
import type { Principal } from '../../../shared/contracts/principal';
import { idempotentAnswerType, type IdempotentAnswer } from '../../../shared/ledger/documents';
import {
  create,
  remove,
  replace,
  type Operation,
  type Store,
  type Stored,
} from '../../../shared/ports/store';
import type { HttpServices } from '../services';
import { hashSecret } from './access-tokens';
import { sweepExpired } from './sweep-expired';
import { json, passed, problem, refused, type Checked, type Reply } from './reply';

const KEPT_MS = 24 * 3_600_000;
/** Longer than a function may run: after it, a request that left no answer was cut off and may be tried again. */
const IN_FLIGHT_MS = 15 * 60_000;

/** One write as its sender identifies it. */
export interface KeyedRequest {
  readonly principal: Principal;
  readonly method: string;
  readonly path: string;
  readonly key: string;
  readonly body: string;
  /** It may run again while its answer is missing: the operation knows it by its identity. */
  readonly repeatable: boolean;
}

/** Reads the header: a structured string in quotes, or the bare key. Null where there is none. */
export function readKey(headers: Headers): Checked<string | null> {
  const header = headers.get('idempotency-key');
  if (header === null) return passed(null);
  const key = /^"([\x20-\x21\x23-\x7e]{1,200})"$|^([\x21\x23-\x7e]{1,200})$/.exec(header.trim());
  if (key !== null) return passed(key[1] ?? key[2] ?? '');
  return refused(
    problem(400, 'invalid-input', 'The Idempotency-Key is not 1 to 200 printable characters.', {
      errors: [
        {
          field: 'header.idempotency-key',
          value: JSON.stringify(header.slice(0, 100)),
          expected: '1 to 200 printable ASCII characters, in quotes or bare',
        },
      ],
    }),
  );
}

/**
 * Runs a write once per key. A repeated request gets the first one's answer, refusals included; with another body 422, while the
 * first is under way 409. Server errors are not kept, so that a retry can succeed. A process that dies between the effect and
 * the answer leaves the key in flight for 15 minutes; the retry after it runs the write again, that of a repeatable one at once.
 */
export async function once(
  services: HttpServices,
  request: KeyedRequest,
  run: () => Promise<Reply>,
): Promise<Reply> {
  const { store, clock } = services.ledger;
  await sweepExpired(services.ledger, idempotentAnswerType);
  const bodyHash = hashSecret(request.body);
  const place = placeOf(request);
  const existing = await store.read(idempotentAnswerType, place.partition, place.id);
  const now = clock.now().getTime();
  if (existing !== null && Date.parse(existing.body.expiresAt) > now) {
    const unanswered = existing.body.answer === null && existing.body.bodyHash === bodyHash;
    if (unanswered && request.repeatable) return runClaimed(services, place, existing.body, run);
    return answerAgain(existing.body, bodyHash);
  }
  const claim = { bodyHash, answer: null, expiresAt: new Date(now + IN_FLIGHT_MS).toISOString() };
  const claimed = await claimKey(store, place, existing, claim);
  if (!claimed) return request.repeatable ? once(services, request, run) : inFlight();
  return runClaimed(services, place, claim, run);
}

interface Place {
  readonly partition: string;
  readonly id: string;
}

const placeOf = ({ principal, method, path, key }: KeyedRequest): Place => ({
  partition: `idempotency:${hashSecret(principal.name)}`,
  id: identityOf({ principal, method, path, key }),
});

/** The same for a request and its repetition, another for any other. */
export const identityOf = ({
  principal,
  method,
  path,
  key,
}: Pick<KeyedRequest, 'principal' | 'method' | 'path' | 'key'>): string =>
  hashSecret(JSON.stringify([principal.name, method, path, key]));

async function claimKey(
  store: Store,
  { partition, id }: Place,
  existing: Stored<IdempotentAnswer> | null,
  claim: IdempotentAnswer,
): Promise<boolean> {
  const operation =
    existing === null
      ? create(idempotentAnswerType, id, claim)
      : replace(idempotentAnswerType, existing, claim);
  try {
    await store.commit(partition, [operation]);
    return true;
  } catch (error) {
    if (error instanceof StaleWriteError) return false;
    if (error instanceof MigrationError && error.code === 'already-exists') return false;
    throw error;
  }
}

/** Keeps the answer under the claim, or gives the claim up where the server failed. */
async function runClaimed(
  services: HttpServices,
  place: Place,
  claim: IdempotentAnswer,
  run: () => Promise<Reply>,
): Promise<Reply> {
  const { store, clock } = services.ledger;
  const settle = async (operation: (mine: Stored<IdempotentAnswer>) => Operation): Promise<void> => {
    const mine = await store.read(idempotentAnswerType, place.partition, place.id);
    if (mine === null || mine.body.expiresAt !== claim.expiresAt) return;
    try {
      await store.commit(place.partition, [operation(mine)]);
    } catch (error) {
      // A repetition that ran beside it has left the same answer.
      if (!(error instanceof StaleWriteError)) throw error;
    }
  };
  try {
    const reply = await run();
    const expiresAt = new Date(clock.now().getTime() + KEPT_MS).toISOString();
    const kept = { ...claim, answer: toStored(reply), expiresAt };
    await settle((mine) => replace(idempotentAnswerType, mine, kept));
    return reply;
  } catch (error) {
    await settle((mine) => remove(idempotentAnswerType, mine));
    throw error;
  }
}

function toStored({ status, headers = {}, content }: Reply): NonNullable<IdempotentAnswer['answer']> {
  if (content !== undefined && content.kind !== 'json') {
    throw new MigrationError(
      'internal',
      `an answer of kind ${content.kind} cannot be kept for a repeated request`,
    );
  }
  return { status, headers: { ...headers }, body: content === undefined ? '' : JSON.stringify(content) };
}

function answerAgain(stored: IdempotentAnswer, bodyHash: string): Reply {
  if (stored.bodyHash !== bodyHash) {
    return problem(422, 'idempotency-mismatch', 'This Idempotency-Key was used with another body.');
  }
  if (stored.answer === null) return inFlight();
  const { status, headers, body } = stored.answer;
  const replayed = { ...headers, 'idempotency-replayed': 'true' };
  if (body === '') return { status, headers: replayed };
  return { ...json(status, null, replayed), content: JSON.parse(body) as NonNullable<Reply['content']> };
}

const inFlight = () =>
  problem(409, 'idempotency-in-flight', 'The first request with this Idempotency-Key is still under way.', {
    headers: { 'retry-after': '1' },
  });
