import path from 'node:path';
import type { BenchRow } from '../bench';
import { newFolder, type Measure } from './bed';
import { HostEngine } from './host-engine';
import { requestsPerSecond } from './http-load';
import { processorSeconds } from './processor-time';
import { Program } from './program';
import { rowOf } from './rounds';

const WARM_UP_S = 2;
const MEASURED_S = 3;

/** A function that answers a sentence, beside a server of Node's own that answers the same. */
export const httpHello: Measure = async (bed): Promise<BenchRow[]> => {
  const host = await HostEngine.start(newFolder(bed, 'http'));
  const bare = new Program('node:http', process.execPath, [path.join(__dirname, 'bare-server.js')]);
  const [, bareUrl = ''] = await bare.line(/^Listening on (.+)$/);
  const servers = [
    { name: 'ours', url: `${host.url}/api/hello`, pids: host.pids },
    { name: 'node:http', url: `${bareUrl}/`, pids: [bare.pid] },
  ];
  try {
    for (const { url } of servers) await requestsPerSecond(url, WARM_UP_S);
    const rates = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
    const costs = new Map<string, number[]>(servers.map(({ name }) => [name, []]));
    for (let round = 1; round <= bed.rounds; round += 1) {
      for (const { name, url, pids } of servers) {
        const before = processorSeconds(pids);
        const rate = await requestsPerSecond(url, MEASURED_S);
        rates.get(name)?.push(rate);
        costs.get(name)?.push(((processorSeconds(pids) - before) * 1e6) / (rate * MEASURED_S));
        bed.say(`http-hello: round ${round} of ${bed.rounds}, ${name} ${rate.toFixed(0)} requests/s`);
      }
    }
    return [
      rowOf('http-hello', 'requests/s', 'higher', rates),
      rowOf('http-hello-processor', 'µs/request', 'lower', costs),
    ];
  } finally {
    await Promise.all([host.stop(), bare.stop()]);
  }
};
