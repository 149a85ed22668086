import type { ContentLedger } from '../../shared/ledger/content-ledger';
import type { Ledger } from '../../shared/ledger/ledger';
import { portfolioContent, readPortfolio } from '../../shared/ledger/portfolios';

/** Who owns a workload of a portfolio, as that is now; null where nobody does. */
export const ownersOf = async (
  { ledger, journal }: { readonly ledger: Ledger } & Pick<ContentLedger, 'journal'>,
  portfolioId: string,
): Promise<(workloadId: string) => string | null> => {
  const { body } = await readPortfolio(ledger, portfolioId);
  const { workloads } = await portfolioContent({ ...ledger, journal }, body);
  const owners = new Map(workloads.map(({ id, owner }) => [id, owner]));
  return (workloadId) => owners.get(workloadId) ?? null;
};
