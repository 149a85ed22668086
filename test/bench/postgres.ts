import type { Bench } from './bench';
import { chooseRows } from './choose-rows';
import { clientOutage } from './postgres/client-outage';
import { liveVerify } from './postgres/live-verify';
import { offlineCopy } from './postgres/offline-copy';
import { switches } from './postgres/switches';
import { versionPairs } from './postgres/version-pairs';
import type { BenchPart, PartResult } from './postgres/bench-part';

const SEED = 1;
const PARTS: Readonly<Record<string, BenchPart>> = {
  window: switches,
  'client-outage': clientOutage,
  'version-pairs': versionPairs,
  'live-verify': liveVerify,
  'offline-copy': offlineCopy,
};

export const bench: Bench = {
  about: 'how long writers and clients of a PostgreSQL database notice that it moves; what is lost: nothing',
  run: async (say) => {
    const { chosen, notMeasured } = chooseRows(PARTS);
    const results: PartResult[] = [];
    for (const part of chosen) results.push(await part(say));
    return {
      rows: results.flatMap(({ rows }) => rows),
      seed: SEED,
      rounds: 1,
      leavesOut: [...notMeasured, ...results.flatMap(({ leavesOut }) => leavesOut)],
    };
  },
};
