import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { render } from '../../../clients/cli/render';
import { runCli } from '../../../clients/cli/run-cli';
import { loadKeys } from '../../../host/host-keys';
import { canonicalJson } from '../../../shared/domain/canonical-json';
import { sha256Hex } from '../../../shared/domain/hash';
import { verifyChain } from '../../../shared/domain/log-chain';
import { waveInput, workloadInput } from '../../unit/http/samples';
import { makeWorld, type World } from '../../unit/http/world';
import { serveApi, type ServedApi } from './served-api';

let world: World;
let served: ServedApi;
let folder: string;
let environment: Record<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-cli-'));
  world = await makeWorld();
  served = await serveApi(world.api, loadKeys(folder));
  environment = { CAUSEWAY_URL: served.url, CAUSEWAY_DATA: folder };
});
afterEach(async () => {
  await served.close();
  world.api.close();
  rmSync(folder, { recursive: true });
});

interface Ran {
  readonly exitCode: number;
  readonly out: string;
  readonly error: string;
}

async function causeway(...args: string[]): Promise<Ran> {
  let out = '';
  let error = '';
  const streams = {
    out: (text: string) => void (out += text),
    error: (text: string) => void (error += text),
  };
  const exitCode = await runCli(args, environment, streams);
  return { exitCode, out, error };
}
const as = ({ authorization }: { authorization: string }) => {
  environment['CAUSEWAY_TOKEN'] = authorization.slice('Bearer '.length);
};
const file = (name: string, content: unknown): string => {
  const path = join(folder, name);
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
};

