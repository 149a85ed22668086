import { schemaFingerprint } from '../../../shared/movers/postgres';
import { done } from '../step';
import { onDatabase } from './database';
import { FINGERPRINT } from './schema-watch';

export const preflightData = onDatabase(async (_context, { source, asset }) =>
  done('postgres-mover', `${asset.id}: nothing is in the way`, {
    [FINGERPRINT]: await schemaFingerprint(source, asset.schemas),
  }),
);
