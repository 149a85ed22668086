import { expect, it } from '@jest/globals';
import { startTarget } from '../../../../functions/steps/target';
import type { StepContext } from '../../../../functions/steps/step';
import type { ControlOperation, ControlReply, ControlRequest } from '../../../../shared/contracts/controls';
import { sampleWorkload } from '../../../support/sample-plan';

/** The target's start where a hook answers as given. */
const start = (answers: Partial<Record<ControlOperation, Partial<ControlReply>>>) => {
  const perform = async (operation: ControlOperation, { side }: ControlRequest) => ({
    kind: 'replied' as const,
    reply: {
      ...{ ok: true, detail: '', side, serving: true, writable: false },
      ...{ inFlight: 0, healthy: true, activeSide: 'source' as const },
      ...answers[operation],
    },
    evidence: { source: 'http-hook', summary: operation, facts: {} },
  });
  return startTarget({
    services: { clock: { now: () => new Date(0) }, controlsOf: () => ({ perform }) },
    cutover: { id: 'w--shop', workloadId: 'shop', workload: sampleWorkload() },
    order: { key: 'k', cutoverId: 'w--shop', stage: 'start-target', step: 'startTarget', input: {} },
  } as unknown as StepContext);
};

it.each([
  [{ healthy: false, detail: 'no database' }, 'no database'],
  [{ healthy: false }, 'the answer was healthy no, serving yes, and nothing was said besides'],
  [{ serving: false, detail: ' ' }, 'the answer was healthy yes, serving no, and nothing was said besides'],
])('R105 tells why a target counts as not healthy that answers %j', async (health, words) => {
  expect(await start({ health })).toMatchObject({
    code: 'target-unhealthy',
    reason: `the target is not healthy: ${words}`,
  });
});

it('R105 tells that a start was refused without a word', async () => {
  expect(await start({ start: { ok: false } })).toMatchObject({
    code: 'start-refused',
    reason: 'start of the target: refused without saying why',
  });
});
