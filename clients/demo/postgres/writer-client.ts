// Customers of the shop: place orders without pause and keep a ledger of those that were acknowledged. Runs in a process of its own:
//   node writer-client.js <config.json>
// Prints {"event":"writing",…} once a second; on the end of its standard input, once the last order was answered, {"event":"summary",…}.
// The ledger has one line of JSON for each acknowledged order: [writer, number, customer, amount, note, endedAtMs since 1970].
import { createWriteStream, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CUSTOMERS } from './shop-schema';

export const WriterConfig = z.object({
  url: z.string(),
  writers: z.number().int().min(1),
  /** Between the answer to an order and the next one. */
  pauseMs: z.number().int().min(0),
  ledgerFile: z.string(),
});
export type WriterConfig = z.infer<typeof WriterConfig>;

export interface WriterSummary {
  readonly acknowledged: number;
  readonly refused: number;
  /** Neither acknowledged nor certainly not written: may be there once or not at all. */
  readonly uncertain: number;
}

type Answer = 'acknowledged' | 'refused' | 'uncertain';

/** Impatient, but not so that the answers to those who are refused keep the machine from serving them again. */
const REFUSED_PAUSE_MS = 5;
const TIMEOUT_MS = 20_000;

const post = (url: string, agent: Agent, order: object): Promise<Answer> =>
  new Promise((resolve) => {
    const body = JSON.stringify(order);
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const sent = request(
      `${url}/orders`,
      { method: 'POST', agent, headers, timeout: TIMEOUT_MS },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        response.on('error', () => resolve('uncertain'));
        response.on('end', () =>
          resolve(
            response.statusCode === 201
              ? 'acknowledged'
              : text.includes('"written":false')
                ? 'refused'
                : 'uncertain',
          ),
        );
      },
    );
    sent.on('timeout', () => sent.destroy());
    sent.on('error', () => resolve('uncertain'));
    sent.end(body);
  });

/** The same order for the same writer and number: the ledger can be checked against what the databases have. */
export const orderOf = (writer: number, number: number) => ({
  writer,
  number,
  customer: 1 + ((writer * 7_919 + number * 104_729) % CUSTOMERS),
  amount: (((writer * 31 + number * 17) % 99_999) / 100 + 0.01).toFixed(2),
  note: `№ ${writer}/${number}`,
});

/** Places orders until told to stop; resolves once all are answered. */
export function startWriting({ url, writers, pauseMs, ledgerFile }: WriterConfig) {
  const agent = new Agent({ keepAlive: true, maxSockets: writers });
  const ledger = createWriteStream(ledgerFile);
  const counts = { acknowledged: 0, refused: 0, uncertain: 0 };
  let going = true;
  const write = async (writer: number): Promise<void> => {
    for (let number = 1; going;) {
      const order = orderOf(writer, number);
      const answer = await post(url, agent, order);
      counts[answer] += 1;
      if (answer === 'acknowledged')
        ledger.write(
          `${JSON.stringify([writer, number, order.customer, order.amount, order.note, Date.now()])}\n`,
        );
      // What was certainly not written is tried again; what is uncertain never is, lest it be there twice.
      if (answer !== 'refused') number += 1;
      await sleep(answer === 'refused' ? REFUSED_PAUSE_MS : pauseMs);
    }
  };
  const all = Promise.all(Array.from({ length: writers }, (_, index) => write(index + 1)));
  return {
    counts: (): WriterSummary => ({ ...counts }),
    stop: async (): Promise<WriterSummary> => {
      going = false;
      await all;
      agent.destroy();
      await new Promise<void>((resolve) => ledger.end(resolve));
      return { ...counts };
    },
  };
}

function main(configFile: string): void {
  const writing = startWriting(WriterConfig.parse(JSON.parse(readFileSync(configFile, 'utf8'))));
  const print = (event: string, facts: object): void =>
    void process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
  const ticker = setInterval(() => print('writing', writing.counts()), 1_000);
  process.stdin.on('end', () => {
    clearInterval(ticker);
    void writing.stop().then((summary) => print('summary', summary));
  });
  process.stdin.resume();
}

if (require.main === module) {
  const [configFile] = process.argv.slice(2);
  if (configFile === undefined) throw new Error('Usage: node writer-client.js <config.json>');
  main(configFile);
}
