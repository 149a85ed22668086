import { sha256Hex } from '../../hash';

const MOST = 48;
const SHORT_HASH = 8;

/** The id of the wave that a wave of a plan becomes. A hash is added where the plain form would be too long. */
export function plannedWaveId(planId: string, number: number): string {
  const end = `-w${number}`;
  if (planId.length + end.length <= MOST) return `${planId}${end}`;
  const hash = sha256Hex(planId).slice(0, SHORT_HASH);
  const start = planId.slice(0, MOST - SHORT_HASH - 1 - end.length).replace(/-+$/, '');
  return `${start}-${hash}${end}`;
}
