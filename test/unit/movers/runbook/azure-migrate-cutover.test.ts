import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunbookAsset } from '../../../../shared/contracts/runbook';
import { AzureMigrateStandIn } from '../../../support/azure-migrate/azure-migrate-stand-in';
import type { MachineRun, MachineStep } from '../../../support/azure-migrate/runbook-machine';
import { RunbookWorld, type RunbookScript } from '../../../support/runbook-world';

const STEPS: readonly MachineStep[] = [
  { id: 'replicate', name: 'Replicate', ref: 'vm.replicate', ticks: 3, entities: ['vm-1', 'vm-2'] },
  { id: 'test-ok', name: 'Test migration looked at', ref: 'common.approval', after: ['replicate'] },
  { id: 'go', name: 'Go to migrate', ref: 'common.approval', after: ['test-ok'] },
  { id: 'migrate', name: 'Migrate', ref: 'vm.migrate', after: ['go'], entities: ['vm-1', 'vm-2'] },
  { id: 'dns', name: 'Change the DNS', ref: 'common.manual', after: ['migrate'] },
  { id: 'finish', name: 'Stop replicating', ref: 'common.approval', after: ['dns'] },
  { id: 'clean-up', name: 'Clean up', ref: 'vm.cleanup', after: ['finish'] },
];

let standIn: AzureMigrateStandIn;
let world: RunbookWorld;
beforeEach(async () => {
  standIn = new AzureMigrateStandIn();
  await standIn.start();
});
afterEach(async () => {
  world.close();
  await standIn.stop();
});

const begin = (script: Partial<RunbookScript> = {}, steps: readonly MachineStep[] = STEPS): RunbookWorld => {
  standIn.addRunbook('servers', 'wave-7', steps);
  const runbook: RunbookAsset['runbook'] = {
    service: 'azure-migrate',
    migrateProjectId: standIn.project,
    name: 'servers',
    cutoverStep: 'go',
    finishStep: 'finish',
  };
  world = new RunbookWorld({ endpoint: standIn.arm.endpoint, runbook, ...script });
  return world;
};

const runs = (): readonly MachineRun[] => standIn.runsOf('servers');
const statesOf = (run: MachineRun | undefined) =>
  Object.fromEntries([...(run?.steps ?? [])].map(([id, { state }]) => [id, state]));

