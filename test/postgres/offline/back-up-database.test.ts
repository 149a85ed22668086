import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import { BlobServiceClient } from '@azure/storage-blob';
import { steps } from '../../../functions/steps';
import type { Services } from '../../../functions/services';
import { online } from '../../../orchestrations/itineraries/online';
import { orderFor } from '../../../orchestrations/stage-work';
import { AzureBlobTargets } from '../../../shared/adapters/azure-blob/azure-blob-targets';
import {
  backUpDatabase,
  backUpServingDatabase,
} from '../../../shared/movers/postgres/offline/back-up-database';
import { fenceDatabase } from '../../../shared/movers/postgres/offline/fence-database';
import { restoreDatabaseBackup } from '../../../shared/movers/postgres/offline/restore-database-backup';
import { installDdlGuard } from '../../../shared/movers/postgres/schema/ddl-guard';
import { createCutover } from '../../../shared/ledger/cutovers';
import type { BlobTarget } from '../../../shared/ports/blob-target';
import { startAzurite, type Azurite } from '../../support/azurite';
import { LedgerUnderTest } from '../../support/ledger-under-test';
import { sampleWorkload } from '../../support/sample-plan';
import { contentOf, databases, query, startWorld, type Databases, type RunningWorld } from './offline-world';

const CONTAINER = 'backup';
const TABLES = ['public.word', 'public.place', 'public.by_name'];
const DDL = `
  CREATE TABLE word (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, word text NOT NULL);
  CREATE TABLE place (id int PRIMARY KEY REFERENCES word (id), at point, note text);
  CREATE INDEX word_word ON word (word);
  CREATE TABLE by_name (relation regclass);
`;
const ROWS = `
  INSERT INTO word (word) SELECT md5(i::text) FROM generate_series(1, 5000) i;
  INSERT INTO place SELECT i, point(i, i), NULL FROM generate_series(1, 500) i;
  INSERT INTO by_name VALUES ('place');
  SELECT lo_from_bytea(101, 'small'), lo_from_bytea(102, decode(repeat('abcd', 700000), 'hex')), lo_create(103);
  COMMENT ON LARGE OBJECT 101 IS 'kept';
`;

let world: RunningWorld;
let azurite: Azurite;
let blobs: BlobTarget;
let restores = 0;

beforeAll(async () => {
  [world, azurite] = await Promise.all([startWorld(15, null), startAzurite()]);
  await BlobServiceClient.fromConnectionString(azurite.connectionString).createContainer(CONTAINER);
  blobs = AzureBlobTargets.fromConnectionString(azurite.connectionString).container(CONTAINER);
});

afterAll(() => Promise.all([world.close(), azurite.stop()]));

const fenced = async (): Promise<Databases> => {
  const pair = await databases(world, { ddl: DDL, rows: ROWS });
  expect(await fenceDatabase(pair.context, { graceMs: 0 })).toMatchObject({ kind: 'fenced' });
  return pair;
};

const inputOf = (backupId: string, budgetMs = 60_000) => ({
  backupId,
  attempt: 1,
  container: CONTAINER,
  budgetMs,
});

async function emptyDatabase(): Promise<string> {
  restores += 1;
  await query(world.target.url(), `CREATE DATABASE restored${restores}`);
  return world.target.url(`restored${restores}`);
}

