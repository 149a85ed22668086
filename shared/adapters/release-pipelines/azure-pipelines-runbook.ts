import { z } from 'zod';
import type { AzurePipeline } from '../../contracts/release';
import type { ExecutionState, RunbookExecution } from '../../contracts/runbook';
import type { OutboundHttp } from '../../ports/outbound-http';
import type { Deployment } from '../../ports/release-pipelines';
import type { Acted, Idle, Readiness, Runbook } from '../../ports/runbook';
import type { Secrets } from '../../ports/secrets';
import { deploymentExecution, deploymentSteps } from './deployment-steps';
import { answerAs, found, PipelineApi, type Refused } from './pipeline-api';

const API = 'api-version=7.1';

const Pipeline = z.object({ name: z.string() });
const Run = z.object({
  id: z.number().int(),
  state: z.string(),
  result: z.string().nullish(),
  templateParameters: z.record(z.string(), z.unknown()).nullish(),
  _links: z
    .object({ web: z.object({ href: z.string() }) })
    .partial()
    .nullish(),
});
const Runs = z.object({ value: z.array(z.object({ id: z.number().int() })) });

/** So many of the newest runs are asked for their parameters. */
const LOOKED_AT = 20;

const refusedToo: Refused = { kind: 'refused', reason: 'a pipeline run has nothing of the kind' };

/** A pipeline of Azure Pipelines that deploys one release (learn.microsoft.com/rest/api/azure/devops/pipelines). */
export class AzurePipelinesRunbook implements Runbook {
  readonly source = 'azure-pipelines';
  readonly #api: PipelineApi;
  readonly #pipeline: string;
  readonly #project: string;

  constructor(
    http: OutboundHttp,
    secrets: Secrets,
    private readonly pipeline: AzurePipeline,
    private readonly deployment: Deployment,
    readonly pollMs: number,
  ) {
    const organisation = pipeline.organisationUrl.replace(/\/+$/, '');
    this.#project = `${organisation}/${encodeURIComponent(pipeline.project)}`;
    this.#pipeline = `${this.#project}/_apis/pipelines/${pipeline.pipelineId}`;
    this.#api = new PipelineApi(http, 'Azure DevOps', async () => {
      const token = await secrets.read(pipeline.token);
      return { authorization: `Basic ${Buffer.from(`:${token}`).toString('base64')}` };
    });
  }

  async readiness(): Promise<Readiness> {
    const pipeline = await this.#api.get(`${this.#pipeline}?${API}`);
    if ('kind' in pipeline) return { kind: 'not-ready', reason: pipeline.reason };
    const { name } = answerAs(Pipeline, pipeline);
    return { kind: 'ready', steps: deploymentSteps, detail: `pipeline ${name} can be run` };
  }

  async runs(): Promise<readonly string[]> {
    const listed = found(await this.#api.get(`${this.#pipeline}/runs?${API}`));
    const ids = answerAs(Runs, listed).value.map(({ id }) => id);
    const newest = ids.sort((a, b) => b - a).slice(0, LOOKED_AT);
    const ours: string[] = [];
    for (const id of newest) {
      const run = await this.#run(String(id));
      if (run.templateParameters?.['causeway_run'] === this.deployment.key) ours.push(String(id));
    }
    return ours;
  }

  async start(): Promise<Acted & { readonly runId?: string }> {
    const { branch, inputs } = this.pipeline;
    const { release, key } = this.deployment;
    const answer = await this.#api.post(`${this.#pipeline}/runs?${API}`, {
      templateParameters: { ...inputs, release, causeway_run: key },
      ...(branch === undefined
        ? {}
        : { resources: { repositories: { self: { refName: `refs/heads/${branch}` } } } }),
    });
    if ('kind' in answer) return answer;
    return { kind: 'accepted', runId: String(answerAs(Run, answer).id) };
  }

  async state(runId: string): Promise<RunbookExecution> {
    const { state, result, _links: links } = await this.#run(runId);
    const page = links?.web?.href ?? this.#pipeline;
    return deploymentExecution(runId, stateOf(state, result ?? null), `${result ?? state}: ${page}`);
  }

  /** By the build that every run is: the interface of runs has no way to stop one. */
  async perform(runId: string, action: 'pause' | 'resume' | 'cancel'): Promise<Acted | Idle> {
    if (action !== 'cancel') return refusedToo;
    const url = `${this.#project}/_apis/build/builds/${runId}?${API}`;
    const answer = await this.#api.patch(url, { status: 'cancelling' });
    return 'kind' in answer ? answer : { kind: 'accepted' };
  }

  approve = (): Promise<Acted> => Promise.resolve(refusedToo);
  complete = (): Promise<Acted> => Promise.resolve(refusedToo);
  retry = (): Promise<Acted> => Promise.resolve(refusedToo);

  async #run(runId: string): Promise<z.infer<typeof Run>> {
    return answerAs(Run, found(await this.#api.get(`${this.#pipeline}/runs/${runId}?${API}`)));
  }
}

const stateOf = (state: string, result: string | null): ExecutionState => {
  if (state === 'canceling') return 'Cancelling';
  if (state !== 'completed') return 'InProgress';
  if (result === 'succeeded') return 'Completed';
  return result === 'canceled' ? 'Cancelled' : 'Failed';
};
