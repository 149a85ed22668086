/**
 * GitHub's and Azure DevOps's interfaces for starting and following a pipeline, as far as deployments need them, over HTTP on loopback:
 * tokens checked, inputs required, runs that a test moves on. It doesn't prove protection rules, rate limits by account, what a
 * workflow does, nor that the services answer so tomorrow: the shapes are from their public documentation.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface PipelineRun {
  readonly id: number;
  readonly inputs: Readonly<Record<string, string>>;
  state: 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';
}

export interface PipelineAnswer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export const PIPELINE_TOKEN = 'pipeline-token-9d1f';

export class PipelineServer {
  readonly runs: PipelineRun[] = [];
  /** What the workflow's file says; GitHub alone. */
  workflowFile =
    'run-name: Deploy ${{ inputs.release }} (${{ inputs.causeway_run }})\non: workflow_dispatch\n';
  workflowState = 'active';
  /** GitHub of before 2026 starts a run and names none. */
  namesRuns = true;
  /** Answers the next requests so, one each, instead of what was asked. */
  readonly instead: PipelineAnswer[] = [];
  /** Starts the next run, but its answer is lost on the way. */
  loseNextStart = false;
  /** A run ends so as soon as it is begun; null: a test moves it on. */
  endsAtOnce: 'succeeded' | 'failed' | null = null;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  static async start(): Promise<PipelineServer> {
    const started = new PipelineServer();
    await new Promise<void>((resolve) => started.#server.listen(0, '127.0.0.1', resolve));
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    const next = this.instead.shift();
    const answer = next ?? this.#route(request, body === '' ? {} : (JSON.parse(body) as Body));
    if (answer === 'lost') return void response.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
    response.end(answer.body === undefined ? '' : JSON.stringify(answer.body));
  }

  #route({ method, url = '/', headers }: IncomingMessage, body: Body): PipelineAnswer | 'lost' {
    const { pathname } = new URL(url, this.url);
    const isGitHub = pathname.startsWith('/repos/');
    const token = isGitHub
      ? `Bearer ${PIPELINE_TOKEN}`
      : `Basic ${Buffer.from(`:${PIPELINE_TOKEN}`).toString('base64')}`;
    if (headers.authorization !== token) return { status: 401, body: { message: 'Bad credentials' } };
    return isGitHub ? this.#gitHub(method, pathname, body) : this.#azure(method, pathname, body);
  }

  #gitHub(method: string | undefined, path: string, body: Body): PipelineAnswer | 'lost' {
    const workflow = '/repos/contoso/shop/actions/workflows/deploy.yml';
    const [, id, action] = /^\/repos\/contoso\/shop\/actions\/runs\/(\d+)(\/cancel)?$/.exec(path) ?? [];
    const run = this.runs.find((candidate) => String(candidate.id) === id);
    if (path === workflow)
      return { status: 200, body: { path: '.github/workflows/deploy.yml', state: this.workflowState } };
    if (path === '/repos/contoso/shop/contents/.github/workflows/deploy.yml') {
      const content = Buffer.from(this.workflowFile).toString('base64');
      return { status: 200, body: { content, encoding: 'base64' } };
    }
    if (path === `${workflow}/runs`)
      return { status: 200, body: { workflow_runs: this.runs.map((each) => this.#gitHubRun(each)) } };
    if (path === `${workflow}/dispatches` && method === 'POST') {
      if (typeof body['ref'] !== 'string') return { status: 422, body: { message: 'No ref found' } };
      const begun = this.#begin(body['inputs']);
      if (begun === 'lost' || 'status' in begun) return begun;
      if (!this.namesRuns || body['return_run_details'] !== true) return { status: 204 };
      return { status: 200, body: { workflow_run_id: begun.id, run_url: '', html_url: '' } };
    }
    if (!run) return { status: 404, body: { message: 'Not Found' } };
    if (action === undefined) return { status: 200, body: this.#gitHubRun(run) };
    if (isOver(run))
      return { status: 409, body: { message: 'Cannot cancel a workflow run that is completed.' } };
    run.state = 'cancelled';
    return { status: 202, body: {} };
  }

  #gitHubRun({ id, inputs, state }: PipelineRun): object {
    const over = state === 'succeeded' || state === 'failed' || state === 'cancelled';
    const conclusion = { succeeded: 'success', failed: 'failure', cancelled: 'cancelled' }[state as 'failed'];
    return {
      id,
      display_title: `Deploy ${inputs['release']} (${inputs['causeway_run']})`,
      status: over ? 'completed' : state === 'running' ? 'in_progress' : 'queued',
      conclusion: over ? conclusion : null,
      html_url: `${this.url}/contoso/shop/actions/runs/${id}`,
    };
  }

  #azure(method: string | undefined, path: string, body: Body): PipelineAnswer | 'lost' {
    const pipeline = '/contoso/Web%20shop/_apis/pipelines/7';
    const [, id] = /\/(?:runs|builds)\/(\d+)$/.exec(path) ?? [];
    const run = this.runs.find((candidate) => String(candidate.id) === id);
    if (path === pipeline) return { status: 200, body: { id: 7, name: 'deploy' } };
    if (path === `${pipeline}/runs` && method === 'GET')
      return { status: 200, body: { value: this.runs.map((each) => ({ id: each.id })) } };
    if (path === `${pipeline}/runs`) {
      const begun = this.#begin(body['templateParameters']);
      return begun === 'lost' || 'status' in begun ? begun : { status: 200, body: this.#azureRun(begun) };
    }
    if (!run) return { status: 404, body: { message: 'Run not found' } };
    if (path === `/contoso/Web%20shop/_apis/build/builds/${run.id}` && method === 'PATCH') {
      run.state = 'cancelled';
      return { status: 200, body: { id: run.id, status: 'cancelling' } };
    }
    return { status: 200, body: this.#azureRun(run) };
  }

  #azureRun({ id, inputs, state }: PipelineRun): object {
    const result = { succeeded: 'succeeded', failed: 'failed', cancelled: 'canceled' }[state as 'failed'];
    return {
      id,
      state: result === undefined ? 'inProgress' : 'completed',
      ...(result === undefined ? {} : { result }),
      templateParameters: inputs,
      _links: { web: { href: `${this.url}/contoso/Web%20shop/_build/results?buildId=${id}` } },
    };
  }

  #begin(inputs: unknown): PipelineRun | PipelineAnswer | 'lost' {
    const given = (inputs ?? {}) as Record<string, string>;
    if (!given['release'] || !given['causeway_run'])
      return { status: 422, body: { message: 'Required input is missing' } };
    const run: PipelineRun = {
      id: 100 + this.runs.length,
      inputs: given,
      state: this.endsAtOnce ?? 'queued',
    };
    this.runs.push(run);
    if (!this.loseNextStart) return run;
    this.loseNextStart = false;
    return 'lost';
  }
}

type Body = Readonly<Record<string, unknown>>;

const isOver = ({ state }: PipelineRun): boolean => !['queued', 'running'].includes(state);
