import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { verifyTarget } from '../../../functions/steps/verify-target';
import { targetNotReady } from '../../../functions/steps/target-environment';
import { Endpoint } from '../../../shared/contracts/endpoint';
import { ChecklistInput, type Environment } from '../../../shared/contracts/environment';
import { setChecklist } from '../../../shared/ledger/environment-checklist';
import { readEnvironment } from '../../../shared/ledger/environments';
import { ACCOUNT, EnvironmentWorld, environmentOf } from '../../support/environment-world';
import { lead } from '../../support/ledger-under-test';
import { sampleWorkload } from '../../support/sample-plan';
import { startScriptServer, type ScriptServer } from '../../support/script-server';

const ID = 'shop-test';
const RESTORE = { kind: 'statement', id: 'restore', question: 'Was a restore tried?' };

let world: EnvironmentWorld;
let script: ScriptServer;
let tcp: Server;
beforeEach(async () => {
  world = await EnvironmentWorld.start();
  script = await startScriptServer();
  world.secret = script.secret;
  tcp = createServer((socket) => socket.end());
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  await world.under.putWave();
});
afterEach(async () => {
  tcp.close();
  await Promise.all([script.close(), world.stop()]);
});

const endpoint = (more: Record<string, unknown> = {}) => ({
  kind: 'endpoint',
  id: 'database',
  host: 'localhost',
  protocol: 'tcp',
  port: (tcp.address() as AddressInfo).port,
  ...more,
});
const scan = (more: Record<string, unknown> = {}) => ({
  kind: 'script',
  id: 'scan',
  url: script.url,
  secret: 'scan',
  ...more,
});
const made = async (checklist: readonly unknown[]): Promise<Environment> => {
  await world.describe(environmentOf('test', { checklist }));
  return world.run(ID);
};
const found = ({ report }: Environment) =>
  report?.findings
    .filter(({ area }) => area === 'connectivity' || area === 'checklist')
    .map(({ area, severity, message }) => [area, severity, message]);
const change = async (items: readonly unknown[]): Promise<void> => {
  const { version } = await readEnvironment(world.under.ledger, ID);
  const input = ChecklistInput.parse({ items, reason: 'learnt' });
  await setChecklist(world.under.ledger, lead, ID, input, version);
};
const inspected = async (): Promise<Environment> => {
  await world.request(ID, 'inspect');
  return world.run(ID);
};

