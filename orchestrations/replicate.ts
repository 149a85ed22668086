import type { StepName, WorkOrder } from '../shared/contracts/step';
import type { Workflow } from './durable';
import { perform } from './perform';
import type { Run } from './run';
import type { TransferInput, TransferOutcome } from './transfer';

/** What keeps a database level by itself needs in each phase. The final one is the switch: a stage of its own. */
const STEPS: Readonly<Record<TransferInput['phase'], StepName | null>> = {
  initial: 'startReplication',
  incremental: 'catchUp',
  final: null,
};

/** Has a database followed as far as the phase goes (R107 R108 R109); the replication goes on when this has ended. */
export function* replicate(run: Run, input: TransferInput): Workflow<TransferOutcome> {
  const step = STEPS[input.phase];
  if (step === null) return followed(input.assetId);
  const result = yield* perform(run, orderOf(input, step));
  switch (result.kind) {
    case 'done':
    case 'interrupted':
      return result;
    case 'needsStatement':
      return {
        ...result,
        evidence: { source: 'postgres-mover', summary: result.request.question, facts: {} },
      };
    case 'refused':
    case 'failed':
      return { ...result, kind: 'failed' };
  }
}

const followed = (assetId: string): TransferOutcome => ({
  kind: 'done',
  evidence: { source: 'postgres-mover', summary: `${assetId}: followed until the switch`, facts: {} },
});

const orderOf = (
  { cutoverId, stage, attempt, phase, assetId }: TransferInput,
  step: StepName,
): WorkOrder => ({
  key: `${cutoverId}.${assetId}.${stage}.${attempt}.${step}`,
  cutoverId,
  stage,
  step,
  input: { assetId, phase, attempt },
});
