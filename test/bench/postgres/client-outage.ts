import { servingSide } from '../../../shared/movers/postgres/replication/replication-context';
import { stopReplication } from '../../../shared/movers/postgres/replication/stop-replication';
import { startPair, type DatabasePair, type ServerPair } from '../../support/postgres/database-pair';
import { startTcpProxy, type TcpProxy } from '../../support/postgres/tcp-proxy';
import { makeLedger, replicate, switchTo } from '../../support/postgres/replicated-ledger';
import { quantile, row, type BenchPart } from './bench-part';
import { forkWriters } from './writers';

const WRITERS = 4;
const SWITCHES = Number(process.env['CAUSEWAY_BENCH_SWITCHES'] ?? 40);
const SETTLED = 50;

/** `client-outage`: how long clients that connect through a TCP proxy, which sends them to the side that serves, got nothing done. */
export const clientOutage: BenchPart = async (say) => {
  const pair = await startPair(15, 17);
  try {
    const near = await outages(pair, 0, SWITCHES);
    say(`client outage: ${told(near.switched)}; without a switch: ${told(near.brokenOff)}`);
    const far = await outages(pair, 10, Math.ceil(SWITCHES / 4));
    return {
      rows: [...rowsOf('client-outage', near), ...rowsOf('client-outage-20-ms', far)],
      leavesOut: [
        `The outage is the longest time without an acknowledged commit, of each of ${WRITERS} clients and each switch, through a TCP proxy that`,
        'breaks connections off and sends new ones to the other side; clients connect anew with a password. Its limit is the same without a',
        'switch, in turns with them: the proxy breaks connections off and sends new ones to the same server. With 20 ms of round trip to both',
        'servers, for the worker as for the clients, connecting alone takes five of them.',
      ],
    };
  } finally {
    await pair.stop();
  }
};

/** By client and time, in ms. */
interface Outages {
  readonly switched: readonly number[];
  /** What remains without a migration: broken off, and connected anew. */
  readonly brokenOff: readonly number[];
}

const told = (gaps: readonly number[]): string =>
  `median ${quantile(gaps, 0.5).toFixed(1)} ms, p99 ${quantile(gaps, 0.99).toFixed(1)} ms`;

const rowsOf = (name: string, { switched, brokenOff }: Outages) =>
  (
    [
      ['median', 0.5],
      ['p99', 0.99],
    ] as const
  ).map(([suffix, part]) =>
    row(`${name}-${suffix}`, 'ms', quantile(switched, part), { limit: quantile(brokenOff, part) }),
  );

async function outages(pair: ServerPair, oneWayMs: number, count: number): Promise<Outages> {
  const databases = await makeLedger(pair);
  const proxies = {
    source: await startTcpProxy(pair.source.port),
    target: await startTcpProxy(pair.target.port),
  };
  const routing = await startTcpProxy(pair.source.port);
  const writers = forkWriters(WRITERS, through(databases.url('source'), routing));
  const switched: number[] = [];
  const brokenOff: number[] = [];
  try {
    const far: DatabasePair = {
      ...databases,
      context: {
        ...databases.context,
        source: through(databases.context.source, proxies.source),
        target: through(databases.context.target, proxies.target),
        between: databases.context,
      },
    };
    await replicate(databases);
    for (const proxy of [routing, proxies.source, proxies.target]) proxy.delay(oneWayMs);
    for (let epoch = 1; epoch <= count; epoch += 1) {
      const route = () => routing.reroute(pair[servingSide(epoch)].port);
      await writers.reached(SETTLED * (2 * epoch - 1));
      await writers.begin();
      const outcome = await switchTo(far, epoch, async () => route());
      if (outcome.kind !== 'switched') throw new Error(JSON.stringify(outcome));
      switched.push(...(await writers.end()));
      await writers.reached(SETTLED * 2 * epoch);
      await writers.begin();
      route();
      brokenOff.push(...(await writers.end()));
    }
    await writers.stop();
    await stopReplication(databases.context);
  } finally {
    writers.close();
    await Promise.all([routing, proxies.source, proxies.target].map((proxy) => proxy.close()));
  }
  return { switched, brokenOff };
}

/** Both servers have the same password, so that a client need not know which one it gets. */
function through(url: string, { port }: TcpProxy): string {
  const changed = new URL(url);
  changed.port = `${port}`;
  return changed.href;
}
