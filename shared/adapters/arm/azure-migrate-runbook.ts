import { MigrateStatus } from '../../contracts/azure-migrate';
import type {
  AzureMigrateRunbook as Asset,
  RunbookExecution,
  RunbookStepDefinition,
} from '../../contracts/runbook';
import { executionOf, executionState } from '../../domain/azure-migrate/execution-of';
import { specSteps } from '../../domain/azure-migrate/spec-steps';
import type { Acted, Readiness, Runbook } from '../../ports/runbook';
import type { ArmClient, ArmReply } from './arm-client';
import { atWaveOperations, AzureMigrateProject, followSoon, RUNBOOK_VERSION } from './azure-migrate-project';
import { refusalIn } from './refusal-in';
import { jsonFileIn, signedDownload, signedUrlIn } from './signed-download';

/** States of a runbook in which no run can be started. */
const NOT_READY: readonly string[] = ['generating', 'notconfigured', 'inexecution', 'paused'];

const ACTIONS = { pause: 'Pause', resume: 'Resume', cancel: 'Cancel' } as const;

interface ResourceBody {
  readonly id?: unknown;
  readonly name?: unknown;
  readonly properties?: {
    readonly executionId?: unknown;
    readonly status?: unknown;
    readonly state?: unknown;
  };
}

const asBody = (body: unknown): ResourceBody => (typeof body === 'object' && body !== null ? body : {});

const text = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

/**
 * A runbook of an Azure Migrate wave (preview). There is no public specification: requests and documents follow what Azure's own
 * command line sends and reads.
 */
export class AzureMigrateRunbook implements Runbook {
  readonly source = 'azure-migrate';
  readonly #project: AzureMigrateProject;
  readonly #path: string;
  /** What the steps are, read once: a run keeps the definition it was started with. */
  #definition: readonly RunbookStepDefinition[] | null = null;

  constructor(
    private readonly client: ArmClient,
    private readonly asset: Asset,
    readonly pollMs: number,
  ) {
    this.#project = new AzureMigrateProject(client, asset.migrateProjectId);
    this.#path = this.#project.runbookPath(asset.name);
  }

  async readiness(): Promise<Readiness> {
    try {
      const runbook = await this.#project.runbook(this.asset.name);
      const { provisioningState, state, status } = runbook.properties;
      const shown = state ?? status ?? 'ReadyToStart';
      if (NOT_READY.includes(shown.toLowerCase())) return { kind: 'not-ready', reason: `it is ${shown}` };
      if (provisioningState && provisioningState.toLowerCase() !== 'succeeded')
        return { kind: 'not-ready', reason: `its provisioning is ${provisioningState}` };
      const spec = await this.#project.spec(runbook);
      if (spec === null) return { kind: 'not-ready', reason: 'it has no definition yet' };
      return { kind: 'ready', steps: specSteps(spec), detail: `it is ${shown}` };
    } catch (error) {
      return { kind: 'not-ready', reason: refusalIn(error).reason };
    }
  }

  async runs(): Promise<readonly string[]> {
    const path = `${this.#path}/executions`;
    const items = await this.client.list({ method: 'GET', path, apiVersion: RUNBOOK_VERSION });
    return items.flatMap((item) => text(asBody(item).name) ?? []);
  }

  /** The run's name stands in the first answer; what is polled afterwards is another thing with an id of its own. */
  async start(): Promise<Acted & { readonly runId?: string }> {
    try {
      const { body } = await this.#post('/execute');
      const { id, name, properties } = asBody(body);
      const runId = text(name) ?? text(id)?.split('/').at(-1) ?? text(properties?.executionId);
      return runId === undefined ? { kind: 'accepted' } : { kind: 'accepted', runId };
    } catch (error) {
      return refusalIn(error);
    }
  }

  async state(runId: string): Promise<RunbookExecution> {
    const document = await this.#statusDocument(runId);
    if (document !== null) return executionOf(runId, document, await this.#steps());
    const path = this.#runPath(runId);
    const { body } = await this.client.send({ method: 'GET', path, apiVersion: RUNBOOK_VERSION });
    const { status, state } = asBody(body).properties ?? {};
    return { runId, state: executionState(text(status) ?? text(state)), steps: [] };
  }

  /** Of the whole run: a target must not be named. */
  perform(runId: string, action: 'pause' | 'resume' | 'cancel'): Promise<Acted> {
    return this.#act(runId, 'PerformAction', { action: ACTIONS[action], entities: [] });
  }

  /** No entities named: all that are ready. The service keeps no comment. */
  approve(runId: string, stepId: string): Promise<Acted> {
    return this.#act(runId, 'ProvideApproval', { action: 'Approve', targetId: stepId, entities: [] });
  }

  complete(runId: string, stepId: string, comment: string): Promise<Acted> {
    const body = { action: 'Complete', targetId: stepId, entities: [], comment };
    return this.#act(runId, 'UpdateStepStatus', body);
  }

  retry(runId: string, stepId: string): Promise<Acted> {
    return this.#act(runId, 'PerformAction', { action: 'Retry', targetId: stepId, entities: [] });
  }

  #runPath(runId: string): string {
    return `${this.#path}/executions/${encodeURIComponent(runId)}`;
  }

  #post(below: string, body?: unknown): Promise<ArmReply> {
    const path = `${this.#path}${below}`;
    const content = body === undefined ? {} : { body };
    return this.client.send({ method: 'POST', path, apiVersion: RUNBOOK_VERSION, ...content });
  }

  async #act(runId: string, action: string, body: unknown): Promise<Acted> {
    try {
      const { operation } = await this.#post(`/executions/${encodeURIComponent(runId)}/${action}`, body);
      if (operation === null) return { kind: 'accepted' };
      const ended = await followSoon(this.client, atWaveOperations(operation));
      return ended.kind === 'failed' ? { kind: 'refused', reason: ended.reason } : { kind: 'accepted' };
    } catch (error) {
      return refusalIn(error);
    }
  }

  /** Null where the run has written none yet: its download then has other documents, or nothing. */
  async #statusDocument(runId: string): Promise<MigrateStatus | null> {
    const request = { mode: 'File', path: 'executionStatus.json' };
    const reply = await this.#post(
      `/executions/${encodeURIComponent(runId)}/GenerateDownloadUrl`,
      request,
    ).catch((error: unknown) => (refusalIn(error), null));
    if (reply === null) return null;
    const url = signedUrlIn(reply.body) ?? (await this.#urlAtEnd(reply));
    const content = url === null ? null : await signedDownload(url);
    if (content === null) return null;
    const parsed = MigrateStatus.safeParse(jsonFileIn(content, 'executionStatus.json'));
    return parsed.success ? parsed.data : null;
  }

  async #urlAtEnd({ operation }: ArmReply): Promise<string | null> {
    if (operation === null) return null;
    const ended = await followSoon(this.client, atWaveOperations(operation));
    return ended.kind === 'succeeded' ? signedUrlIn(ended.body) : null;
  }

  async #steps(): Promise<readonly RunbookStepDefinition[]> {
    if (this.#definition !== null) return this.#definition;
    const spec = await this.#project.spec(await this.#project.runbook(this.asset.name));
    if (spec === null) return [];
    this.#definition = specSteps(spec);
    return this.#definition;
  }
}
