import { ErrorResponse, type Container } from '@azure/cosmos';
import { StoredItem } from './ledger-item';
import type { Charge } from './request-charge';

/** Item ids of a commit's mark, which has no body. */
const Marked = StoredItem.pick({ commits: true }).loose();
export type Marked = { readonly commits: readonly string[] };

/**
 * A point read; null where there is no such document. The SDK takes every 404 for that, also one that says that the replica is
 * behind this session, or that there is no container: those have a substatus and throw.
 */
export async function readItem(
  container: Container,
  partition: string,
  id: string,
  charge: Charge,
  abortSignal?: AbortSignal,
): Promise<Marked | null> {
  const options = abortSignal === undefined ? {} : { abortSignal };
  const response = await container.item(id, partition).read<{ commits: string[] }>(options);
  charge.add(response.requestCharge);
  if (response.statusCode !== 404) return Marked.parse(response.resource);
  if (response.substatus === undefined || response.substatus === 0) return null;
  const error = new ErrorResponse(`Cosmos DB cannot say whether ${id} exists in ${partition}`);
  error.code = 404;
  error.substatus = response.substatus;
  throw error;
}
