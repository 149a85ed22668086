// Azure Migrate's waves, runbooks and runs (preview) for the stand-in of Resource Manager, as its public command line speaks to them:
// versions, first answers, operations and signed downloads, each with its traps. There is no public specification of the service, so it
// proves that we keep to what the command line does, and nothing about the service itself.
import { randomUUID } from 'node:crypto';
import { strToU8, zipSync } from 'fflate';
import { armError, ArmStandIn, type ArmReply, type ArmRequest } from '../arm/arm-stand-in';
import { MachineRun, specOf, type MachineStep } from './runbook-machine';
import { SignedBlobs } from './signed-blobs';

const RUNBOOKS = '2020-06-01-preview';
const WAVES = '2026-06-01-preview';
const WAVE_OPERATIONS = '2025-03-30-preview';

interface StandInRunbook {
  readonly name: string;
  readonly waveName: string;
  readonly steps: readonly MachineStep[];
  readonly runs: MachineRun[];
  state: string;
}

interface Operation {
  looksLeft: number;
  readonly body: object;
  readonly apiVersion: string;
}

const PROJECT =
  '/subscriptions/00000000-0000-4000-8000-000000000001/resourceGroups/move/providers/Microsoft.Migrate/migrateProjects/datacentre';

const unregistered = armError(
  400,
  'NoRegisteredProviderFound',
  'No registered resource provider found for this API version.',
);

export class AzureMigrateStandIn {
  readonly arm = new ArmStandIn();
  readonly blobs = new SignedBlobs();
  readonly project = PROJECT;
  readonly #runbooks = new Map<string, StandInRunbook>();
  readonly #waves = new Map<string, object>();
  readonly #operations = new Map<string, Operation>();
  /** Whether downloads come packed. */
  zipped = true;

  async start(): Promise<void> {
    await Promise.all([this.arm.start(), this.blobs.start()]);
    this.arm.extensions.push((request) => this.#answer(request));
  }

  async stop(): Promise<void> {
    await Promise.all([this.arm.stop(), this.blobs.stop()]);
  }

  addWave(name: string, properties: object): void {
    this.#waves.set(name, { id: `${PROJECT}/waves/${name}`, name, properties });
  }

  addRunbook(name: string, waveName: string, steps: readonly MachineStep[]): StandInRunbook {
    const runbook: StandInRunbook = { name, waveName, steps, runs: [], state: 'ReadyToStart' };
    this.#runbooks.set(name, runbook);
    return runbook;
  }

  spec(name: string): object {
    const { waveName, steps } = this.#runbook(name);
    return specOf(`${PROJECT}/runbooks/${name}`, `${PROJECT}/waves/${waveName}`, steps);
  }

  runsOf(name: string): readonly MachineRun[] {
    return this.#runbook(name).runs;
  }

  #runbook(name: string): StandInRunbook {
    const runbook = this.#runbooks.get(name);
    if (!runbook) throw new Error(`no runbook ${name}`);
    return runbook;
  }

