import { z } from 'zod';
import { MigrationError } from '../../contracts/errors';
import type { PostgresMigration, RunbookExecution, RunbookStepDefinition } from '../../contracts/runbook';
import { PostgresStatus } from '../../contracts/postgres-migration';
import { postgresExecution, postgresSteps } from '../../domain/postgres-migration-steps';
import type { Acted, Readiness, Runbook } from '../../ports/runbook';
import type { Secrets } from '../../ports/secrets';
import type { ArmClient } from './arm-client';
import { ArmError } from './arm-error';
import { refusalIn } from './refusal-in';

const API_VERSION = '2025-08-01';

const Named = z.looseObject({ name: z.string() });
const Server = z.looseObject({ properties: z.looseObject({ state: z.string().optional() }) });

/** What the service can be asked besides starting; its flags are texts. */
const WISHES = {
  cancel: { cancel: 'True' },
  cutover: { triggerCutover: 'True' },
  overwrite: { overwriteDbsInTarget: 'True' },
} as const;

/**
 * A migration into a PostgreSQL flexible server, by the service's public specification. Each run is a migration of its own, named
 * after the asset with a number. Passwords are read when one is started, and go nowhere else.
 */
export class PostgresMigrationRunbook implements Runbook {
  readonly source = 'postgresql-migration';

  constructor(
    private readonly client: ArmClient,
    private readonly secrets: Secrets,
    private readonly asset: PostgresMigration,
    readonly pollMs: number,
  ) {}

  async readiness(): Promise<Readiness> {
    try {
      const path = this.asset.serverId;
      const { body } = await this.client.send({ method: 'GET', path, apiVersion: API_VERSION });
      const { state } = Server.parse(body).properties;
      if (state !== undefined && state !== 'Ready')
        return { kind: 'not-ready', reason: `the server is ${state}` };
      await Promise.all(
        [this.asset.sourcePassword, this.asset.targetPassword].map((name) => this.secrets.read(name)),
      );
      return { kind: 'ready', steps: this.#steps(), detail: `the server is ${state ?? 'there'}` };
    } catch (error) {
      if (error instanceof MigrationError && error.code === 'secret-missing')
        return { kind: 'not-ready', reason: error.message };
      return { kind: 'not-ready', reason: refusalIn(error).reason };
    }
  }

  async runs(): Promise<readonly string[]> {
    const path = `${this.asset.serverId}/migrations`;
    const query = { migrationListFilter: 'All' };
    const items = await this.client.list({ method: 'GET', path, apiVersion: API_VERSION, query });
    const ours = new RegExp(`^${this.asset.name}\\d+$`);
    return items.map((item) => Named.parse(item).name).filter((name) => ours.test(name));
  }

  /** The name is free: a migration that is there would be changed instead. */
  async start(): Promise<Acted & { readonly runId?: string }> {
    const numbers = (await this.runs()).map((name) => Number(name.slice(this.asset.name.length)));
    const runId = `${this.asset.name}${Math.max(0, ...numbers) + 1}`;
    const [source, target] = await Promise.all([
      this.secrets.read(this.asset.sourcePassword),
      this.secrets.read(this.asset.targetPassword),
    ]);
    try {
      await this.client.send({
        method: 'PUT',
        path: this.#path(runId),
        apiVersion: API_VERSION,
        body: this.#body(source, target),
      });
      return { kind: 'accepted', runId };
    } catch (error) {
      return refusalIn(without([source, target], error));
    }
  }

  async state(runId: string): Promise<RunbookExecution> {
    const { body } = await this.client.send({
      method: 'GET',
      path: this.#path(runId),
      apiVersion: API_VERSION,
    });
    return postgresExecution(runId, PostgresStatus.parse(body), this.#steps());
  }

  async perform(runId: string, action: 'pause' | 'resume' | 'cancel'): Promise<Acted> {
    if (action === 'cancel') return this.#wish(runId, 'cancel');
    return { kind: 'refused', reason: 'a PostgreSQL migration can be neither paused nor resumed' };
  }

  /** The service takes either wish at any time, and means nothing by it: only the step that waits for it is let go. */
  async approve(runId: string, stepId: string): Promise<Acted> {
    if (stepId !== 'cutover' && stepId !== 'overwrite')
      return { kind: 'refused', reason: `${stepId} waits for no approval` };
    const { steps } = await this.state(runId);
    const waits = steps.some(({ id, state }) => id === stepId && state === 'AwaitingUserAction');
    return waits ? this.#wish(runId, stepId) : { kind: 'refused', reason: `${stepId} is not waiting` };
  }

  async complete(): Promise<Acted> {
    return { kind: 'refused', reason: 'a PostgreSQL migration has no work for people' };
  }

  async retry(): Promise<Acted> {
    return {
      kind: 'refused',
      reason: 'a PostgreSQL migration that failed is over: another one has to be started',
    };
  }

  #path(runId: string): string {
    return `${this.asset.serverId}/migrations/${runId}`;
  }

  #steps(): readonly RunbookStepDefinition[] {
    return postgresSteps(this.asset.mode);
  }

  #body(sourceServerPassword: string, targetServerPassword: string): object {
    const { location, mode, sourceType, source, databases, sourceUser, targetUser } = this.asset;
    return {
      location,
      properties: {
        migrationMode: mode,
        migrationOption: 'ValidateAndMigrate',
        sourceType,
        sourceDbServerResourceId: source,
        dbsToMigrate: databases,
        overwriteDbsInTarget: 'False',
        secretParameters: {
          adminCredentials: { sourceServerPassword, targetServerPassword },
          sourceServerUsername: sourceUser,
          targetServerUsername: targetUser,
        },
      },
    };
  }

  async #wish(runId: string, wish: keyof typeof WISHES): Promise<Acted> {
    const body = { properties: WISHES[wish] };
    try {
      await this.client.send({ method: 'PATCH', path: this.#path(runId), apiVersion: API_VERSION, body });
      return { kind: 'accepted' };
    } catch (error) {
      return refusalIn(error);
    }
  }
}

/** A refusal that repeats a password is told without it. */
const without = (secrets: readonly string[], error: unknown): unknown => {
  if (!(error instanceof ArmError) || !secrets.some((secret) => error.message.includes(secret))) return error;
  const { status, armCode, retryAfterMs } = error;
  return new ArmError({ status, armCode, message: 'refused, in words that hold a password', retryAfterMs });
};
