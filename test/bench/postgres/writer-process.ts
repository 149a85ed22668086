// Writers in a process of their own: node --require test/support/run-typescript.js writer-process.ts <count> <connection string>.
// Messages say where to write from now on, begin and end the measuring of a switch, and ask for the audit at the end.
import { audit, checksum, startWriters } from '../../support/postgres/ledger-writers';

export type ToWriters =
  | { readonly kind: 'route'; readonly url: string }
  | { readonly kind: 'begin' }
  /** Answers once every writer wrote after the switch. */
  | { readonly kind: 'end' }
  | { readonly kind: 'reached'; readonly acknowledged: number }
  | { readonly kind: 'stop' }
  | { readonly kind: 'audit'; readonly url: string };

const AFTERWARDS_MS = 150;
const POLL_MS = 10;

function main(count: number, url: string): void {
  let route = url;
  let begins: number[] = [];
  const writers = startWriters(count, () => route);
  const times = () => writers.ledger.times;
  const pause = () => new Promise((resolve) => setTimeout(resolve, POLL_MS));
  const answer = (message: object) => void process.send?.(message);
  const gaps = async (): Promise<number[]> => {
    const since = performance.now();
    while (!times().every((list) => (list.at(-1) ?? 0) > since + AFTERWARDS_MS)) await pause();
    return times().map((list, writer) => longest(list.slice(begins[writer])));
  };
  const act = async (message: ToWriters): Promise<void> => {
    switch (message.kind) {
      case 'route':
        route = message.url;
        break;
      case 'begin':
        begins = times().map((list) => Math.max(0, list.length - 1));
        answer({ kind: 'begun' });
        break;
      case 'end':
        answer({ kind: 'gaps', gaps: await gaps() });
        break;
      case 'reached':
        while (writers.acknowledgedCount() < message.acknowledged) await pause();
        answer({ kind: 'reached' });
        break;
      case 'stop':
        await writers.stop();
        answer({ kind: 'stopped' });
        break;
      case 'audit':
        answer({
          kind: 'audit',
          ...(await audit(message.url, writers.ledger)),
          sum: await checksum(message.url),
        });
        break;
    }
  };
  process.on('message', (message: ToWriters) => void act(message));
}

/** Between two acknowledgements that follow each other. */
function longest(list: readonly number[]): number {
  let gap = 0;
  for (let index = 1; index < list.length; index += 1)
    gap = Math.max(gap, (list[index] ?? 0) - (list[index - 1] ?? 0));
  return gap;
}

if (require.main === module) main(Number(process.argv[2]), process.argv[3] ?? '');
