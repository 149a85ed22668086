import type { Cutover } from '../../shared/contracts/cutover';
import { cutoverType, environmentType, waveType } from '../../shared/ledger/documents';
import { eachOf } from '../../shared/ledger/each-of';
import { findAll } from '../../shared/ledger/find-all';
import type { Ledger } from '../../shared/ledger/ledger';
import type { Instances } from '../instances';

/** True where something is stored that the orchestration may not have acted on: commands, or an answer to what it waits for. */
const mayHaveNews = (cutover: Cutover): boolean =>
  cutover.commandsReceived > cutover.commandsDecided ||
  (cutover.waitingFor !== null && cutover.openGate === null && !cutover.paused && !cutover.held);

/**
 * Makes up for wake-ups that never arrived and orchestrations that broke off: every running wave and cutover, and every action on an environment, is made to run, and
 * woken where it should have something to do. Returns how many were looked after; throws after the last one where some could
 * not be.
 */
export const sweep = async (ledger: Ledger, instances: Instances): Promise<number> => {
  let count = 0;
  await eachOf(runningSubjects(ledger, instances), async ({ start, wakes, partition }) => {
    await start();
    if (wakes) await instances.wake(partition);
    count += 1;
  });
  for await (const { body: environment, partition } of findAll(
    ledger.store,
    environmentType,
    'active',
    'yes',
  )) {
    await instances.startEnvironment(environment.id);
    if (environment.openGate === null) await instances.wake(partition);
    count += 1;
  }
  return count;
};

interface RunningSubject {
  readonly partition: string;
  readonly wakes: boolean;
  readonly start: () => Promise<void>;
}

async function* runningSubjects({ store }: Ledger, instances: Instances): AsyncGenerator<RunningSubject> {
  for (const status of ['running', 'reviewing'])
    for await (const { body: wave, partition } of findAll(store, waveType, 'status', status)) {
      const wakes = wave.openGate === null || wave.stopping !== null;
      yield { partition, wakes, start: () => instances.startWave(wave.id) };
    }
  for await (const { body: cutover, partition } of findAll(store, cutoverType, 'active', 'yes'))
    yield { partition, wakes: mayHaveNews(cutover), start: () => instances.startCutover(cutover.id) };
}
