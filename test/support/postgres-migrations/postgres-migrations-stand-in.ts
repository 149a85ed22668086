// Migrations of a PostgreSQL flexible server for the stand-in of Resource Manager, by the public specification (2025-08-01): PUT, GET,
// PATCH, texts as flags. It moves no data, checks no password, and goes on by one part of its work at each look: how long the service
// takes, and what it finds wrong with a source, only a server in Azure can prove.
import { armError, ArmStandIn, type ArmReply, type ArmRequest } from '../arm/arm-stand-in';

export const SERVER_ID =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/move/providers/Microsoft.DBforPostgreSQL/flexibleServers/target';

const PARTS = {
  Online: [
    'PerformingPreRequisiteSteps',
    'ValidationInProgress',
    'MigratingData',
    'WaitingForCutoverTrigger',
    'CompletingMigration',
  ],
  Offline: ['PerformingPreRequisiteSteps', 'ValidationInProgress', 'MigratingData', 'CompletingMigration'],
} as const;

interface Migration {
  readonly name: string;
  readonly properties: Record<string, unknown>;
  part: number;
  state: string;
}

export class PostgresMigrationsStandIn {
  readonly arm = new ArmStandIn();
  readonly migrations = new Map<string, Migration>();
  /** Fails the next migration while it copies, in these words. */
  nextFails: string | null = null;

  async start(): Promise<void> {
    await this.arm.start();
    this.arm.extensions.push((request) => this.#answer(request));
  }

  stop(): Promise<void> {
    return this.arm.stop();
  }

  #answer({ method, path, query, body }: ArmRequest): ArmReply | null {
    if (!path.startsWith(SERVER_ID)) return null;
    if (query.get('api-version') !== '2025-08-01')
      return armError(400, 'InvalidApiVersion', 'The api-version is invalid.');
    if (path === SERVER_ID) return { status: 200, body: { name: 'target', properties: { state: 'Ready' } } };
    const name = path.slice(`${SERVER_ID}/migrations/`.length);
    if (name === '')
      return { status: 200, body: { value: [...this.migrations.values()].map((one) => shown(one)) } };
    const properties = (body as { properties?: Record<string, unknown> } | null)?.properties ?? {};
    if (method === 'PUT') return this.#put(name, properties);
    const migration = this.migrations.get(name);
    if (!migration) return armError(404, 'ResourceNotFound', `There is no migration ${name}.`);
    if (method === 'PATCH') return this.#patch(migration, properties);
    this.#goOn(migration);
    return { status: 200, body: shown(migration) };
  }

  #put(name: string, properties: Record<string, unknown>): ArmReply {
    if (!/^[a-z][a-z0-9]*$/.test(name)) return armError(400, 'InvalidMigrationName', 'The name is invalid.');
    if (typeof properties['overwriteDbsInTarget'] === 'boolean')
      return armError(400, 'InvalidParameter', 'overwriteDbsInTarget is True or False as text.');
    const migration = { name, properties, part: -1, state: 'InProgress' };
    this.migrations.set(name, migration);
    return { status: 201, body: shown(migration) };
  }

  #patch(migration: Migration, { cancel, triggerCutover }: Record<string, unknown>): ArmReply {
    if (!['InProgress', 'WaitingForUserAction'].includes(migration.state))
      return armError(409, 'MigrationEnded', `The migration is ${migration.state}.`);
    if (cancel === 'True') migration.state = 'Canceled';
    if (triggerCutover === 'True' && partOf(migration) === 'WaitingForCutoverTrigger') {
      migration.state = 'InProgress';
      migration.part += 1;
    }
    return { status: 200, body: shown(migration) };
  }

  #goOn(migration: Migration): void {
    if (migration.state !== 'InProgress') return;
    if (partOf(migration) === 'MigratingData' && this.nextFails !== null) {
      migration.state = 'Failed';
      migration.properties['failure'] = this.nextFails;
      this.nextFails = null;
      return;
    }
    migration.part += 1;
    if (partOf(migration) === 'WaitingForCutoverTrigger') migration.state = 'WaitingForUserAction';
    if (partOf(migration) === undefined) migration.state = 'Succeeded';
  }
}

const partOf = ({ properties, part }: Migration): string | undefined =>
  PARTS[properties['migrationMode'] as 'Online' | 'Offline'][part];

/** The service never gives secrets back. */
const shown = (migration: Migration): object => ({
  id: `${SERVER_ID}/migrations/${migration.name}`,
  name: migration.name,
  properties: {
    migrationMode: migration.properties['migrationMode'],
    currentStatus: {
      state: migration.state,
      error: migration.properties['failure'] ?? null,
      currentSubStateDetails: {
        currentSubState:
          partOf(migration) ??
          (migration.state === 'Succeeded' ? 'Completed' : 'PerformingPreRequisiteSteps'),
        dbDetails: { shop: { databaseName: 'shop', latency: 2 } },
      },
    },
  },
});
