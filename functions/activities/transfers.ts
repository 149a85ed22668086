import type { Activities } from '../../orchestrations/activities';
import { readCutover } from '../../shared/ledger/cutovers';
import * as passes from '../../shared/ledger/passes';
import type { Services } from '../services';

type Input<N extends keyof Activities> = Activities[N]['input'];

export const readParallelism = async (
  { ledger }: Services,
  { cutoverId, assetId }: Input<'readParallelism'>,
): Promise<{ parallelSlices: number }> => {
  const { body: cutover } = await readCutover(ledger, cutoverId);
  return { parallelSlices: cutover.limits[assetId]?.parallelSlices ?? 1 };
};

export const planPass = async (
  services: Services,
  input: Input<'planPass'>,
): Promise<Activities['planPass']['output']> => {
  const { cutoverId, assetId, phase, attempt } = input;
  const planned = await passes.planPass(services.ledger, cutoverId, assetId, phase, attempt);
  if (planned.kind === 'pass') return planned;
  const { body: cutover } = await readCutover(services.ledger, cutoverId);
  const made = (cutover.passes[assetId] ?? []).filter((pass) => pass.phase === phase);
  if (planned.kind === 'failed') return { ...planned, code: 'items-failed', facts: { ...made.at(-1) } };
  const copied = made.reduce((total, pass) => total + pass.copiedItems, 0);
  const summary = `${assetId}: ${made.length} ${phase} passes copied ${copied} items; ${planned.reason}`;
  return {
    kind: 'level',
    evidence: { source: 'files-mover', summary, facts: { passes: made.map((pass) => ({ ...pass })) } },
  };
};
