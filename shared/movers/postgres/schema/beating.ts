import type { WorkClaim } from '../../../ports/worker';

const HEARTBEAT_EVERY_MS = 10_000;

/** One statement may take as long as an index on a large table: the lease is renewed meanwhile. */
export async function beating<T>(claim: WorkClaim, work: () => Promise<T>): Promise<T> {
  let failure: { readonly error: unknown } | null = null;
  const timer = setInterval(() => {
    claim.heartbeat().catch((error: unknown) => (failure = { error }));
  }, HEARTBEAT_EVERY_MS);
  try {
    const done = await work();
    if (failure !== null) throw (failure as { readonly error: unknown }).error;
    return done;
  } finally {
    clearInterval(timer);
  }
}
