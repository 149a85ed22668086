import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../../../clients/cli/run-cli';
import { loadKeys } from '../../../host/host-keys';
import { endAction, recordPlan } from '../../../shared/ledger/environment-run';
import { environmentOf } from '../../support/environment-world';
import { makeWorld, type World } from '../../unit/http/world';
import { serveApi, type ServedApi } from './served-api';

const ROOT = join(__dirname, '../../..');
const ID = 'shop-test';
let world: World;
let served: ServedApi;
let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-cli-'));
  world = await makeWorld();
  served = await serveApi(world.api, loadKeys(folder));
  const body = { ...environmentOf('test'), workloadId: 'shop' };
  expect((await world.api.call('createEnvironment', { headers: world.lead, body })).status).toBe(202);
});
afterEach(async () => {
  await served.close();
  world.api.close();
  rmSync(folder, { recursive: true });
});

const causeway = async (...args: string[]) => {
  let [out, error] = ['', ''];
  const token = world.lead.authorization.slice('Bearer '.length);
  const environment = { CAUSEWAY_URL: served.url, CAUSEWAY_TOKEN: token };
  const streams = {
    out: (text: string) => void (out += text),
    error: (text: string) => void (error += text),
  };
  const exitCode = await runCli(args, environment, streams);
  return { exitCode, out, error };
};
const refuse = (): Promise<void> => {
  const problem = { code: 'ResourceGroupNotFound', reason: 'Resource group shop could not be found.' };
  const { ledger } = world.api.services;
  return endAction(ledger, ID, 1, { status: 'refused', summary: 'refused', problem });
};

describe('the command line for environments', () => {
  it('says why nothing was predicted, and before an old prediction why there is no newer one', async () => {
    const none = await causeway('environments', 'what-if', ID);
    expect(none.error).toContain('nothing was predicted for shop-test yet: it is checking');
    await recordPlan(world.api.services.ledger, ID, 1, { planHash: 'a'.repeat(64), changes: [] });
    expect((await causeway('environments', 'what-if', ID)).out).not.toContain('problem');
    await refuse();
    const { out } = await causeway('environments', 'what-if', ID);
    expect(out).toContain('could not be found.');
    expect(out).toContain('a'.repeat(64));
  });

  it('says what it was refused for where there is no prediction', async () => {
    await refuse();
    expect(await causeway('environments', 'what-if', ID)).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining(
        'it was refused: Resource group shop could not be found. (ResourceGroupNotFound)',
      ),
    });
  });

  it('R95 replaces a checklist by its next version', async () => {
    await refuse();
    const file = join(ROOT, 'examples/checklist.json');
    const put = (...args: string[]) =>
      causeway('environments', 'checklist', ID, ...args, '--reason', 'first');
    expect(await put(file)).toMatchObject({ exitCode: 0, error: '' });
    const shown = await causeway('environments', 'show', ID, '--output', 'json');
    const { checklist } = JSON.parse(shown.out);
    expect(checklist).toMatchObject({
      version: 1,
      items: [{ id: 'files' }, { id: 'watched' }, { id: 'restore' }],
    });
    const twice = join(folder, 'twice.json');
    writeFileSync(twice, JSON.stringify([checklist.items[0], checklist.items[0]]));
    expect((await put(twice)).error).toContain('items: name every item once');
  });
});

describe('output that nobody reads any more', () => {
  it('ends the command quietly', async () => {
    const loader = join(ROOT, 'test/support/run-typescript.js');
    const args = ['--require', loader, join(ROOT, 'clients/cli/main.ts'), '--help'];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    let said = '';
    child.stderr.on('data', (chunk: Buffer) => void (said += String(chunk)));
    const [code] = (await once(child, 'close')) as [number];
    expect([code, said]).toEqual([0, '']);
  });
});
