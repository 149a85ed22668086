import { afterAll, beforeAll, describe, it } from '@jest/globals';
import { binariesOf } from '../../../clients/demo/postgres/start-postgres';
import { startPair, type ServerPair } from '../../support/postgres/database-pair';
import { killInCopy, loseNothing, SEALED, STOPPED } from '../../support/postgres/killed-server';

const here = binariesOf(15) && binariesOf(18) ? describe : describe.skip;
const SIDES = ['source', 'target'] as const;

here('R110-R112 a server that is killed, PostgreSQL 15 to 18', () => {
  let pair: ServerPair;
  beforeAll(async () => {
    // What a killed server has written the system has: without fsync it loses as much, and is back without syncing its whole folder.
    pair = await startPair(15, 18, { fsync: 'off' });
  });
  afterAll(() => pair?.stop());

  // Each kill comes at another moment of the first copies; a target then asks in vain for a slot about every second time.
  it.each([1, 2, 3, 4].flatMap((round) => SIDES.map((side) => [side, round] as const)))(
    'the %s, in the copy, goes on where it was called again (%i)',
    (side) => killInCopy(pair, side),
  );

  it.each(SIDES)('the %s, with the worker before the seal, loses no write', (side) =>
    loseNothing(pair, side, STOPPED),
  );

  it.each(SIDES)('the %s, with the worker after the seal, loses no write', (side) =>
    loseNothing(pair, side, SEALED),
  );
});
