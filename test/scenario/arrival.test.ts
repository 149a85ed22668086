import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CutoverView } from '../../shared/contracts/api';
import type { LogEntry } from '../../shared/contracts/log-entry';
import { startCauseway, type Causeway } from '../support/causeway';
import type { TestWorkload } from '../support/test-workload';

describe('a workload that arrives', () => {
  let causeway: Causeway;
  let shop: TestWorkload;
  let cutover: CutoverView;
  let log: LogEntry[];

  beforeAll(async () => {
    causeway = await startCauseway();
    shop = await causeway.makeWorkload({
      id: 'shop',
      files: 'awkward',
      plan: { restore: true, manualChecks: ['Search for an article'] },
    });
    await causeway.beginWave('first', [shop]);
    cutover = await causeway.drive(causeway.cutoverIdOf('first', shop));
    log = await causeway.log('cutovers', cutover.id);
  });
  afterAll(() => causeway?.stop());

  it('R102 R139 has every file, byte for byte, in its container and serves it from there', async () => {
    expect(cutover.status).toBe('completed');
    for (const { path, sizeBytes, sha256 } of shop.files) {
      const { contentLength } = await shop.container.getBlobClient(path).getProperties();
      expect([path, contentLength]).toEqual([path, sizeBytes]);
      expect([path, await shop.read(path)]).toEqual([path, { sha256, servedFrom: 'target' }]);
    }
  });

  it('R135 R146 leaves users on the target, which takes writes, and the source read-only', async () => {
    expect(await shop.about()).toMatchObject({
      activeSide: 'target',
      sides: { source: { writable: false }, target: { serving: true, writable: true } },
    });
    expect(await shop.write('after.txt', 'written after')).toBe(204);
    expect(await shop.write('after.txt', 'written after', 'source')).not.toBe(204);
  });

  it('R133 has evidence of every stage that comes from an adapter or a person, never from the orchestration', () => {
    expect(cutover.stages.map(({ name, status }) => [name, status])).toEqual(
      cutover.itinerary.stages.map(({ name }) => [name, 'done']),
    );
    for (const { name, evidence } of cutover.stages)
      expect([name, evidence?.source]).toEqual([
        name,
        expect.stringMatching(/^(http-hook|azure-blob|files-mover|http-probe|statement:|workload-record)/),
      ]);
    const said = cutover.stages.filter(({ evidence }) => evidence?.source.startsWith('statement:'));
    expect(said.map(({ name }) => name)).toEqual([
      'notify',
      'standby',
      'go-no-go',
      'manual-checks',
      'sign-off',
      'announce',
    ]);
  });

  it('R84 R137 R138 names who stated and who decided, and that owner and tester both signed off', () => {
    const decided = log.filter(({ kind }) => kind === 'gate.decided' || kind === 'gate.answered');
    expect(decided.map(({ actor, facts }) => [facts['gateId'], actor])).toEqual([
      ['cutover-first--shop.notify.statement.1', 'Otto'],
      ['cutover-first--shop.standby.statement.1', 'Otto'],
      ['cutover-first--shop.initial-copy.statement.1', 'Olga'],
      ['cutover-first--shop.go-no-go.go-no-go.1', 'Amir'],
      ['cutover-first--shop.manual-checks.statement.1', 'Theo'],
      ['cutover-first--shop.sign-off.sign-off.1', 'Olga'],
      ['cutover-first--shop.sign-off.sign-off.1', 'Theo'],
      ['cutover-first--shop.announce.statement.1', 'Otto'],
    ]);
  });

  it('R83 R86 R93 R96 R98 R121 R105 R135 R144 logs each stage as begun and done, in the order of the itinerary', () => {
    const done = log.filter(({ kind }) => kind === 'stage.done').map(({ facts }) => facts['stage']);
    expect(done).toEqual(cutover.itinerary.stages.map(({ name }) => name));
    expect(log.at(-1)).toMatchObject({ kind: 'cutover.ended', facts: { status: 'completed' } });
  });

  it('R97 measures the outage from stopping the source to serving from the target', () => {
    const stageOf = (name: string) => cutover.stages.find((stage) => stage.name === name);
    const { beganAt } = cutover.outage;
    expect(Date.parse(beganAt ?? '')).toBeGreaterThanOrEqual(
      Date.parse(stageOf('stop-source')?.beganAt ?? ''),
    );
    expect(Date.parse(beganAt ?? '')).toBeLessThanOrEqual(Date.parse(stageOf('stop-source')?.endedAt ?? ''));
    expect(cutover.outage.endedAt).toBe(stageOf('redirect')?.endedAt);
    expect(log.at(-1)?.facts['outage']).toEqual(cutover.outage);
  });

  it('R133 has a line in the item log for every file, with its MD5, and one for what cannot be moved', async () => {
    const lines = (await causeway.api.itemLog(causeway.people.viewer, cutover.id, 'files')) as {
      path: string;
      result: string;
      md5: string | null;
    }[];
    const moved = lines.filter(({ result, md5 }) => result === 'Transferred' && md5 !== null);
    expect(new Set(moved.map(({ path }) => path))).toEqual(new Set(shop.files.map(({ path }) => path)));
    expect(lines).toContainEqual(
      expect.objectContaining({ path: 'tiny/link-to-one-byte', result: 'Unsupported' }),
    );
  });

  it('R133 exports logs of cutover and wave that the verifier accepts, and rejects once a word is changed', async () => {
    const verify = (name: string, content: string): string => {
      const file = join(causeway.folder, name);
      writeFileSync(file, content);
      const program = join(__dirname, '../../dist/clients/verify-log/main.js');
      return execFileSync(process.execPath, [program, file], { encoding: 'utf8' });
    };
    for (const [subject, id] of [
      ['cutovers', cutover.id],
      ['waves', 'first'],
    ] as const) {
      const exported = await causeway.api.exportLog(causeway.people.viewer, subject, id);
      expect(verify(`${id}.jsonl`, exported)).toMatch(/^ok:/);
      const changed = exported.replace('"actor":"Amir"', '"actor":"Otto"');
      expect(changed).not.toBe(exported);
      expect(() => verify(`${id}-changed.jsonl`, changed)).toThrow(/Command failed/);
    }
  });

  it('R57 R68 comes to a review that names how the workload fared, and lets the next wave go', async () => {
    const gate = await causeway.answer('wave:first', 'wave-review', 'approve');
    expect(gate.question).toContain('shop: arrived');
    const wave = await causeway.until('the end of the wave', async () => {
      const found = await causeway.wave('first');
      return found.endedAt === null ? null : found;
    });
    expect(wave).toMatchObject({ status: 'completed', nextMayProceed: true });
  });
});