describe('a cutover that Azure Migrate carries out', () => {
  it('R63 R133 starts its runbook, stands at the go/no-go, and puts every waiting step before people', async () => {
    let atGoNoGo: Record<string, string> = {};
    const { cutover, log } = await begin({
      answer: (gate) => {
        if (gate.gate === 'go-no-go') atGoNoGo = statesOf(runs()[0]);
        return gate.choices[0]!;
      },
    }).run();
    expect({
      status: cutover.status,
      reason: cutover.stages.find((s) => s.status === 'failed')?.reason,
    }).toEqual({
      status: 'completed',
      reason: undefined,
    });
    expect(atGoNoGo).toMatchObject({
      'test-ok': 'Succeeded',
      go: 'AwaitingUserAction',
      migrate: 'NotStarted',
    });
    expect(runs()).toHaveLength(1);
    expect(new Set(Object.values(statesOf(runs()[0])))).toEqual(new Set(['Succeeded']));
    const about = (stage: RegExp) =>
      world.asked.filter((gate) => stage.test(gate.stage)).map(({ gate }) => gate);
    expect(about(/^servers-test-ok-/)).toEqual(['runbook-approval']);
    expect(about(/^servers-dns-/)).toEqual(['statement']);
    expect(about(/^servers-(go|finish)-/)).toEqual([]);
    const told = log.filter(({ kind }) => kind === 'runbook.progress').map(({ summary }) => summary);
    expect(told.join('\n')).toContain('Migrate: InProgress → Succeeded');
    expect(runs()[0]?.steps.get('dns')?.comment).toContain('Otto: looked at it — seen');
  });

  it('names the source of its evidence and what it can not verify', async () => {
    const { cutover } = await begin().run();
    const evidence = (name: string) => cutover.stages.find((stage) => stage.name === name)?.evidence;
    expect(evidence('backup')?.summary).toContain('no files to back up');
    expect(evidence('verify-items')?.source).toMatch(/^statement:/);
    expect(evidence('final-pass')?.facts['servers']).toMatchObject({ state: 'InProgress', stepCount: 7 });
  });

  it('R64 fails the stage where a step fails, and runs the step again when people say so', async () => {
    const steps = STEPS.map((step) => (step.id === 'migrate' ? { ...step, failures: 1 } : step));
    const { cutover } = await begin({}, steps).run();
    expect(cutover.status).toBe('completed');
    const failure = world.asked.find(({ gate }) => gate === 'stage-failed');
    expect(failure?.question).toContain('Migrate (migrate)');
    expect(cutover.stages.find(({ name }) => name === 'final-pass')?.attempts).toBe(2);
    expect(runs()).toHaveLength(1);
  });

  it('turns back where a step is rejected, and cancels the run before the freeze is lifted', async () => {
    const { cutover, log } = await begin({
      answer: (gate) => {
        if (gate.gate === 'runbook-approval') return 'reject';
        return gate.gate === 'stage-failed' ? 'cancel' : gate.choices[0]!;
      },
    }).run();
    expect(cutover.status).toBe('cancelled');
    expect(runs()[0]?.state).toBe('Cancelled');
    expect(statesOf(runs()[0])['migrate']).toBe('Cancelled');
    const kinds = log.map(({ kind, summary }) => `${kind}: ${summary}`);
    expect(kinds.some((line) => line.startsWith('stage.compensated') && line.includes('Freeze'))).toBe(true);
  });

  it('R123 pauses the run with the cutover, and lets it go on with it', async () => {
    let given = 0;
    const seen: string[] = [];
    const { cutover, log } = await begin({
      atWait: (now) => {
        const run = runs()[0];
        if (given === 0 && run?.steps.get('replicate')?.state === 'InProgress') {
          given = 1;
          return 'pause';
        }
        if (given === 1 && now.paused) {
          seen.push(run?.state ?? 'none');
          given = 2;
          return 'resume';
        }
        return null;
      },
    }).run();
    expect(seen).toEqual(['Pausing']);
    expect(cutover.status).toBe('completed');
    const said = log.filter(({ kind }) => kind === 'runbook.asked').map(({ summary }) => summary);
    expect(said.some((line) => line.includes('paused run'))).toBe(true);
    expect(said.some((line) => line.includes('resume the run'))).toBe(true);
  });

  it('finds the run whose start was not answered instead of starting a second one', async () => {
    begin();
    standIn.arm.fail({ method: 'POST', path: /\/execute$/, times: 1, reply: 'cut-after' });
    const { cutover, log } = await world.run();
    expect(cutover.status).toBe('completed');
    expect(runs()).toHaveLength(1);
    expect(log.some(({ summary }) => summary.includes('whose start was not answered'))).toBe(true);
  });

  it('has a person accept what did not end well', async () => {
    const steps = STEPS.map((step) =>
      step.id === 'clean-up' ? { ...step, end: 'PartiallySucceeded' as const } : step,
    );
    const { cutover } = await begin({}, steps).run();
    expect(cutover.status).toBe('completed');
    const doubt = world.asked.find(({ stage }) => stage === 'servers-run-ended');
    expect(doubt?.question).toContain('Clean up (clean-up) is PartiallySucceeded');
  });

  it('does not begin where the step it should stop at waits for nobody', async () => {
    const steps = STEPS.map((step) => (step.id === 'go' ? { ...step, ref: 'vm.go' } : step));
    const { cutover } = await begin(
      { answer: (gate) => (gate.gate === 'stage-failed' ? 'cancel' : gate.choices[0]!) },
      steps,
    ).run();
    expect(cutover.status).toBe('cancelled');
    expect(world.asked[0]?.question).toContain('step go waits for nobody');
    expect(runs()).toHaveLength(0);
  });

  it('puts it before people where the run was let go in the service ahead of the go/no-go', async () => {
    const { cutover } = await begin({
      atWait: () => {
        const run = runs()[0];
        const isPast = run?.steps.get('test-ok')?.state === 'Succeeded';
        if (isPast) Object.assign(run.steps.get('go')!, { state: 'Succeeded' });
        return null;
      },
    }).run();
    const doubt = world.asked.find(({ gate, stage }) => gate === 'statement' && stage === 'initial-copy');
    expect(doubt?.question).toContain('let go in the service before the go/no-go here');
    expect(cutover.status).toBe('completed');
  });
});