describe('R95 a checklist', () => {
  it('that is fulfilled lets the environment be accepted: connections, scripts and what people state', async () => {
    script.findings.push({
      severity: 'note',
      resourceId: ACCOUNT('shoptest'),
      message: 'encrypted by Microsoft',
    });
    const environment = await made([endpoint(), scan(), RESTORE]);
    expect(environment.status).toBe('accepted');
    expect(world.asked.map(({ gate, stage, roles }) => [gate, stage, roles])).toEqual([
      ['provision', 'provision', ['approver']],
      ['environment-checklist', 'restore', ['tester']],
      ['environment-acceptance', 'environment-acceptance', ['tester']],
    ]);
    expect(environment.report).toMatchObject({ ready: true, checklistVersion: 1 });
    expect(found(environment)).toEqual([['checklist', 'note', 'scan: encrypted by Microsoft']]);
    expect(environment.statements).toMatchObject([
      { itemId: 'restore', holds: true, by: 'Theo', evidence: 'seen for restore' },
    ]);
    expect(script.requests).toMatchObject([
      { environmentId: ID, itemId: 'scan', deployment: { outputs: { accountId: ACCOUNT('shoptest') } } },
    ]);
  });

  it('R94 whose endpoint is found elsewhere than it should be keeps the environment from being accepted', async () => {
    const environment = await made([endpoint({ expected: ['private'] })]);
    expect(environment).toMatchObject({ status: 'failed', problem: { code: 'findings' }, accepted: null });
    expect(environment.problem?.reason).toContain('which is not within private');
    expect(world.asked.map(({ gate }) => gate)).toEqual(['provision']);
  });

  it('whose script finds an error keeps a cutover from starting until that is mended', async () => {
    await made([]);
    await change([scan()]);
    script.findings.push({ severity: 'error', resourceId: null, message: 'port 22 is open' });
    const workload = { ...sampleWorkload(), targetEnvironment: ID } as never;
    expect(await targetNotReady(world.stepContext(workload))).toMatchObject({
      code: 'target-not-ready',
      reason: 'shop-test: scan: port 22 is open',
    });
    script.findings.length = 0;
    expect(await targetNotReady(world.stepContext(workload))).toBeNull();
  });

  it('is asked anew where an item did not hold, and by every deployment', async () => {
    await made([]);
    await change([RESTORE]);
    await world.request(ID, 'inspect');
    const refused = await world.run(ID, () => 'reject');
    expect(found(refused)).toEqual([['checklist', 'error', 'restore: is not so: we reject (Theo)']]);
    expect(found(await inspected())).toEqual([]);
    const asked = world.asked.length;
    expect(found(await inspected())).toEqual([]);
    expect(world.asked).toHaveLength(asked);
    await world.request(ID, 'provision');
    await world.run(ID);
    expect(world.asked.slice(asked).map(({ gate }) => gate)).toContain('environment-checklist');
  });

  it('says what nobody has stated yet, and what does not hold when nobody answers', async () => {
    await made([]);
    await change([RESTORE]);
    const workload = { ...sampleWorkload(), targetEnvironment: ID } as never;
    expect(await targetNotReady(world.stepContext(workload))).toMatchObject({
      reason: 'shop-test: restore: nobody has stated it yet: Was a restore tried?',
    });
    await world.request(ID, 'inspect');
    const expired = await world.run(ID, () => 'wait');
    expect(found(expired)).toEqual([
      ['checklist', 'error', 'restore: is not so: nobody answered in time (causeway)'],
    ]);
  });

  it('can be stricter than the inspection is by itself', async () => {
    await made([]);
    const { report } = await inspected();
    expect(report).toMatchObject({ ready: true });
    expect(report?.findings).toMatchObject([{ area: 'monitoring', severity: 'warning' }]);
    await change([{ kind: 'area', id: 'watched', area: 'monitoring', tolerated: 'note' }]);
    const strict = (await inspected()).report;
    expect(strict).toMatchObject({ ready: false, checklistVersion: 1 });
    expect(strict?.findings).toMatchObject([
      { severity: 'error', message: 'sends its logs and metrics nowhere (checklist: watched)' },
    ]);
  });

  it('has versions: an old one is not overwritten unseen, nor changed while people answer', async () => {
    await made([]);
    const { version } = await readEnvironment(world.under.ledger, ID);
    await change([RESTORE]);
    await change([]);
    const input = ChecklistInput.parse({ items: [], reason: 'late' });
    const late = setChecklist(world.under.ledger, lead, ID, input, version);
    await expect(late).rejects.toMatchObject({ code: 'stale-write' });
    expect((await world.read(ID)).checklist).toEqual({ version: 2, items: [] });
    await world.request(ID, 'inspect');
    await expect(change([RESTORE])).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('R94 verifying the target of a cutover', () => {
  it('looks at what the workload and its environment have to reach, right before anything moves there', async () => {
    await made([endpoint()]);
    const own = Endpoint.parse({ ...endpoint({ id: 'queue' }), host: '127.0.0.1' });
    const workload = { ...sampleWorkload(), assets: [], endpoints: [own], targetEnvironment: ID } as never;
    expect(await verifyTarget(world.stepContext(workload))).toMatchObject({
      kind: 'done',
      evidence: { facts: { endpoints: [{ id: 'queue' }, { id: 'database', protocol: 'tcp' }] } },
    });
    await new Promise((resolve) => tcp.close(resolve));
    const refused = await verifyTarget(world.stepContext(workload));
    expect(refused).toMatchObject({ kind: 'failed', code: 'target-unreachable' });
    expect(refused).toMatchObject({
      reason: expect.stringMatching(/^endpoint queue, .*ECONNREFUSED.*; endpoint database, .*ECONNREFUSED/),
    });
  });
});
