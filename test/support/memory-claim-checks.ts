import { MigrationError } from '../../shared/contracts/errors';
import type { ClaimChecks } from '../../shared/ports/claim-checks';

/** Claim checks in memory. They prove nothing of durability. */
export const memoryClaimChecks = (): ClaimChecks & { readonly kept: ReadonlyMap<string, string> } => {
  const kept = new Map<string, string>();
  return {
    kept,
    put: async (id, body) => {
      kept.set(id, body);
      return id;
    },
    get: async (reference) => {
      const body = kept.get(reference);
      if (body === undefined) throw new MigrationError('not-found', `nothing is kept under ${reference}`);
      return body;
    },
  };
};
