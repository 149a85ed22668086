import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HttpReleasePipelines } from '../../shared/adapters/release-pipelines/http-release-pipelines';
import { createOutboundHttp, type ClosableOutboundHttp } from '../../shared/adapters/safe-http/outbound-http';
import { AzurePipeline, GitHubActionsPipeline, type Release } from '../../shared/contracts/release';
import type { Runbook } from '../../shared/ports/runbook';
import { PIPELINE_TOKEN, PipelineServer } from '../support/pipelines/pipeline-server';

const KEY = 'causeway-0123456789abcdef';

const services: readonly [string, (url: string) => Release['pipeline']][] = [
  [
    'GitHub Actions',
    (apiUrl) =>
      GitHubActionsPipeline.parse({
        service: 'github-actions',
        apiUrl,
        repository: 'contoso/shop',
        workflow: 'deploy.yml',
        token: 'pipeline-token',
        inputs: { environment: 'production' },
      }),
  ],
  [
    'Azure Pipelines',
    (url) =>
      AzurePipeline.parse({
        service: 'azure-pipelines',
        organisationUrl: `${url}/contoso`,
        project: 'Web shop',
        pipelineId: 7,
        token: 'pipeline-token',
        inputs: { environment: 'production' },
      }),
  ],
];

describe.each(services)('R117 a release deployed by %s', (_name, pipelineAt) => {
  let server: PipelineServer;
  let http: ClosableOutboundHttp;
  let token: string;
  let runbook: Runbook;

  beforeEach(async () => {
    server = await PipelineServer.start();
    http = createOutboundHttp({ allowed: ['127.0.0.0/8'] });
    token = PIPELINE_TOKEN;
    const pipelines = new HttpReleasePipelines(http, { read: () => Promise.resolve(token) }, 1);
    runbook = pipelines.open(pipelineAt(server.url), { release: 'v2.0', key: KEY });
  });

  afterEach(async () => {
    await http.close();
    await server.close();
  });

  const begin = async (): Promise<string> => {
    const started = await runbook.start();
    if (started.kind !== 'accepted' || started.runId === undefined) throw new Error(JSON.stringify(started));
    return started.runId;
  };
  const run = () => server.runs[0]!;

  it('is ready, starts with the release, the key and the inputs, and is followed to its end', async () => {
    expect(await runbook.readiness()).toMatchObject({ kind: 'ready', steps: [{ id: 'deploy' }] });
    const runId = await begin();
    expect(run().inputs).toEqual({ environment: 'production', release: 'v2.0', causeway_run: KEY });
    run().state = 'running';
    expect(await runbook.state(runId)).toMatchObject({ runId, state: 'InProgress' });
    run().state = 'succeeded';
    const ended = await runbook.state(runId);
    expect(ended).toMatchObject({ state: 'Completed', steps: [{ id: 'deploy', state: 'Succeeded' }] });
    expect(ended.steps[0]?.detail).toContain(server.url);
  });

  it('is found again by its key among the runs of others, where the answer to its start was lost', async () => {
    server.runs.push({ id: 99, inputs: { release: 'v9', causeway_run: 'causeway-other' }, state: 'running' });
    server.loseNextStart = true;
    await expect(runbook.start()).rejects.toMatchObject({ name: 'OutboundFailure' });
    expect(await runbook.runs()).toEqual([String(server.runs[1]?.id)]);
  });

  it('tells a failed and a cancelled run apart', async () => {
    const runId = await begin();
    run().state = 'failed';
    expect(await runbook.state(runId)).toMatchObject({ state: 'Failed', steps: [{ state: 'Failed' }] });
    run().state = 'cancelled';
    expect(await runbook.state(runId)).toMatchObject({ state: 'Cancelled' });
  });

  it('is cancelled where it runs, and can be neither paused nor approved from here', async () => {
    const runId = await begin();
    expect(await runbook.perform(runId, 'pause')).toMatchObject({ kind: 'refused' });
    expect(await runbook.approve(runId, 'deploy', 'go')).toMatchObject({ kind: 'refused' });
    expect(await runbook.perform(runId, 'cancel')).toEqual({ kind: 'accepted' });
    expect(run().state).toBe('cancelled');
  });

  it('says what the service refused, in its words', async () => {
    server.instead.push({ status: 422, body: { message: 'Unexpected inputs provided: ["environment"]' } });
    expect(await runbook.start()).toEqual({
      kind: 'refused',
      reason: expect.stringContaining('422: Unexpected inputs provided: ["environment"]'),
    });
    server.instead.push({ status: 404, body: { message: 'Not Found' } });
    expect(await runbook.readiness()).toMatchObject({ kind: 'not-ready' });
    server.instead.push({ status: 307, headers: { location: `${server.url}/renamed` } });
    expect(await runbook.start()).toMatchObject({ reason: expect.stringContaining('it has moved') });
  });

  it('never takes a list that is refused for one without runs, nor a run that is gone for another', async () => {
    server.instead.push({ status: 404, body: { message: 'Not Found' } });
    await expect(runbook.runs()).rejects.toMatchObject({ code: 'not-found' });
    await expect(runbook.state('4711')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('throws a rejected token as a missing right, without the token, and busy services as trouble that may pass', async () => {
    token = 'wrong-token-77';
    const rejected = await runbook.start().then(
      () => null,
      (error: unknown) => error as Error,
    );
    expect(rejected).toMatchObject({ code: 'forbidden' });
    expect(String(rejected)).not.toContain(token);
    for (const status of [429, 500, 503]) {
      server.instead.push({ status });
      await expect(runbook.runs()).rejects.toMatchObject({ name: 'OutboundFailure', kind: 'busy' });
    }
    server.instead.push({ status: 403, headers: { 'retry-after': '60' } });
    await expect(runbook.runs()).rejects.toMatchObject({ name: 'OutboundFailure', kind: 'busy' });
    server.instead.push({ status: 203, headers: { 'content-type': 'text/html' }, body: 'sign in' });
    await expect(runbook.runs()).rejects.toMatchObject({ code: 'forbidden' });
    server.instead.push({ status: 302, headers: { location: `${server.url}/_signin` } });
    await expect(runbook.runs()).rejects.toMatchObject({ code: 'forbidden' });
  });
});

describe('R117 a workflow of GitHub Actions', () => {
  it('is not driven where its runs would not show the key, or it is switched off', async () => {
    const server = await PipelineServer.start();
    const http = createOutboundHttp({ allowed: ['127.0.0.0/8'] });
    try {
      const secrets = { read: () => Promise.resolve(PIPELINE_TOKEN) };
      const [, pipelineAt] = services[0]!;
      const runbook = new HttpReleasePipelines(http, secrets, 1).open(pipelineAt(server.url), {
        release: 'v2.0',
        key: KEY,
      });
      server.workflowFile = 'on: workflow_dispatch\n';
      expect(await runbook.readiness()).toMatchObject({
        kind: 'not-ready',
        reason: expect.stringContaining('run-name'),
      });
      server.workflowState = 'disabled_manually';
      expect(await runbook.readiness()).toMatchObject({
        kind: 'not-ready',
        reason: expect.stringContaining('disabled_manually'),
      });
      server.namesRuns = false;
      expect(await runbook.start()).toEqual({ kind: 'accepted' });
      expect(await runbook.runs()).toEqual(['100']);
    } finally {
      await http.close();
      await server.close();
    }
  });
});