describe('the command line', () => {
  it('R64 makes a token with the key in the data folder, lists it, and ends it', async () => {
    const made = await causeway(
      'token',
      'create',
      '--name',
      'Nora',
      '--role',
      'lead',
      '--role',
      'approver',
      '--expires',
      '7d',
      '--output',
      'json',
    );
    expect(made).toMatchObject({ exitCode: 0, error: '' });
    const { token, id, principal, expiresAt } = JSON.parse(made.out);
    expect(principal).toEqual({ name: 'Nora', roles: ['lead', 'approver'] });
    expect(expiresAt).toBe('2026-11-28T12:00:00.000Z');
    environment['CAUSEWAY_TOKEN'] = token;
    expect((await causeway('waves', 'list')).out).toContain('First wave');
    const listed = await causeway('token', 'list');
    expect(listed.out).toContain('Nora');
    expect(listed.out).not.toContain('cw_');
    await causeway('token', 'revoke', id);
    expect(await causeway('waves', 'list')).toMatchObject({
      exitCode: 4,
      error: expect.stringContaining('revoked'),
    });
  });

  it('makes no token without the data folder', async () => {
    const ran = await causeway('token', 'list', '--data', join(folder, 'elsewhere'));
    expect(ran).toMatchObject({ exitCode: 4, out: '' });
    expect(ran.error).toMatch(/^causeway: the key of the host.*ENOENT\)\n$/);
  });

  it('R5 imports workloads and waves, and replaces what is there', async () => {
    as(world.lead);
    const workloads = file('workloads.json', [workloadInput('shop'), workloadInput('blog')]);
    const imported = await causeway('workloads', 'import', workloads, '--output', 'json');
    expect(JSON.parse(imported.out)).toEqual([
      { id: 'shop', result: 'replaced' },
      { id: 'blog', result: 'created' },
    ]);
    const waves = file('waves.json', waveInput('second', ['blog', 'spare']));
    expect((await causeway('waves', 'import', waves)).out).toContain('created');
    expect((await causeway('waves', 'import', waves)).out).toContain('replaced');
    expect((await causeway('waves', 'list')).out).toMatch(/second +First wave +planned/);
  });

  it('R63 shows open gates and answers them only over the plan that the person names', async () => {
    as(world.approver);
    expect((await causeway('gates', 'list', '--mine')).out).toContain(world.gate.id);
    const blind = await causeway('approve', world.gate.id, '--reason', 'Ready');
    expect(blind).toMatchObject({ exitCode: 2, error: expect.stringContaining(world.gate.planHash ?? '') });
    const approved = await causeway(
      'approve',
      world.gate.id,
      '--reason',
      'Ready',
      '--plan-hash',
      world.gate.planHash ?? '',
    );
    expect(approved).toMatchObject({ exitCode: 0, out: expect.stringContaining('decided') });
    expect((await causeway('gates', 'list')).out).not.toContain(world.gate.id);
  });

  it('R63 shows the plan that a hash stands for, and that it is made of nothing else', async () => {
    as(world.approver);
    const { out } = await causeway('waves', 'plan', 'first', '--output', 'json');
    const shown = JSON.parse(out) as {
      planHash: string;
      isAsPlanned: boolean;
      plan: { workloads: object[] };
    };
    expect(shown).toMatchObject({ planHash: world.gate.planHash, isAsPlanned: true });
    expect(sha256Hex(canonicalJson(shown.plan))).toBe(shown.planHash);
    expect(shown.plan.workloads[0]).toHaveProperty('itinerary.stages');
    const table = (await causeway('waves', 'plan', 'first')).out;
    expect(table).toMatch(/^first: First wave\n +plan hash +[0-9a-f]{64}$/m);
    expect(table).toMatch(/^1 of 1\. shop: /m);
  });

  it('starts, holds, releases and stops waves and commands cutovers', async () => {
    as(world.lead);
    expect((await causeway('waves', 'hold', 'first', '--reason', 'Storm')).out).toMatch(/first +held +Storm/);
    await causeway('waves', 'release', 'first', '--reason', 'Over');
    expect((await causeway('waves', 'start', 'first', '--reason', 'Go')).out).toMatch(/first +running/);
    expect((await causeway('command', world.cutoverId, 'pause', '--reason', 'Lunch')).out).toContain(
      'pending',
    );
    const { exitCode, out } = await causeway('status');
    expect(exitCode).toBe(0);
    expect(out).toContain(world.cutoverId);
    expect(out).toContain(world.gate.id);
    expect((await causeway('waves', 'stop', 'first', '--reason', 'Put off')).exitCode).toBe(0);
    expect((await causeway('waves', 'show', 'first')).out).toContain('Put off');
  });

  it('R123 R131 shows the limits of an asset, and changes those that are named', async () => {
    as(world.operator);
    const limits = (...changes: string[]) =>
      causeway('cutovers', 'limits', world.cutoverId, 'files', ...changes, '--output', 'json');
    expect(JSON.parse((await limits()).out)).toMatchObject({ parallelSlices: 2, bytesPerSecond: null });
    await limits('bytesPerSecond=4096', 'concurrencyPerSlice=auto');
    const changed = JSON.parse((await limits('parallelSlices=3')).out);
    expect(changed).toMatchObject({
      ...{ parallelSlices: 3, bytesPerSecond: 4_096, concurrencyPerSlice: 'auto', maxDeletes: 1_000 },
    });
    expect(JSON.parse((await limits('bytesPerSecond=null')).out)).toEqual({
      ...changed,
      bytesPerSecond: null,
    });
    expect(JSON.parse((await limits()).out)).toEqual({ ...changed, bytesPerSecond: null });
  });

  it('R123 refuses a limit that an asset does not have, with those that it has', async () => {
    as(world.operator);
    const limits = (...args: string[]) => causeway('cutovers', 'limits', world.cutoverId, ...args);
    expect((await limits('files', 'speed=9')).error).toMatch(
      /no such limit: speed; there are parallelSlices, /,
    );
    expect((await limits('files', 'copyWorkers=9')).error).toMatch(
      /asset files has no limit copyWorkers: it has parallelSlices, concurrencyPerSlice, [^\n]*maxDeletes/,
    );
    expect((await limits('files', 'parallelSlices')).error).toContain('name=value, not as parallelSlices');
    expect((await limits('mails')).error).toContain('no asset mails with limits: there is files');
  });

  it('R133 exports a log that verifies', async () => {
    as(world.viewer);
    const path = join(folder, 'log.ndjson');
    await causeway('log', 'export', 'cutover', world.cutoverId, '--out', path);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(verifyChain(lines)).toMatchObject({ ok: true });
  });

  it('reads a token from a file', async () => {
    const path = file('token', `${world.approverToken}\n`);
    expect(await causeway('waves', 'list', '--token-file', path)).toMatchObject({ exitCode: 0 });
  });

  it.each([
    [2, 'no such option', ['waves', 'list', '--colour']],
    [2, 'no such command', ['waves', 'delete', 'first']],
    [2, 'missing operand', ['waves', 'show']],
    [2, 'missing reason', ['waves', 'start', 'first']],
    [2, 'file that is not there', ['waves', 'import', '/nowhere.json']],
    [2, 'address that is none', ['waves', 'list', '--url', 'file:///etc/passwd']],
    [1, 'wave that is not there', ['waves', 'show', 'nowhere']],
    [1, 'command that makes no sense', ['command', 'first--shop', 'dance', '--reason', 'x']],
    [3, 'service that is not there', ['waves', 'list', '--url', 'http://127.0.0.1:1']],
    [4, 'token that is wrong', ['waves', 'list', '--token-file', '/dev/null']],
  ])('ends with %i and one line for a %s', async (exitCode, _, args) => {
    as(world.lead);
    const ran = await causeway(...args);
    expect(ran).toMatchObject({ exitCode, out: '' });
    expect(ran.error).toMatch(/^causeway: [^\n]+\n$/);
  });

  it('shows help, and nothing of stored control characters', async () => {
    expect((await causeway('--help')).out).toContain('token create --name NAME');
    const help = (await causeway('import', 'azure-migrate', 'wave.json', '--help')).out;
    expect(help).toContain('import azure-migrate [FILE…]');
    expect(help).not.toContain('token create');
    expect((await causeway('waves', '--help')).out).toMatch(/waves list[^]*waves start/);
    expect(await causeway('dance', '--help')).toMatchObject({ exitCode: 2 });
    as(world.lead);
    const rows = [{ id: 'a\u001b[31m\nb' }];
    expect(render({ kind: 'rows', columns: ['id'], rows }, 'table')).toBe('ID\na [31m b\n');
  });

  it('wants something to import, and says which file of defaults is missing', async () => {
    as(world.lead);
    expect(await causeway('import', 'azure-migrate')).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining('name files, or a --project and its --wave'),
    });
    const missing = join(folder, 'none.json');
    expect(
      await causeway('import', 'azure-migrate', file('wave.json', {}), '--defaults', missing),
    ).toMatchObject({
      exitCode: 2,
      error: expect.stringContaining(`${missing} cannot be read`),
    });
    const project = await causeway('import', 'azure-migrate', '--project', '/subscriptions/x', '--wave', 'a');
    expect(project.error).toContain('use a resource id of the type Microsoft.Migrate/migrateProjects;');
  });

  it('cuts long prose in a table, and never an id or hash that the next command needs', () => {
    const planHash = 'a'.repeat(64);
    const rows = [{ planHash, question: 'go? '.repeat(40) }];
    const [, line] = render({ kind: 'rows', columns: ['planHash', 'question'], rows }, 'table').split('\n');
    expect(line).toBe(`${planHash}  ${'go? '.repeat(40).slice(0, 59)}…`);
  });
});