  #answer(request: ArmRequest): ArmReply | null {
    if (!request.path.startsWith(PROJECT)) return null;
    const below = request.path.slice(PROJECT.length);
    const version = request.query.get('api-version') ?? '';
    const operation = /^\/(?:waveOperations|artifactOperations)\/([^/]+)$/.exec(below)?.[1];
    if (operation !== undefined) return this.#look(operation, version);
    if (below.startsWith('/waves')) return version === WAVES ? this.#wave(below) : unregistered;
    if (version !== RUNBOOKS) return unregistered;
    const artifact = /^\/artifacts\/(.+)-artifact\/generateDownloadUrl$/.exec(below)?.[1];
    if (artifact !== undefined) return this.#specDownload(this.#runbook(artifact));
    if (below === '/runbooks')
      return { status: 200, body: { value: [...this.#runbooks.values()].map((one) => this.#resource(one)) } };
    const [, name, , runId, action] =
      /^\/runbooks\/([^/]+)(\/executions|\/execute)?(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(below) ?? [];
    const runbook = this.#runbooks.get(name ?? '');
    if (!runbook) return armError(404, 'ResourceNotFound', `There is no runbook ${name}.`);
    if (below.endsWith('/execute')) return this.#execute(runbook);
    if (below.endsWith('/executions'))
      return { status: 200, body: { value: runbook.runs.map((run) => this.#runResource(runbook, run)) } };
    if (runId === undefined) return { status: 200, body: this.#resource(runbook) };
    const run = runbook.runs.find(({ id }) => id === runId);
    if (!run) return armError(404, 'ResourceNotFound', `There is no execution ${runId}.`);
    if (action === undefined) return { status: 200, body: this.#runResource(runbook, run) };
    return this.#act(run, action, request.body as Record<string, unknown>);
  }

  #wave(below: string): ArmReply {
    const wave = this.#waves.get(below.split('/')[2] ?? '');
    return wave ? { status: 200, body: wave } : armError(404, 'ResourceNotFound', 'There is no such wave.');
  }

  #resource({ name, waveName, state }: StandInRunbook): object {
    const scope = { scopeType: 'Wave', waveId: `${PROJECT}/waves/${waveName}` };
    const properties = { scope, artifactId: `${name}-artifact`, provisioningState: 'Succeeded', state };
    return { id: `${PROJECT}/runbooks/${name}`, name, properties };
  }

  #runResource({ name }: StandInRunbook, run: MachineRun): object {
    const id = `${PROJECT}/runbooks/${name}/executions/${run.id}`;
    return { id, name: run.id, properties: { status: run.state } };
  }

  /** The header repeats the request's version, whatever the operation is served at. */
  #begin(kind: string, servedAt: string, result: object, first: object = {}): ArmReply {
    const id = randomUUID();
    this.#operations.set(id, { looksLeft: 2, body: result, apiVersion: servedAt });
    const url = `${this.arm.endpoint}${PROJECT}/${kind}/${id}?api-version=${RUNBOOKS}&t=signed`;
    return { status: 202, body: first, headers: { 'azure-asyncoperation': url, 'retry-after': '0' } };
  }

  #look(id: string, version: string): ArmReply {
    const operation = this.#operations.get(id);
    if (!operation) return armError(404, 'NotFound', 'There is no such operation.');
    if (operation.apiVersion !== version) return unregistered;
    operation.looksLeft -= 1;
    const status = operation.looksLeft > 0 ? 'InProgress' : 'Succeeded';
    return {
      status: 200,
      headers: { 'retry-after': '0' },
      body: { name: id, status, ...(status === 'Succeeded' && operation.body) },
    };
  }

  #execute(runbook: StandInRunbook): ArmReply {
    if (runbook.state !== 'ReadyToStart')
      return armError(409, 'RunbookNotReady', `The runbook is ${runbook.state}.`);
    const run = new MachineRun(runbook.steps);
    runbook.runs.push(run);
    return this.#begin('waveOperations', WAVE_OPERATIONS, {}, this.#runResource(runbook, run));
  }

  #specDownload(runbook: StandInRunbook): ArmReply {
    const files = { 'docs/readme.md': strToU8('# Runbook'), 'spec.json': json(this.spec(runbook.name)) };
    const downloadUrl = this.blobs.sign('artifact', () => zipSync({ ...files, 'parameters.json': json({}) }));
    return this.#begin('artifactOperations', RUNBOOKS, { properties: { downloadUrl } });
  }

  #act(run: MachineRun, action: string, body: Record<string, unknown>): ArmReply {
    if (action === 'GenerateDownloadUrl') {
      run.tick();
      return {
        status: 200,
        body: { sasUri: this.blobs.sign('executionStatus.json', () => this.#status(run)) },
      };
    }
    const { action: asked, targetId, entities, comment } = body;
    const known = {
      PerformAction: ['Pause', 'Resume', 'Cancel', 'Retry'],
      ProvideApproval: ['Approve'],
      UpdateStepStatus: ['Complete'],
    };
    if (!known[action as keyof typeof known]?.includes(String(asked)) || !Array.isArray(entities))
      return armError(400, 'InvalidRequest', `${action} does not take that body.`);
    if (targetId === '') return armError(400, 'InvalidTarget', 'Target ID cannot be empty when specified.');
    if (action === 'UpdateStepStatus' && !comment)
      return armError(400, 'CommentRequired', 'A comment is required.');
    const refusal = run.act(String(asked), targetId as string | undefined, comment as string | undefined);
    if (refusal !== null) return armError(409, 'InvalidExecutionState', refusal);
    return this.#begin('waveOperations', WAVE_OPERATIONS, {});
  }

  #status(run: MachineRun): Uint8Array | null {
    const document = run.document();
    if (document === null) return null;
    if (!this.zipped) return json(document);
    return zipSync({
      'parameters.json': json({ runbookInputs: {} }),
      'executionStatus.json': json(document),
    });
  }
}

const json = (value: object): Uint8Array => strToU8(JSON.stringify(value));
