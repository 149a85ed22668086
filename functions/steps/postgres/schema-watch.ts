import type { Side } from '../../../shared/contracts/controls';
import { schemaFingerprint } from '../../../shared/movers/postgres';
import type { StepContext } from '../step';
import type { Database } from './database';

/** Kept with the evidence of the stage that looked at the database first. */
export const FINGERPRINT = 'schemaFingerprint';

/** Why a switch must not be made now: the schema is no longer the one that was checked and copied. Null where it is. */
export const schemaChanged = async (
  { cutover }: StepContext,
  { asset, source }: Database,
  to: Side,
): Promise<string | null> => {
  const before = cutover.stages.find(({ name }) => name === 'preflight')?.evidence?.facts[FINGERPRINT];
  if (to === 'source' || before === undefined) return null;
  return (await schemaFingerprint(source, asset.schemas)) === before
    ? null
    : 'the schema of the source is not what it was at the preflight: its changes do not travel with the rows';
};
