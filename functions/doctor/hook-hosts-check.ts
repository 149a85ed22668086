import { workloadType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import { failed, ok, skipped, type Check } from '../../shared/ports/check';
import type { OutboundHttp } from '../../shared/ports/outbound-http';
import type { Store } from '../../shared/ports/store';
import type { Workload } from '../../shared/contracts/workload';

const SHOWN = 10;

/** Whether every host that workloads are stopped, switched and checked at resolves to an address that may be called. Nothing is sent. */
export const hookHostsCheck = (store: Store, http: OutboundHttp): Check => ({
  name: 'hook-hosts',
  mend:
    'Mend the name in DNS or in the workload; a private address has to be named in CAUSEWAY_ALLOWED_ADDRESSES, and the network ' +
    'of the application has to reach it.',
  run: async () => {
    const origins = new Set<string>();
    for await (const { body } of findAll(store, workloadType, 'all', 'workload'))
      for (const address of addressesOf(body)) origins.add(new URL(address).origin);
    if (origins.size === 0) return skipped('no workload names one');
    const results = await Promise.all([...origins].map((origin) => problemWith(http, origin)));
    const problems = results.filter((problem) => problem !== null);
    if (problems.length === 0) return ok(`${origins.size} may be called`);
    const more = problems.length > SHOWN ? ` and ${problems.length - SHOWN} more` : '';
    return failed(`${problems.slice(0, SHOWN).join('; ')}${more}`);
  },
});

const addressesOf = ({ controls, acceptance }: Workload): string[] => [
  ...(controls.kind === 'http' ? [controls.url] : []),
  ...acceptance.map(({ url }) => url),
];

const problemWith = (http: OutboundHttp, origin: string): Promise<string | null> =>
  http.checkAddress(origin).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : `${origin} cannot be called`),
  );
