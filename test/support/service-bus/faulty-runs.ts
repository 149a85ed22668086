// `node --require ./test/support/run-typescript.js test/support/service-bus/faulty-runs.ts <first seed> <count>`: breaks the bus by
// each seed, in a process that treats what the SDK leaves behind as the host does. Prints one JSON object; exits with 0 only if every
// promise held in every run.
import { isLeftByAmqp } from '../../../host/left-by-amqp';
import { FAULTY, runFaulty, type Outcome } from './faulty-run';

/** They mostly wait. */
const AT_ONE_TIME = 8;

let leftBySdk = 0;
const tolerate = (reason: unknown): void => {
  if (!isLeftByAmqp(reason)) throw reason;
  leftBySdk += 1;
};
process.on('unhandledRejection', tolerate);
process.on('uncaughtException', tolerate);

const main = async (first: number, count: number): Promise<boolean> => {
  const outcomes: Outcome[] = [];
  const failed: string[] = [];
  const seeds = Array.from({ length: count }, (_, n) => first + n).values();
  const runAll = async (): Promise<void> => {
    for (const seed of seeds) {
      try {
        outcomes.push(await runFaulty(seed));
      } catch (error) {
        failed.push(`${seed}: ${String(error)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONE_TIME }, runAll));
  failed.push(
    ...outcomes.flatMap(({ seed, broken }) => (broken.length > 0 ? [`${seed}: ${broken.join('; ')}`] : [])),
  );
  const times = (name: string): number =>
    outcomes.flatMap(({ faults }) => faults).filter((each) => each === name).length;
  const summary = {
    first,
    runs: outcomes.length,
    deliveries: outcomes.reduce((sum, { deliveries }) => sum + deliveries, 0),
    faults: Object.fromEntries(Object.keys(FAULTY).map((name) => [name, times(name)])),
    leftBySdk,
    failed,
  };
  process.stdout.write(`${JSON.stringify(summary)}\n`);
  return failed.length === 0;
};

const [first = '1', count = '4'] = process.argv.slice(2);
// The SDK waits a minute for answers that went down with their connection.
void main(Number(first), Number(count)).then((isKept) => process.exit(isKept ? 0 : 1));
