import type { Activities } from '../../orchestrations/activities';
import * as waves from '../../shared/ledger/wave-run';
import type { Instances } from '../instances';
import type { Services } from '../services';

type Input<N extends keyof Activities> = Activities[N]['input'];

export const prepareWave = ({ ledger }: Services, { waveId }: Input<'prepareWave'>) =>
  waves.prepareWave(ledger, waveId);

/** Creates the cutovers that may start and makes sure that they run. */
export const advanceWave = async (
  { ledger }: Services,
  { waveId }: Input<'advanceWave'>,
  instances: Instances,
): Promise<Activities['advanceWave']['output']> => {
  const { start, settled, summary } = await waves.advanceWave(ledger, waveId);
  for (const cutoverId of start) await instances.startCutover(cutoverId);
  return { settled, summary };
};

export const beginReview = async (
  { ledger }: Services,
  { waveId, summary }: Input<'beginReview'>,
): Promise<null> => {
  await waves.beginReview(ledger, waveId, summary);
  return null;
};

export const endWave = async ({ ledger }: Services, { waveId, ...end }: Input<'endWave'>): Promise<null> => {
  await waves.endWave(ledger, waveId, end);
  return null;
};
