import { z } from 'zod';
import type { GitHubActionsPipeline } from '../../contracts/release';
import type { ExecutionState, RunbookExecution } from '../../contracts/runbook';
import type { OutboundHttp } from '../../ports/outbound-http';
import type { Deployment } from '../../ports/release-pipelines';
import type { Acted, Idle, Readiness, Runbook } from '../../ports/runbook';
import type { Secrets } from '../../ports/secrets';
import { deploymentExecution, deploymentSteps } from './deployment-steps';
import { answerAs, found, PipelineApi, type Refused } from './pipeline-api';

const Workflow = z.object({ path: z.string(), state: z.string() });
const Content = z.object({ content: z.string(), encoding: z.literal('base64') });
const Dispatched = z.object({ workflow_run_id: z.number().int() });
const Run = z.object({
  id: z.number().int(),
  display_title: z.string(),
  status: z.string().nullable(),
  conclusion: z.string().nullable(),
  html_url: z.string(),
});
const Runs = z.object({ workflow_runs: z.array(Run) });

const ENDED_WELL = 'success';
/** What GitHub calls a run that somebody stopped. */
const CANCELLED = 'cancelled';

const refusedToo: Refused = { kind: 'refused', reason: 'a workflow run has nothing of the kind' };

/** A workflow of GitHub Actions that deploys one release (docs.github.com/rest/actions). */
export class GitHubActionsRunbook implements Runbook {
  readonly source = 'github-actions';
  readonly #api: PipelineApi;
  readonly #repository: string;

  constructor(
    http: OutboundHttp,
    secrets: Secrets,
    private readonly pipeline: GitHubActionsPipeline,
    private readonly deployment: Deployment,
    readonly pollMs: number,
  ) {
    this.#repository = `${pipeline.apiUrl.replace(/\/+$/, '')}/repos/${pipeline.repository}`;
    this.#api = new PipelineApi(http, 'GitHub', async () => ({
      accept: 'application/vnd.github+json',
      'x-github-api-version': '2022-11-28',
      authorization: `Bearer ${await secrets.read(pipeline.token)}`,
    }));
  }

  /** Without the key in its runs' names a lost answer to a start would deploy twice: such a workflow is not driven. */
  async readiness(): Promise<Readiness> {
    const workflow = await this.#api.get(this.#workflow());
    if ('kind' in workflow) return { kind: 'not-ready', reason: workflow.reason };
    const { path, state } = answerAs(Workflow, workflow);
    if (state !== 'active') return { kind: 'not-ready', reason: `workflow ${path} is ${state}` };
    const ref = encodeURIComponent(this.pipeline.ref);
    const file = await this.#api.get(`${this.#repository}/contents/${path}?ref=${ref}`);
    if ('kind' in file) return { kind: 'not-ready', reason: file.reason };
    const text = Buffer.from(answerAs(Content, file).content, 'base64').toString();
    if (!/^run-name:.*\binputs\.causeway_run\b/m.test(text))
      return {
        kind: 'not-ready',
        reason: `the run-name of ${path} doesn't hold \${{ inputs.causeway_run }}`,
      };
    return { kind: 'ready', steps: deploymentSteps, detail: `workflow ${path} is active` };
  }

  /** The newest 100 dispatched runs are looked at: Causeway's own is among them minutes after it began, or never was. */
  async runs(): Promise<readonly string[]> {
    const listed = found(
      await this.#api.get(`${this.#workflow()}/runs?event=workflow_dispatch&per_page=100`),
    );
    const { workflow_runs: runs } = answerAs(Runs, listed);
    return runs
      .filter(({ display_title: title }) => title.includes(this.deployment.key))
      .map(({ id }) => String(id));
  }

  async start(): Promise<Acted & { readonly runId?: string }> {
    const inputs = {
      ...this.pipeline.inputs,
      release: this.deployment.release,
      causeway_run: this.deployment.key,
    };
    const body = { ref: this.pipeline.ref, inputs, return_run_details: true };
    const answer = await this.#api.post(`${this.#workflow()}/dispatches`, body);
    if ('kind' in answer) return answer;
    // Servers of before 2026 name no run.
    if (answer.status === 204) return { kind: 'accepted' };
    return { kind: 'accepted', runId: String(answerAs(Dispatched, answer).workflow_run_id) };
  }

  async state(runId: string): Promise<RunbookExecution> {
    const answer = found(await this.#api.get(`${this.#repository}/actions/runs/${runId}`));
    const { status, conclusion, html_url: page } = answerAs(Run, answer);
    return deploymentExecution(
      runId,
      stateOf(status, conclusion),
      `${conclusion ?? status ?? 'unknown'}: ${page}`,
    );
  }

  async perform(runId: string, action: 'pause' | 'resume' | 'cancel'): Promise<Acted | Idle> {
    if (action !== 'cancel') return refusedToo;
    const answer = await this.#api.post(`${this.#repository}/actions/runs/${runId}/cancel`, {});
    return 'kind' in answer ? answer : { kind: 'accepted' };
  }

  approve = (): Promise<Acted> => Promise.resolve(refusedToo);
  complete = (): Promise<Acted> => Promise.resolve(refusedToo);
  retry = (): Promise<Acted> => Promise.resolve(refusedToo);

  #workflow(): string {
    return `${this.#repository}/actions/workflows/${this.pipeline.workflow}`;
  }
}

/** `waiting` stands for GitHub's own protection rules: people let it go there. */
const stateOf = (status: string | null, conclusion: string | null): ExecutionState => {
  if (status !== 'completed') return status === 'in_progress' ? 'InProgress' : 'Queued';
  if (conclusion === ENDED_WELL) return 'Completed';
  return conclusion === CANCELLED ? 'Cancelled' : 'Failed';
};