describe('backUpDatabase', () => {
  it('R98 R99 saves a fenced source slice by slice, and what is restored is equal', async () => {
    const { context, source } = await fenced();
    let result = await backUpDatabase(context, blobs, inputOf('whole', 0));
    for (let slices = 0; result.kind === 'more' && slices < 50; slices += 1)
      result = await backUpDatabase(context, blobs, inputOf('whole', 60));
    if (result.kind !== 'done') throw new Error(JSON.stringify(result));
    expect(result).toMatchObject({ items: 5_504, blobs: 5 });
    expect(await backUpDatabase(context, blobs, inputOf('whole'))).toEqual(result);

    const restored = await emptyDatabase();
    const { items, bytes } = result;
    expect(await restoreDatabaseBackup(blobs, result, restored)).toEqual({ items, bytes });
    expect(await contentOf(restored, TABLES)).toEqual(await contentOf(source, TABLES));
    for (const sql of [
      'SELECT indexdef FROM pg_indexes WHERE schemaname = $$public$$ ORDER BY 1',
      "SELECT conname, contype FROM pg_constraint WHERE connamespace = 'public'::regnamespace ORDER BY 1",
      "SELECT oid, md5(lo_get(oid)), obj_description(oid, 'pg_largeobject') FROM pg_largeobject_metadata ORDER BY 1",
      'SELECT last_value, is_called FROM word_id_seq',
    ])
      expect(await query(restored, sql)).toEqual(await query(source, sql));
  });

  it('R99 restores nothing where a blob is not what was saved, and never over what is there', async () => {
    const { context, source } = await fenced();
    const result = await backUpDatabase(context, blobs, inputOf('damaged'));
    if (result.kind !== 'done') throw new Error(JSON.stringify(result));
    await expect(restoreDatabaseBackup(blobs, result, source)).rejects.toMatchObject({ code: 'conflict' });
    const name = 'damaged/rows/000001';
    const found = await blobs.properties(name);
    const content = Buffer.from('something else');
    const md5 = createHash('md5').update(content).digest('base64');
    const condition = { kind: 'etag' as const, etag: found?.etag ?? '' };
    await blobs.put(name, content, { condition, md5, metadata: {} });
    const restored = await emptyDatabase();
    await expect(restoreDatabaseBackup(blobs, result, restored)).rejects.toThrow();
    expect(await query(restored, "SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace")).toEqual(
      [],
    );
  });

  it('R98 refuses a source that is not fenced, and fails where it was written to meanwhile', async () => {
    const pair = await databases(world, { ddl: DDL, rows: ROWS });
    expect(await backUpDatabase(pair.context, blobs, inputOf('open'))).toMatchObject({
      kind: 'failed',
      code: 'backup-failed',
    });
    await fenceDatabase(pair.context, { graceMs: 0 });
    expect(await backUpDatabase(pair.context, blobs, inputOf('open', 0))).toMatchObject({ kind: 'more' });
    await pair.onSource('BEGIN READ WRITE; DELETE FROM place WHERE id = 1; COMMIT');
    expect(await backUpDatabase(pair.context, blobs, inputOf('open'))).toMatchObject({
      kind: 'failed',
      code: 'source-changed',
      reason: expect.stringContaining('public.place'),
    });
  });
});

describe('backUpServingDatabase', () => {
  it('R98 R99 saves a source that is written to as it was at one moment, begun anew where it was stopped, without what Causeway made', async () => {
    const { context, source, onSource } = await databases(world, { ddl: DDL, rows: ROWS });
    await installDdlGuard(source, []);
    const { budgetMs: _budgetMs, ...input } = inputOf('serving');
    const claim = { ...context.claim, interrupted: () => Promise.resolve(true) };
    expect(await backUpServingDatabase({ ...context, claim }, blobs, input)).toEqual({ kind: 'interrupted' });
    await onSource("INSERT INTO word (word) VALUES ('between')");
    const before = await contentOf(source, TABLES);

    let changed = false;
    const limits = async () => {
      if (!changed) await onSource("DELETE FROM place; UPDATE word SET word = 'late'; SELECT lo_unlink(101)");
      changed = true;
      return context.asset.limits;
    };
    const result = await backUpServingDatabase({ ...context, limits }, blobs, input);
    if (result.kind !== 'done') throw new Error(JSON.stringify(result));
    expect(await backUpServingDatabase(context, blobs, input)).toEqual(result);

    const restored = await emptyDatabase();
    await restoreDatabaseBackup(blobs, result, restored);
    expect(await contentOf(restored, TABLES)).toEqual(before);
    expect(await contentOf(source, TABLES)).not.toEqual(before);
    expect(await query(restored, 'SELECT oid::int FROM pg_largeobject_metadata ORDER BY 1')).toHaveLength(3);
    expect(await query(restored, 'SELECT FROM pg_event_trigger')).toEqual([]);
  });

  it('R98 R99 is what an online cutover does where its asset says so; otherwise it asks a person', async () => {
    const { context, source, target } = await databases(world, { ddl: DDL, rows: ROWS });
    const under = new LedgerUnderTest(online);
    const secrets: Record<string, string> = { source, target };
    const services = {
      ...{ ledger: under.ledger, clock: context.clock, journal: context.journal },
      blobs: { container: () => blobs },
      settings: { backupContainer: CONTAINER },
      secrets: { read: async (name: string) => secrets[name] },
    } as unknown as Services;
    const backUp = async (backup: 'snapshot' | 'statement') => {
      const workload = sampleWorkload({
        id: `shop-${backup}`,
        method: 'online',
        assets: [{ ...context.asset, backup }],
      });
      const cutoverId = await createCutover(under.ledger, await under.wave(), workload);
      const order = orderFor(cutoverId, 'backup', 1, 'confirmBackup');
      const cutover = await under.cutover(cutoverId);
      return steps.confirmBackup({ services, cutover, order, claim: context.claim });
    };
    await under.putWave();
    expect(await backUp('statement')).toMatchObject({ kind: 'needsStatement' });
    expect(await backUp('snapshot')).toMatchObject({
      kind: 'done',
      evidence: { facts: { database: { container: CONTAINER, items: 5_504 } } },
    });
    under.close();
  });
});
