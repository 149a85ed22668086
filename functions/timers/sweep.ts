import type { Cutover } from '../../shared/contracts/cutover';
import { cutoverType, waveType } from '../../shared/ledger/documents';
import { findAll } from '../../shared/ledger/find-all';
import type { Ledger } from '../../shared/ledger/ledger';
import type { Instances } from '../instances';

/** True where something is stored that the orchestration may not have acted on: commands, or an answer to what it waits for. */
const mayHaveNews = (cutover: Cutover): boolean =>
  cutover.commandsReceived > cutover.commandsDecided ||
  (cutover.waitingFor !== null && cutover.openGate === null && !cutover.paused && !cutover.held);

/**
 * Makes up for wake-ups that never arrived and orchestrations that broke off: every running wave and cutover is made to run, and
 * woken where it should have something to do. Returns how many were looked after.
 */
export const sweep = async (ledger: Ledger, instances: Instances): Promise<number> => {
  let count = 0;
  for (const status of ['running', 'reviewing']) {
    for await (const { body: wave, partition } of findAll(ledger.store, waveType, 'status', status)) {
      await instances.startWave(wave.id);
      if (wave.openGate === null || wave.stopping !== null) await instances.wake(partition);
      count += 1;
    }
  }
  for await (const { body: cutover, partition } of findAll(ledger.store, cutoverType, 'active', 'yes')) {
    await instances.startCutover(cutover.id);
    if (mayHaveNews(cutover)) await instances.wake(partition);
    count += 1;
  }
  return count;
};
