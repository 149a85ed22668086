import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ArmClient } from '../../../shared/adapters/arm/arm-client';
import { ArmMigrateProjects } from '../../../shared/adapters/arm/arm-migrate-projects';
import { readWave } from '../../../shared/ledger/waves';
import { readWorkload } from '../../../shared/ledger/workloads';
import { AzureMigrateStandIn } from '../../support/azure-migrate/azure-migrate-stand-in';
import type { MachineStep } from '../../support/azure-migrate/runbook-machine';
import { ApiUnderTest } from './api-under-test';

const STEPS: readonly MachineStep[] = [
  { id: 'replicate', name: 'Replicate', ref: 'vm.replicate', entities: ['vm-1'] },
  { id: 'go', name: 'Go to migrate', ref: 'common.approval', after: ['replicate'] },
];
const WORKLOAD = {
  owner: 'Olga',
  criticality: 'high',
  environment: 'production',
  acceptableDowntimeMs: 3_600_000,
  controls: { kind: 'manual' },
  rollbackPlan: 'Start the servers in the data centre again.',
};

describe('an import from Azure Migrate', () => {
  let standIn: AzureMigrateStandIn;
  let api: ApiUnderTest;
  let lead: { authorization: string };
  beforeEach(async () => {
    standIn = new AzureMigrateStandIn();
    await standIn.start();
    standIn.addWave('Wave_7', { displayName: 'Wave 7', plannedStartDate: '2026-12-01T20:00:00Z' });
    standIn.addRunbook('Servers', 'Wave_7', STEPS);
    const token = { token: 'token', expiresOnTimestamp: Date.parse('2100-01-01') };
    const client = new ArmClient({
      endpoint: standIn.arm.endpoint,
      credential: { getToken: async () => token },
    });
    api = new ApiUnderTest();
    Object.assign(api.services, { migrateProjects: new ArmMigrateProjects(client) });
    lead = await api.authorization('Lea Lead', 'lead');
  });
  afterEach(async () => {
    api.close();
    await standIn.stop();
  });

  const steps = [{ runbook: 'Servers', cutoverStep: 'go' }];
  const wave = { escalationContact: '+49 30 1234567' };
  const send = async (body: object) => {
    const got = await api.call('importAzureMigrate', { headers: lead, body });
    if (got.status !== 200) throw new Error(got.text);
    return got.json as {
      applied: boolean;
      rows: { action: string; kind: string; id: string | null; details: string[] }[];
    };
  };
  const fromProject = () => ({
    project: { migrateProjectId: standIn.project, wave: 'Wave_7' },
    steps,
    workload: WORKLOAD,
    wave,
  });
  const actions = (rows: { action: string; kind: string; id: string | null }[]) =>
    rows.map(({ action, kind, id }) => `${action} ${kind} ${id}`);

  it('shows what it would make of a project, and changes nothing', async () => {
    const before = await api.state();
    const shown = await send(fromProject());
    expect(shown.applied).toBe(false);
    expect(actions(shown.rows)).toEqual(['create workload servers', 'create wave wave-7']);
    expect(shown.rows[0]?.details.join()).toContain('go (approval: Go to migrate)');
    expect(await api.state()).toBe(before);
  });

  it('makes workload and wave, and nothing the second time', async () => {
    await send({ ...fromProject(), apply: true });
    const { body: workload } = await readWorkload(api.services.ledger, 'servers');
    expect(workload.assets).toEqual([
      {
        id: 'runbook',
        kind: 'runbook',
        runbook: {
          service: 'azure-migrate',
          migrateProjectId: standIn.project,
          name: 'Servers',
          cutoverStep: 'go',
          finishStep: null,
        },
      },
    ]);
    const { body: planned } = await readWave(api.services.ledger, 'wave-7');
    expect(planned).toMatchObject({
      name: 'Wave 7',
      workloadIds: ['servers'],
      window: { start: '2026-12-01T20:00:00.000Z', end: '2026-12-02T04:00:00.000Z' },
    });
    const before = await api.state();
    const again = await send({ ...fromProject(), steps: [], apply: true });
    expect(actions(again.rows)).toEqual(['unchanged workload servers', 'unchanged wave wave-7']);
    expect(await api.state()).toBe(before);
  });

  it('names every file it refuses and why, does the rest, and keeps no parameter', async () => {
    const password = 'Pa55word-of-a-server';
    const files = [
      { name: 'spec.json', text: `\uFEFF${JSON.stringify(standIn.spec('Servers'))}` },
      { name: 'parameters.json', text: JSON.stringify({ runbookInputs: { password } }) },
      { name: 'executionStatus.json', text: JSON.stringify({ executionStatus: { state: 'InProgress' } }) },
      { name: 'notes.txt', text: 'call Bob' },
      { name: 'other.json', text: '{"colour":"green"}' },
      { name: 'guid.json', text: JSON.stringify({ runbookId: 'b1c2', spec: { workstreams: [] } }) },
    ];
    const { rows } = await send({ files, steps, workload: WORKLOAD, wave, apply: true });
    const said = rows.map((row) => `${row.action} ${row.details.join()}`);
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^create /),
        expect.stringMatching(/^read parameters/),
        expect.stringMatching(/^refused a run is InProgress/),
        expect.stringMatching(/^refused is not JSON/),
        expect.stringMatching(/^refused is none of/),
        expect.stringMatching(/^refused does not say of which runbook/),
      ]),
    );
    expect(rows).toHaveLength(files.length);
    expect(await api.state()).not.toContain(password);
    expect((await readWorkload(api.services.ledger, 'servers')).body.owner).toBe('Olga');
  });

  it('refuses a cutover step that waits for nobody, and what a new workload lacks', async () => {
    const wrong = await send({ ...fromProject(), steps: [{ runbook: 'Servers', cutoverStep: 'replicate' }] });
    expect(wrong.rows[0]).toMatchObject({ action: 'refused', details: ['step replicate waits for nobody'] });
    const { workload: _workload, ...rest } = fromProject();
    const lacking = await send(rest);
    expect(lacking.rows[0]?.details[0]).toContain('who owns it');
    expect(lacking.rows[1]?.details).toEqual(['none of the runbooks given is made for it']);
  });

  it('keeps what people changed since, and changes only what the runbook says', async () => {
    await send({ ...fromProject(), apply: true });
    const { body, version } = await readWorkload(api.services.ledger, 'servers');
    const {
      log: _log,
      eventSequence: _sequence,
      editors: _editors,
      createdAt: _at,
      updatedAt: _then,
      ...input
    } = body;
    const changed = { ...input, owner: 'Otto' };
    const headers = { ...lead, 'if-match': `"${version}"` };
    await api.call('putWorkload', { params: { id: 'servers' }, headers, body: changed });
    const again = await send({ ...fromProject(), steps: [{ runbook: 'Servers' }], apply: true });
    expect(actions(again.rows)[0]).toBe('update workload servers');
    const { body: now } = await readWorkload(api.services.ledger, 'servers');
    expect(now.owner).toBe('Otto');
    expect(now.assets[0]).toMatchObject({ runbook: { cutoverStep: null } });
  });
});
