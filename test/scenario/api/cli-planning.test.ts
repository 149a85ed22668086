import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inventory, settings } from '../../unit/http/planning-cases';
import { makeCliWorld, type CliWorld } from './cli-world';

let cli: CliWorld;
beforeEach(async () => {
  cli = await makeCliWorld();
});
afterEach(() => cli.close());

const lead = (...args: string[]) => cli.run(cli.world.lead, ...args);
const planned = async (): Promise<void> => {
  await lead('import', cli.file('own.json', inventory), '--apply');
  const made = await lead('plan', 'make', 'big', '--settings', cli.file('settings.json', settings));
  expect(made).toMatchObject({ exitCode: 0 });
};
const hashOf = async (): Promise<string> =>
  (JSON.parse((await lead('plan', 'show', 'big', '--json')).out) as { contentHash: string }).contentHash;

describe('planning at the command line', () => {
  it('says what to do where there is nothing yet', async () => {
    expect(await lead('portfolio', 'show')).toMatchObject({
      exitCode: 1,
      error: 'causeway: there is no portfolio main: import an inventory first (404 not-found)\n',
    });
    expect((await lead('plan', 'list')).out).toBe('No plans: see plan make.\n');
    expect((await lead('plan', 'make', 'big')).error).toContain('import an inventory first');
    expect((await lead('plan', '--help')).out).toMatch(/plan make ID[^]*plan start ID N/);
    expect((await lead('import', '--help')).out).toMatch(/import azure-migrate[^]*import FILE…/);
  });

  it('R5 shows what an import would change, changes it when told to, and says which row is wrong', async () => {
    const file = cli.file('own.json', inventory);
    const dry = await lead('import', file);
    expect(dry.out).toMatch(/^Nothing was changed: add --apply[^]*Workloads: 2 new[^]*office +new/);
    expect(dry.error).toMatch(/^reading 1 file, 0\.0 MB …\n$/);
    expect((await lead('import', file, '--apply')).out).toContain(
      'Applied: the portfolio has version 1 now.',
    );
    const wrong = cli.file('wrong.json', { workloads: [{ id: 'till', criticality: 'royal' }] });
    expect((await lead('import', wrong, '--apply')).out).toMatch(
      /mend the errors first[^]*error +wrong\.json/,
    );
    expect((await lead('portfolio', 'workloads', 'TILL')).out).toMatch(/till +Till +Olga Owner +low/);
    expect((await lead('portfolio', 'workloads', 'none')).out).toBe('No workloads.\n');
    expect((await lead('import', '/nowhere.csv')).exitCode).toBe(2);
  });

  it('R3 R7 lists what is to be done, tracks it, confirms a criticality, corrects a workload', async () => {
    await lead('import', cli.file('own.json', inventory), '--apply');
    const open = () =>
      lead('portfolio', 'readiness', '--workload', 'till', '--severity', 'block', '--state', 'open');
    expect((await open()).out).toMatch(/till +criticality +block +open/);
    expect((await lead('portfolio', 'confirm', 'till', 'low')).out).toMatch(/till +low +Lea Lead/);
    expect((await open()).out).toBe('Nothing is to be done.\n');
    const track = ['portfolio', 'track', 'till', 'skills', '--state', 'exception'];
    expect((await lead(...track)).error).toContain('say why the exception is granted');
    expect((await lead(...track, '--note', 'Two weeks only')).out).toMatch(
      /skills +exception +- +- +Two weeks only/,
    );
    await lead('portfolio', 'correct', 'till', cli.file('till.json', { owner: 'Nora' }));
    expect((await lead('portfolio', 'workload', 'till')).out).toMatch(/owner +Nora/);
  });

  it('R46 R62 R63 plans, edits, compares, confirms, approves and starts', async () => {
    await planned();
    expect((await lead('plan', 'waves', 'big')).out).toMatch(/2 waves\nWAVE +START[^]*till/);
    expect((await lead('plan', 'wave', 'big', '1')).out).toMatch(/Schedule[^]*Cutovers[^]*till/);
    expect((await lead('plan', 'explain', 'big', 'till')).out).toMatch(/\(R\d+\)/);
    expect((await lead('plan', 'cuts', 'big')).out).toBe('No dependency is cut.\n');
    expect((await lead('plan', 'diff', 'big')).out).toBe('There is one version only.\n');
    const edited = await lead('plan', 'edit', 'big', 'exclude', 'office', '--reason', 'Is sold');
    expect(edited.out).toMatch(/version 2[^]*workload: office is in no wave any more/);
    expect((await lead('plan', 'diff', 'big')).out).toContain('office is in no wave any more');
    expect((await lead('plan', 'diff', 'big', '2', '2')).out).toBe('Nothing is different.\n');
    expect((await lead('plan', 'show', 'big', '--version', '1')).exitCode).toBe(0);
    const { approver, operator } = cli.world;
    const blind = await cli.run(approver, 'plan', 'approve', 'big', '--reason', 'Fine');
    expect(blind).toMatchObject({ exitCode: 2, error: expect.stringContaining(await hashOf()) });
    const hash = ['--plan-hash', await hashOf()];
    const confirmations = async () => (await lead('plan', 'confirmations', 'big')).out;
    expect(await confirmations()).toMatch(/WAVE +CONFIRMED BY +MISSING\n1 +nobody yet +Olga Owner\n/);
    expect((await cli.run(operator, 'plan', 'confirm', 'big', '1', ...hash)).exitCode).toBe(0);
    expect(await confirmations()).toMatch(/\n1 +Otto Operator +Olga Owner\n/);
    expect((await cli.run(approver, 'plan', 'approve', 'big', ...hash, '--reason', 'Fine')).out).toContain(
      'Ada Approver',
    );
    expect((await lead('plan', 'show', 'big')).out).toMatch(
      /Approved by Ada Approver[^]*Confirmed[^]*Edits[^]*exclude +office +Is sold/,
    );
    const start = ['plan', 'start', 'big', '1', '--reason', 'Go'];
    expect(await lead(...start)).toMatchObject({
      exitCode: 1,
      error: expect.stringContaining('tracked.criticality'),
    });
    await lead('portfolio', 'confirm', 'till', 'low');
    expect((await lead(...start, '--scheduled')).out).toMatch(
      /big-w1 +Big plan|big-w1 +big, wave 1 +planned/,
    );
    expect((await lead('plan', 'show', 'big')).out).toMatch(/Started\nWAVE +ID\n1 +big-w1/);
  });

  it.each([
    ['pin', 'till', '2'],
    ['move', 'till', '2'],
    ['together', 'till', 'office'],
    ['apart', 'till', 'office'],
    ['cap', 'till', '1'],
    ['date', 'till', '2026-12-05T20:00:00Z', '2026-12-06T04:00:00Z'],
    ['method', 'till', 'offline'],
    ['ignore-dependency', 'till', 'office'],
  ])('R11 takes the edit %s, and keeps it', async (...edit) => {
    await planned();
    expect(await lead('plan', 'edit', 'big', ...edit, '--reason', 'Asked for')).toMatchObject({
      exitCode: 0,
      error: '',
    });
    const { out } = await lead('plan', 'show', 'big');
    expect(out).toMatch(/Edits\nEDIT +KIND[^\n]+\n[^\n]+Asked for\n/);
    expect(out).not.toMatch(/[{}[\]"]/);
  });

  it.each([
    ['a kind of edit that there is not', ['plan', 'edit', 'big', 'swap', 'till', '--reason', 'x'], 2],
    ['a wave that is no number', ['plan', 'edit', 'big', 'pin', 'till', 'first', '--reason', 'x'], 2],
    ['an edit without a reason', ['plan', 'edit', 'big', 'exclude', 'till'], 2],
    ['a plan that is not there', ['plan', 'show', 'none'], 1],
    ['a version that is not there', ['plan', 'show', 'big', '--version', '7'], 1],
    ['settings that are none', ['plan', 'make', 'big', '--settings', '/nowhere.json'], 2],
  ])('refuses %s in one line', async (_, args, exitCode) => {
    await planned();
    const ran = await lead(...args);
    expect(ran).toMatchObject({ exitCode, out: '' });
    expect(ran.error.trimEnd()).toMatch(/^causeway: [^\n]+$/);
  });
});
