import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { INFRA, readTemplates } from './bicep/read-infra';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly script?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly 'timeout-minutes'?: number;
  readonly environment?: string;
}
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
  readonly on: unknown;
}

const ROOT = join(INFRA, '..');
const FOLDER = join(ROOT, '.github', 'workflows');
const workflows = readdirSync(FOLDER).map((file) => {
  const text = readFileSync(join(FOLDER, file), 'utf8');
  return { file, text, workflow: parse(text) as Workflow };
});
const jobs = workflows.flatMap(({ file, workflow }) =>
  Object.entries(workflow.jobs).map(([name, job]) => ({ name: `${file}: ${name}`, job })),
);
const pipelines = readFileSync(join(ROOT, 'azure-pipelines.yml'), 'utf8');
const scripts = Object.keys(
  (JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object }).scripts,
);

/** Every script of a pipeline that this repository must have. */
const npmScripts = (text: string): string[] => [
  ...[...text.matchAll(/npm run ([\w:]+)/g)].map(([, name]) => name!),
  ...[...text.matchAll(/npm (test)\b/g)].map(([, name]) => name!),
];

describe('R117 the workflows that test, check and deploy', () => {
  it('run actions that are pinned to a commit, named by its version', () => {
    for (const { text } of workflows)
      for (const [line] of text.matchAll(/uses: .*/g))
        expect(line).toMatch(/^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('may read the repository and nothing else unless a job says why', () => {
    for (const { workflow } of workflows) expect(workflow.permissions).toEqual({ contents: 'read' });
    for (const { name, job } of jobs) {
      const uses = job.steps.map(({ uses }) => uses ?? '').join('\n');
      const signsIn = uses.includes('azure/login@');
      const attests = uses.includes('actions/attest-');
      expect({ name, idToken: job.permissions?.['id-token'] === 'write' }).toEqual({
        name,
        idToken: signsIn || attests,
      });
      expect({ name, attestations: job.permissions?.['attestations'] === 'write' }).toEqual({
        name,
        attestations: attests,
      });
    }
  });

  it('sign in to Azure by federation, in an environment that can ask for approval, and hold no secret', () => {
    const signingIn = jobs.filter(({ job }) =>
      job.steps.some(({ uses }) => uses?.startsWith('azure/login@')),
    );
    expect(signingIn.map(({ name }) => name)).toEqual(['deploy.yml: deploy', 'infra.yml: what-if']);
    for (const { job } of signingIn) {
      expect(job.environment).toBeDefined();
      const login = job.steps.find(({ uses }) => uses?.startsWith('azure/login@'));
      expect(Object.keys(login?.with ?? {}).sort()).toEqual(['client-id', 'subscription-id', 'tenant-id']);
    }
    for (const text of [...workflows.map((each) => each.text), pipelines])
      expect(text).not.toMatch(/secrets\.|password|AZURE_CREDENTIALS|client-secret/i);
    expect(workflows.map(({ text }) => text).join()).not.toContain('pull_request_target');
  });

  it('end by themselves, and leave no credential of git behind', () => {
    for (const { name, job } of jobs) {
      expect({ name, minutes: job['timeout-minutes'] }).toEqual({ name, minutes: expect.any(Number) });
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
        expect(step.with).toMatchObject({ 'persist-credentials': false });
    }
  });

  it('replay recorded histories before they package, and verify the package before they deploy it', () => {
    const deploy = workflows.find(({ file }) => file === 'deploy.yml')!.workflow.jobs;
    const stepsOf = (job: string): string[] =>
      deploy[job]!.steps.map(({ uses, run }) => run ?? uses?.split('@')[0] ?? '');
    const order = (steps: readonly string[], parts: readonly string[]): number[] =>
      parts.map((part) => steps.findIndex((step) => step.includes(part)));
    const packaging = order(stepsOf('package'), [
      'npx jest test/history',
      'azd package',
      'npm sbom',
      'attest-build-provenance',
      'attest-sbom',
    ]);
    const deploying = order(stepsOf('deploy'), ['gh attestation verify', 'azd provision', 'azd deploy']);
    for (const found of [packaging, deploying]) {
      expect(found).not.toContain(-1);
      expect(found).toEqual([...found].sort((a, b) => a - b));
    }
  });

  it('run the compiler and what-if for both environments', () => {
    const infra = workflows.find(({ file }) => file === 'infra.yml')!.text;
    for (const command of ['az bicep build', 'az bicep lint', 'az deployment sub what-if']) {
      expect(infra).toContain(command);
      expect(pipelines).toContain(command);
    }
    expect(infra).toContain('environment: [dev, production]');
  });

  it('check the templates against type definitions of one commit', () => {
    const steps = workflows.find(({ file }) => file === 'infra.yml')!.workflow.jobs['types']!.steps;
    const definitions = steps.find((step) => step.with?.['repository'] === 'Azure/bicep-types-az');
    expect(definitions?.with?.['ref']).toMatch(/^[0-9a-f]{40}$/);
    expect(steps.find(({ run }) => run === 'npx jest test/infra')?.env).toEqual({
      BICEP_TYPES: `\${{ github.workspace }}/${String(definitions?.with?.['path'])}/generated`,
    });
    expect(pipelines).toContain(definitions?.with?.['ref']);
    expect(pipelines).toContain('BICEP_TYPES: $(Agent.TempDirectory)/bicep-types/generated');
  });

  it('check out nothing of others but by commit', () => {
    for (const { name, job } of jobs)
      for (const step of job.steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')))
        expect({ name, ref: step.with?.['ref'] }).toEqual({
          name,
          ref: step.with?.['repository'] === undefined ? undefined : expect.stringMatching(/^[0-9a-f]{40}$/),
        });
  });

  it('call scripts and files that are there', () => {
    const all = [...workflows.map(({ text }) => text), pipelines].join('\n');
    expect(npmScripts(all).filter((name) => !scripts.includes(name))).toEqual([]);
    for (const path of ['infra/main.bicep', 'test/history', '.nvmrc'])
      expect(existsSync(join(ROOT, path))).toBe(true);
  });

  it('are YAML for Azure Pipelines, too: test, then deploy what was tested after its what-if', () => {
    const { stages } = parse(pipelines) as { stages: readonly Record<string, unknown>[] };
    expect(stages[0]).toMatchObject({ stage: 'Test' });
    const [deploy] = Object.values(stages[1]!)[0] as {
      stage: string;
      dependsOn: string;
      jobs: { job?: string; deployment?: string; dependsOn?: string }[];
    }[];
    expect(deploy).toMatchObject({ stage: 'Deploy', dependsOn: 'Test' });
    expect(deploy!.jobs.map(({ job, deployment, dependsOn }) => [job ?? deployment, dependsOn])).toEqual([
      ['WhatIf', undefined],
      ['Deploy', 'WhatIf'],
    ]);
  });
});

describe('R117 azd', () => {
  interface Azd {
    readonly services: Readonly<
      Record<string, { readonly project: string; readonly remoteBuild: boolean; readonly host: string }>
    >;
    readonly hooks: Readonly<
      Record<string, { readonly posix: { readonly run: string }; readonly windows: { readonly run: string } }>
    >;
  }
  const azd = parse(readFileSync(join(ROOT, 'azure.yaml'), 'utf8')) as Azd;

  it('deploys the service whose tag the function app carries', () => {
    expect(Object.keys(azd.services)).toEqual(['control-plane']);
    expect(readFileSync(join(INFRA, 'application.bicep'), 'utf8')).toContain(`serviceName: 'control-plane'`);
    expect(azd.services['control-plane']).toMatchObject({
      host: 'function',
      project: '.',
      remoteBuild: true,
    });
  });

  it('leaves the packages to the build that runs in Azure, and keeps what that builds from', () => {
    const ignored = readFileSync(join(ROOT, '.funcignore'), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(ignored).toEqual(
      expect.arrayContaining(['node_modules/', 'dist/', 'test/', 'data/', 'local.settings*.json']),
    );
    for (const kept of [
      'functions/',
      'orchestrations/',
      'shared/',
      'tsconfig.json',
      'tsconfig.build.json',
      'package.json',
      'package-lock.json',
      'host.json',
    ])
      expect(ignored).not.toContain(kept);
  });

  it('registers the providers of all types first, on every system', async () => {
    const resources = [...(await readTemplates()).values()].flatMap((template) => template.resources);
    const providers = new Set(
      resources
        .map(({ type }) => type.split('/')[0]!)
        .filter((name) => !/Authorization|Resources/.test(name)),
    );
    expect(providers.size).toBeGreaterThan(10);
    for (const { run } of [azd.hooks['preprovision']!.posix, azd.hooks['preprovision']!.windows]) {
      const script = readFileSync(join(ROOT, run.split(' ').at(-1)!), 'utf8');
      for (const provider of [...providers, 'Microsoft.App'])
        expect(script).toMatch(new RegExp(`${provider}\\b`));
    }
  });
});
