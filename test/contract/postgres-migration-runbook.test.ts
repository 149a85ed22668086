import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArmClient } from '../../shared/adapters/arm/arm-client';
import { PostgresMigrationRunbook } from '../../shared/adapters/arm/postgres-migration-runbook';
import { MigrationError } from '../../shared/contracts/errors';
import { PostgresMigration } from '../../shared/contracts/runbook';
import {
  PostgresMigrationsStandIn,
  SERVER_ID,
} from '../support/postgres-migrations/postgres-migrations-stand-in';
import { lookUntil, runbookSuite } from './runbook-suite';

const PASSWORD = 'correct horse battery staple';

let standIn: PostgresMigrationsStandIn;
beforeEach(async () => {
  standIn = new PostgresMigrationsStandIn();
  await standIn.start();
});
afterEach(() => standIn.stop());

const open = (mode: 'Online' | 'Offline' = 'Online', known: readonly string[] = ['source', 'target']) => {
  const token = { token: 'token', expiresOnTimestamp: Date.parse('2100-01-01') };
  const client = new ArmClient({
    endpoint: standIn.arm.endpoint,
    credential: { getToken: async () => token },
  });
  const secrets = {
    read: async (name: string) => {
      if (!known.includes(name)) throw new MigrationError('secret-missing', `no secret ${name}`);
      return PASSWORD;
    },
  };
  const asset = PostgresMigration.parse({
    service: 'postgresql-migration',
    serverId: SERVER_ID,
    location: 'westeurope',
    name: 'shop',
    sourceType: 'OnPremises',
    source: 'db.example:5432@postgres',
    databases: ['shop'],
    mode,
    sourceUser: 'postgres',
    sourcePassword: 'source',
    targetUser: 'admin',
    targetPassword: 'target',
  });
  return new PostgresMigrationRunbook(client, secrets, asset, 0);
};

describe('a migration of a PostgreSQL flexible server', () => {
  runbookSuite(async () => ({
    runbook: open(),
    approval: 'cutover',
    pauses: false,
    // Sent again after the lost answer it is the same migration: only an answer that never comes leaves the question.
    loseNextStart: () =>
      standIn.arm.fail({ method: 'PUT', path: /migrations/, times: 9, reply: 'cut-after' }),
  }));

  it('sends flags as texts, and passwords to the service alone', async () => {
    const runbook = open();
    await runbook.start();
    const sent = standIn.arm.requests.filter(({ method }) => method === 'PUT');
    expect(sent[0]?.body).toMatchObject({
      location: 'westeurope',
      properties: {
        overwriteDbsInTarget: 'False',
        migrationOption: 'ValidateAndMigrate',
        secretParameters: { adminCredentials: { sourceServerPassword: PASSWORD } },
      },
    });
    const reply = { status: 400, body: { error: { code: 'BadRequest', message: `wrong: ${PASSWORD}` } } };
    standIn.arm.fail({ method: 'PUT', path: /migrations/, times: 1, reply });
    const refused = await runbook.start();
    expect(refused).toMatchObject({ kind: 'refused' });
    expect(JSON.stringify(refused)).not.toContain(PASSWORD);
  });

  it('tells how far the target is behind while it waits for the cutover', async () => {
    const runbook = open();
    const { runId = '' } = await runbook.start();
    const { steps } = await lookUntil(runbook, runId, (run) => run.steps[3]?.state === 'AwaitingUserAction');
    expect(steps[3]?.detail).toBe('at most 2 s behind the source');
  });

  it('ends without a cutover step offline, and takes another name for the run after one that failed', async () => {
    const runbook = open('Offline');
    standIn.nextFails = 'the disk is full';
    const { runId = '' } = await runbook.start();
    const failed = await lookUntil(runbook, runId, ({ state }) => state === 'Failed');
    expect(failed.steps.find(({ state }) => state === 'Failed')).toMatchObject({
      id: 'migrate',
      detail: 'the disk is full',
    });
    const again = await runbook.start();
    expect([runId, again.runId]).toEqual(['shop1', 'shop2']);
    const ended = await lookUntil(runbook, 'shop2', ({ state }) => state === 'Completed');
    expect(ended.steps.map(({ id }) => id)).toEqual(['validate', 'overwrite', 'migrate', 'complete']);
  });

  it('is not ready where a password is missing, naming it', async () => {
    expect(await open('Online', ['source']).readiness()).toEqual({
      kind: 'not-ready',
      reason: 'no secret target',
    });
  });
});
