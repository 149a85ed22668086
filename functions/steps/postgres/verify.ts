import { done } from '../step';
import { onDatabase } from './database';

export const verifyLive = onDatabase(async (_context, { asset }) =>
  done('postgres-mover', `${asset.id}: nothing verified`),
);
