import type { Bench } from './bench';
import { clientOutage } from './postgres/client-outage';
import { liveVerify } from './postgres/live-verify';
import { offlineCopy } from './postgres/offline-copy';
import { switches } from './postgres/switches';
import { versionPairs } from './postgres/version-pairs';
import type { BenchPart } from './postgres/bench-part';

const SEED = 1;
const PARTS: readonly BenchPart[] = [switches, clientOutage, versionPairs, liveVerify, offlineCopy];

export const bench: Bench = {
  about: 'how long writers and clients of a PostgreSQL database notice that it moves; what is lost: nothing',
  run: async (say) => {
    const results = [];
    for (const part of PARTS) results.push(await part(say));
    return {
      rows: results.flatMap(({ rows }) => rows),
      seed: SEED,
      rounds: 1,
      leavesOut: results.flatMap(({ leavesOut }) => leavesOut),
    };
  },
};
