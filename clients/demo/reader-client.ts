// A user of the application: keeps reading files that it knows, at random, and checks their content. Runs in a process of its own:
//   node reader-client.js <config.json>
// Prints a line of JSON a second ({"event":"reading",…}); on the end of its standard input a last one ({"event":"summary",…}).
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { z } from 'zod';
import { KnownFile } from './app-config';
import { urlPathOf } from './item-path';
import { OutageMeter } from './outage-meter';

export const ReaderConfig = z.object({
  url: z.string(),
  files: z.array(KnownFile).min(1),
  readsPerSecond: z.number().positive(),
  seed: z.number().int(),
});
export type ReaderConfig = z.infer<typeof ReaderConfig>;

const TIMEOUT_MS = 2_000;
const MAX_IN_FLIGHT = 20;

/** Null where the file came as it must; otherwise what was wrong. */
export function readOnce(agent: Agent, url: string, file: KnownFile): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get(
      `${url}/files/${urlPathOf(file.path)}`,
      { agent, timeout: TIMEOUT_MS },
      (response) => {
        const hash = createHash('sha256');
        response.on('data', (chunk: Buffer) => hash.update(chunk));
        response.on('error', () => resolve('broken-off'));
        response.on('end', () => {
          if (response.statusCode !== 200) resolve(`status-${response.statusCode ?? 0}`);
          else resolve(hash.digest('hex') === file.sha256 ? null : 'wrong-content');
        });
      },
    );
    request.on('timeout', () => request.destroy(Object.assign(new Error('timeout'), { code: 'timeout' })));
    request.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'failed'));
  });
}

/** Reads at the given rate until told to stop; resolves to the summary once the last read has ended. */
export function startReading(config: ReaderConfig, meter = new OutageMeter()) {
  const agent = new Agent({ keepAlive: true });
  const random = randomNumbers(config.seed);
  const inFlight = new Set<Promise<void>>();
  const readNext = (): void => {
    const file = config.files[Math.floor(random() * config.files.length)];
    if (file === undefined || inFlight.size >= MAX_IN_FLIGHT) return;
    const beganAtMs = performance.now();
    const read = readOnce(agent, config.url, file).then((problem) => {
      const endedAtMs = performance.now();
      meter.add({ endedAtMs, durationMs: endedAtMs - beganAtMs, ok: problem === null, problem });
      inFlight.delete(read);
    });
    inFlight.add(read);
  };
  const timer = setInterval(readNext, 1_000 / config.readsPerSecond);
  return {
    meter,
    async stop() {
      clearInterval(timer);
      await Promise.all(inFlight);
      agent.destroy();
      return meter.summary();
    },
  };
}

/** Mulberry32: the same files in the same order for a seed. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function main(configFile: string): void {
  const reading = startReading(ReaderConfig.parse(JSON.parse(readFileSync(configFile, 'utf8'))));
  const print = (event: string, facts: object): void => {
    process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
  };
  const ticker = setInterval(() => print('reading', reading.meter.summary()), 1_000);
  process.stdin.on('end', () => {
    clearInterval(ticker);
    void reading.stop().then((summary) => print('summary', summary));
  });
  process.stdin.resume();
}

if (require.main === module) {
  const [configFile] = process.argv.slice(2);
  if (configFile === undefined) throw new Error('Usage: node reader-client.js <config.json>');
  main(configFile);
}
