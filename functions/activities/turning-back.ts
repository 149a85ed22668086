import type { Activities } from '../../orchestrations/activities';
import * as compensations from '../../shared/ledger/compensations';
import type { Services } from '../services';

type Input<N extends keyof Activities> = Activities[N]['input'];

export const beginTurningBack = async (
  { ledger }: Services,
  { cutoverId }: Input<'beginTurningBack'>,
): Promise<Activities['beginTurningBack']['output']> => {
  const left = await compensations.beginTurningBack(ledger, cutoverId);
  const why = await compensations.turningBackOf(ledger, cutoverId);
  return { ...left, kind: why?.kind ?? 'rollback' };
};

export const endCompensation = async (
  { ledger }: Services,
  input: Input<'endCompensation'>,
): Promise<null> => {
  await compensations.endCompensation(ledger, input.cutoverId, input.stage, input.evidence);
  return null;
};

export const recordTurningBack = async (
  { ledger }: Services,
  input: Input<'recordTurningBack'>,
): Promise<null> => {
  const { cutoverId, key, kind, evidence } = input;
  await compensations.recordTurningBack(ledger, cutoverId, key, kind, evidence);
  return null;
};
