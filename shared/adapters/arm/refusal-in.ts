import { ArmError } from './arm-error';

/** A refusal of what was asked, told apart from trouble that may pass and from rights that are missing. */
export const refusalIn = (error: unknown): { kind: 'refused'; reason: string } => {
  const isAnswer = error instanceof ArmError && [400, 404, 409, 412, 422].includes(error.status);
  if (isAnswer && !error.passes) return { kind: 'refused', reason: error.message };
  throw error;
};
