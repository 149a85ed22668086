import type { WorkOrder } from '../shared/contracts/step';
import type { TransferPhase } from '../shared/contracts/transfer';
import type { Workflow } from './durable';
import { perform } from './perform';
import type { Run } from './run';
import type { TransferOutcome } from './transfer';

export interface RunbookOrder {
  readonly cutoverId: string;
  readonly stage: string;
  readonly attempt: number;
  readonly phase: TransferPhase;
  readonly assetId: string;
}

/** Has another service move an asset as far as the phase goes; what its steps ask of people is asked on the way. */
export function* driveRunbook(run: Run, input: RunbookOrder): Workflow<TransferOutcome> {
  const result = yield* perform(run, orderOf(input));
  switch (result.kind) {
    case 'done':
    case 'interrupted':
      return result;
    case 'needsStatement': {
      const summary = `${input.assetId}: the runbook did its part, with something to accept`;
      return { ...result, evidence: { source: 'runbook', summary, facts: {} } };
    }
    case 'refused':
    case 'failed':
      return { ...result, kind: 'failed' };
  }
}

const orderOf = ({ cutoverId, stage, attempt, phase, assetId }: RunbookOrder): WorkOrder => ({
  key: `${cutoverId}.${assetId}.${stage}.${attempt}.driveRunbook`,
  cutoverId,
  stage,
  step: 'driveRunbook',
  input: { assetId, phase, attempt },
});
