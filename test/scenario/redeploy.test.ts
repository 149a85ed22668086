import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { join } from 'node:path';
import type { z } from 'zod';
import type { CutoverView } from '../../shared/contracts/api';
import type { WorkloadInput } from '../../shared/contracts/workload';
import { startCauseway, type Causeway, type Decide } from '../support/causeway';
import { PIPELINE_TOKEN, PipelineServer } from '../support/pipelines/pipeline-server';
import type { StepIn } from '../support/test-workload';

type Release = z.input<typeof WorkloadInput>['release'];

describe('workloads that are redeployed by a pipeline', () => {
  let causeway: Causeway;
  const gitHub: Record<string, PipelineServer> = {};
  let azure: PipelineServer;
  let [arrived, returned, stateless]: CutoverView[] = [];

  beforeAll(async () => {
    causeway = await startCauseway();
    causeway.secrets['pipeline-token'] = PIPELINE_TOKEN;
    azure = await PipelineServer.start();
    azure.endsAtOnce = 'failed';
    const retryDeployment: Decide = ({ gate, stage }) => {
      if (gate !== 'stage-failed' || stage !== 'deploy') return undefined;
      azure.endsAtOnce = 'succeeded';
      return 'retry';
    };
    const unhealthyTarget: StepIn = (touch) =>
      touch.kind === 'hook' && touch.operation === 'health' && touch.side === 'target'
        ? { kind: 'answer', status: 200, body: UNHEALTHY }
        : undefined;
    [arrived, returned, stateless] = await Promise.all([
      deployOnGitHub('arrives', {}),
      deployOnGitHub('unhealthy', { stepIn: unhealthyTarget }),
      move('stateless', azurePipeline(), {}, { assets: [] }, retryDeployment),
    ]);
  });
  afterAll(async () => {
    await causeway?.stop();
    await Promise.all([...Object.values(gitHub), azure].map((server) => server?.close()));
  });

  const deployOnGitHub = async (name: string, more: { readonly stepIn?: StepIn }): Promise<CutoverView> => {
    const server = await PipelineServer.start();
    server.endsAtOnce = 'succeeded';
    gitHub[name] = server;
    const pipeline = {
      service: 'github-actions',
      apiUrl: server.url,
      repository: 'contoso/shop',
      workflow: 'deploy.yml',
      token: 'pipeline-token',
    } as const;
    return move(name, { pipeline, next: 'v2.0', previous: 'v1.4' }, more, {});
  };

  const azurePipeline = (): Release => ({
    pipeline: {
      service: 'azure-pipelines',
      organisationUrl: `${azure.url}/contoso`,
      project: 'Web shop',
      pipelineId: 7,
      token: 'pipeline-token',
    },
    next: 'build 81',
    previous: null,
  });

  const move = async (
    id: string,
    release: Release,
    more: { readonly stepIn?: StepIn },
    plan: Partial<z.input<typeof WorkloadInput>>,
    decide?: Decide,
  ): Promise<CutoverView> => {
    const workload = await causeway.makeWorkload({
      id,
      files: 3,
      plan: { method: 'redeploy', release, observationChecks: [], ...plan },
      ...more,
    });
    // What the release brings along itself.
    if (plan.assets?.length === 0)
      for (const { path } of workload.files)
        await workload.container.getBlockBlobClient(path).uploadFile(join(workload.root, path));
    await causeway.beginWave(`redeploy-${id}`, [workload]);
    return causeway.drive(causeway.cutoverIdOf(`redeploy-${id}`, workload), undefined, decide);
  };

  const released = (server: PipelineServer | undefined) =>
    server?.runs.map(({ inputs }) => inputs['release']);

  it('R117 R119 arrives: the release is deployed once, before the outage, and the data follows in it', async () => {
    expect(arrived?.status).toBe('completed');
    expect(released(gitHub['arrives'])).toEqual(['v2.0']);
    const log = await causeway.log('cutovers', arrived?.id ?? '');
    const ended = log.filter(({ kind }) => kind === 'stage.done').map(({ facts }) => facts['stage']);
    expect(ended.indexOf('deploy')).toBeGreaterThan(-1);
    expect(ended.indexOf('deploy')).toBeLessThan(ended.indexOf('stop-source'));
    expect(ended.indexOf('stop-source')).toBeLessThan(ended.indexOf('final-pass'));
    const deployed = arrived?.stages.find(({ name }) => name === 'deploy')?.evidence;
    expect(deployed).toMatchObject({ source: 'github-actions', facts: { release: 'v2.0' } });
  });

  it('R51 deploys the previous release again where the new one is not healthy, and nobody had an outage', async () => {
    expect(returned?.status).toBe('cancelled');
    expect(released(gitHub['unhealthy'])).toEqual(['v2.0', 'v1.4']);
    expect(returned?.outage.beganAt).toBeNull();
    const log = await causeway.log('cutovers', returned?.id ?? '');
    const undone = log.filter(({ kind }) => kind === 'stage.compensated').map(({ facts }) => facts['stage']);
    expect(undone).toEqual(expect.arrayContaining(['deploy', 'freeze']));
  });

  it('R117 moves an application without data, and deploys anew where a person says so after a failed run', async () => {
    expect(stateless?.status).toBe('completed');
    expect(azure.runs.map(({ state }) => state)).toEqual(['failed', 'succeeded']);
    const names = stateless?.stages.map(({ name }) => name) ?? [];
    expect(names).not.toContain('final-pass');
    expect(names).toContain('redirect');
  });
});

const UNHEALTHY = JSON.stringify({
  ok: true,
  detail: 'the release does not answer',
  side: 'target',
  serving: true,
  writable: false,
  healthy: false,
  activeSide: 'source',
});
