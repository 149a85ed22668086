/**
 * A process that publishes and consumes until all messages have come through; a test kills it anywhere and starts it again.
 * Parameters: the bus, a file for what it did, how many messages. It proves nothing about a power cut.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';

const [path = '', effectsFile = '', total = '0'] = process.argv.slice(2);
const SESSIONS = 4;
const BATCH = 5;

const bus = new SqliteBus({ path, now: () => Date.now() });
bus.ensureSubscription('t', 'ordered', { requiresSession: true, maxDeliveryCount: 1_000 });
bus.ensureSubscription('t', 'plain', { maxDeliveryCount: 1_000 });
bus.releaseAllLocks();

const say = (line: string): void => {
  appendFileSync(effectsFile, `${line}\n`);
  process.stdout.write(`${line}\n`);
};

/** The publisher remembers a batch only after it is stored, so a kill in between makes it publish the batch again. */
const publishedBefore = (): number =>
  readFileSync(effectsFile, { encoding: 'utf8', flag: 'a+' })
    .split('\n')
    .filter((line) => line.startsWith('published ')).length * BATCH;

const publishBatch = (from: number): void => {
  const numbers = Array.from({ length: BATCH }, (_, index) => from + index);
  bus.publish(
    't',
    numbers.map((n) => ({ messageId: `m${n}`, sessionId: `s${n % SESSIONS}`, body: { n } })),
  );
  say(`published ${from}`);
};

const consume = (subscription: string): number => {
  const received = bus.receive('t', subscription, 2);
  for (const message of received) {
    say(`${subscription} ${message.sessionId} ${message.messageId} ${message.deliveryCount}`);
    bus.complete(message.lockToken);
  }
  return received.length;
};

let published = publishedBefore();
for (;;) {
  if (published < Number(total)) {
    publishBatch(published);
    published += BATCH;
  }
  const consumed = consume('ordered') + consume('plain');
  if (consumed === 0 && published >= Number(total)) break;
}
bus.close();
