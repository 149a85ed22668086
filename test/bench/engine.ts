import { mkdtemp, rm } from 'node:fs/promises';
import { chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Bench, BenchRow } from './bench';
import { chooseRows } from './choose-rows';
import { peersLeftOut, type Bed, type Measure } from './engine/bed';
import { events } from './engine/event-rows';
import { chainGrowth, instanceGrowth, payloadGrowth } from './engine/growth-rows';
import { httpHello } from './engine/http-rows';
import { chain1000, fanOuts, hello } from './engine/throughput-rows';
import { waiting100k, waiting10k } from './engine/waiting-rows';

const SEED = 0;
const ROUNDS = Number(process.env['CAUSEWAY_BENCH_ROUNDS'] ?? 5);

/** By the name that `CAUSEWAY_BENCH_ROWS` takes; each gives all its rows. */
const ROWS: Readonly<Record<string, Measure>> = {
  'hello-100': hello,
  'fan-out-200': fanOuts,
  'chain-1000': chain1000,
  event: events,
  'waiting-10k': waiting10k,
  'waiting-100k': waiting100k,
  'http-hello': httpHello,
  'chain-growth': chainGrowth,
  'instance-growth': instanceGrowth,
  'payload-growth': payloadGrowth,
};

export const bench: Bench = {
  about: 'the single-node host beside Restate and DBOS; its memory, restarts and HTTP',
  run: async (say) => {
    const { chosen, notMeasured } = chooseRows(ROWS);
    const leftOut = peersLeftOut();
    for (const line of leftOut) say(line);
    const folder = await mkdtemp(path.join(tmpdir(), 'causeway-bench-engine-'));
    // PostgreSQL runs as another user where this one is root.
    chmodSync(folder, 0o755);
    const bed: Bed = { folder, rounds: ROUNDS, say };
    const rows: BenchRow[] = [];
    try {
      for (const measure of chosen) rows.push(...(await measure(bed)));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return { rows, seed: SEED, rounds: ROUNDS, leavesOut: [...leftOut, ...notMeasured, ...LEAVES_OUT] };
  },
};

const LEAVES_OUT = [
  'All on one machine and one disk, each engine as its package sets it up. A step that was acknowledged has been flushed: SQLite with',
  'synchronous=FULL, PostgreSQL 17 with fsync, synchronous_commit and full_page_writes on (asked), Restate with the flush of its log on (asked).',
  'Ours and Restate are called over HTTP, by a request for each workflow that is answered at its end; DBOS in its own process, which',
  'spares it that. Of more than 100 workflows at once, ours are started first and asked every 3 ms whether they have ended.',
  'Ours and DBOS run steps where the workflow runs, Restate in a service beside its server, as each is meant to. Left out: replicas and',
  'clusters, networks, more than one node, workflows written in other languages, Restate and DBOS tuned for this work.',
  'An event counts until the step after it begins. Of waiting instances nothing is compared: the peers keep them elsewhere.',
  'Throughput is measured after each engine has done the same work for three seconds.',
  'The largest payload is just under the 900 KiB of JSON the host takes; a whole MiB is refused.',
];
