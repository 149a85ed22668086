import { readCutover } from '../shared/ledger/cutovers';
import type { Worker } from '../shared/ports/worker';
import type { Services } from './services';
import type { Steps } from './steps/step';

/** The worker that lives in this process and reaches what this machine reaches. Every step sees the cutover as stored now. */
export const inProcessWorker = (services: () => Services, steps: Steps): Worker => ({
  perform: async (order, claim) => {
    const { body: cutover } = await readCutover(services().ledger, order.cutoverId);
    return steps[order.step]({ services: services(), cutover, order, claim });
  },
});
