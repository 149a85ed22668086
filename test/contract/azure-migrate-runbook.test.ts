import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArmClient } from '../../shared/adapters/arm/arm-client';
import { AzureMigrateProject } from '../../shared/adapters/arm/azure-migrate-project';
import { AzureMigrateRunbook } from '../../shared/adapters/arm/azure-migrate-runbook';
import { AzureMigrateStandIn } from '../support/azure-migrate/azure-migrate-stand-in';
import type { MachineStep } from '../support/azure-migrate/runbook-machine';
import { lookUntil, runbookSuite } from './runbook-suite';

const STEPS: readonly MachineStep[] = [
  { id: 'replicate', name: 'Replicate', ref: 'vm.replicate', ticks: 2, entities: ['vm-1', 'vm-2'] },
  { id: 'go', name: 'Go to migrate', ref: 'common.approval', after: ['replicate'] },
  { id: 'migrate', name: 'Migrate', ref: 'vm.migrate', after: ['go'], entities: ['vm-1', 'vm-2'] },
];

let standIn: AzureMigrateStandIn;
beforeEach(async () => {
  standIn = new AzureMigrateStandIn();
  await standIn.start();
  standIn.addWave('wave-7', { displayName: 'Wave 7', plannedStartDate: '2026-12-01T00:00:00Z' });
});
afterEach(() => standIn.stop());

const client = () =>
  new ArmClient({
    endpoint: standIn.arm.endpoint,
    credential: {
      getToken: async () => ({ token: 'secret-token', expiresOnTimestamp: Date.now() + 60_000 }),
    },
  });

const open = (steps: readonly MachineStep[] = STEPS) => {
  const standInRunbook = standIn.addRunbook('servers', 'wave-7', steps);
  const migrateProjectId = standIn.project;
  const asset = { service: 'azure-migrate', migrateProjectId, name: 'servers' } as const;
  const runbook = new AzureMigrateRunbook(client(), { ...asset, cutoverStep: 'go', finishStep: null }, 0);
  return { runbook, standInRunbook };
};

describe('a runbook of Azure Migrate', () => {
  runbookSuite(async () => ({
    runbook: open().runbook,
    approval: 'go',
    pauses: true,
    loseNextStart: () =>
      standIn.arm.fail({ method: 'POST', path: /\/execute$/, times: 1, reply: 'cut-after' }),
  }));

  it('reads the status document packed and unpacked, and never sends the token to it', async () => {
    for (const zipped of [true, false]) {
      standIn.zipped = zipped;
      const { runbook } = open();
      const started = await runbook.start();
      const runId = started.runId ?? '';
      const execution = await lookUntil(
        runbook,
        runId,
        ({ steps }) => steps[1]?.state === 'AwaitingUserAction',
      );
      expect(execution.steps[0]).toMatchObject({
        name: 'Replicate',
        kind: 'automatic',
        state: 'Succeeded',
        entities: { total: 2, done: 2, failed: 0 },
      });
    }
    expect(standIn.blobs.strangeRequests).toBe(0);
  });

  it("takes the run's name from the first answer, not from the operation", async () => {
    const { runbook, standInRunbook } = open();
    expect((await runbook.start()).runId).toBe(standInRunbook.runs[0]?.id);
  });

  it('completes a manual step with its comment, and has a failed step run again', async () => {
    const { runbook, standInRunbook } = open([
      { id: 'dns', name: 'Change the DNS', ref: 'common.manual' },
      { id: 'migrate', name: 'Migrate', ref: 'vm.migrate', after: ['dns'], failures: 1 },
    ]);
    const { runId = '' } = await runbook.start();
    await lookUntil(runbook, runId, ({ steps }) => steps[0]?.state === 'AwaitingUserAction');
    expect(await runbook.complete(runId, 'dns', 'Otto: changed')).toEqual({ kind: 'accepted' });
    expect(standInRunbook.runs[0]?.steps.get('dns')?.comment).toBe('Otto: changed');
    await lookUntil(runbook, runId, ({ steps }) => steps[1]?.state === 'Failed');
    expect(await runbook.retry(runId, 'migrate')).toEqual({ kind: 'accepted' });
    await lookUntil(runbook, runId, ({ state }) => state === 'Completed');
  });

  it('is not ready while the service says so, and says why', async () => {
    const { runbook, standInRunbook } = open();
    standInRunbook.state = 'NotConfigured';
    expect(await runbook.readiness()).toEqual({ kind: 'not-ready', reason: 'it is NotConfigured' });
    expect(await runbook.start()).toMatchObject({ kind: 'refused' });
  });

  it('waits out throttling, throws trouble, and refuses to guess an unknown state', async () => {
    const { runbook, standInRunbook } = open();
    const { runId = '' } = await runbook.start();
    const reply = {
      status: 429,
      headers: { 'retry-after': '0' },
      body: { error: { code: 'TooManyRequests' } },
    };
    standIn.arm.fail({ method: 'POST', path: /GenerateDownloadUrl$/, times: 2, reply });
    await lookUntil(runbook, runId, ({ state }) => state === 'InProgress');
    const forbidden = { status: 403, body: { error: { code: 'AuthorizationFailed', message: 'no role' } } };
    standIn.arm.fail({ method: 'POST', path: /GenerateDownloadUrl$/, times: 1, reply: forbidden });
    await expect(runbook.state(runId)).rejects.toMatchObject({ code: 'forbidden' });
    Object.assign(standInRunbook.runs[0]!, { state: 'Hibernating' });
    await expect(runbook.state(runId)).rejects.toMatchObject({ code: 'unsupported' });
  });

  it('keeps signed addresses and tokens out of what it throws', async () => {
    const { runbook } = open();
    const { runId = '' } = await runbook.start();
    await lookUntil(runbook, runId, ({ state }) => state === 'InProgress');
    standIn.blobs.isDown = true;
    const error = await runbook.state(runId).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    const shown = `${String(error)} ${(error as Error).stack} ${JSON.stringify(error)} ${String((error as Error).cause)}`;
    expect(shown).not.toContain(standIn.blobs.signature);
    expect(shown).not.toContain('secret-token');
  });

  it('reads waves and runbooks of a project', async () => {
    open();
    const project = new AzureMigrateProject(client(), standIn.project);
    expect((await project.wave('wave-7')).properties.displayName).toBe('Wave 7');
    expect((await project.runbooks()).map(({ name }) => name)).toEqual(['servers']);
    await expect(project.wave('nowhere')).rejects.toMatchObject({ code: 'not-found' });
  });
});
