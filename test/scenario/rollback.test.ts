import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashTree } from '../../clients/demo/tree-hash';
import type { CutoverView } from '../../shared/contracts/api';
import { startCauseway, type Causeway, type Decide } from '../support/causeway';
import type { AppAbout, TestWorkload } from '../support/test-workload';

/** A workload that fails once users have been sent to its target. */
const FAILING = { files: 12, breakTarget: true } as const;

/** Looks at both sides without pause until told to stop. */
function watchSides(workload: TestWorkload) {
  const seen: AppAbout[] = [];
  let watching = true;
  const done = (async () => {
    while (watching) seen.push(await workload.about());
  })();
  return {
    stop: async () => {
      watching = false;
      await done;
      return seen;
    },
  };
}

/** Goes back where asked, and answers what failed on the way back with `undo`. */
const goBack =
  (undo: () => Promise<'retry' | 'skip'>): Decide =>
  (gate) =>
    gate.gate === 'rollback-decision' ? 'rollback' : gate.gate === 'stage-failed' ? undo() : undefined;

const neverAsked = async (): Promise<never> => {
  throw new Error('nothing should fail on the way back');
};

describe('a workload that fails after users were sent to it', () => {
  let causeway: Causeway;
  beforeAll(async () => {
    causeway = await startCauseway();
  });
  afterAll(() => causeway?.stop());

  describe('and is rolled back', () => {
    let workload: TestWorkload;
    let treeBefore: string;
    let cutover: CutoverView;
    let seen: AppAbout[];

    beforeAll(async () => {
      workload = await causeway.makeWorkload({ id: 'failing', ...FAILING });
      treeBefore = hashTree(workload.root);
      const watching = watchSides(workload);
      await causeway.beginWave('plain', [workload]);
      cutover = await causeway.drive(causeway.cutoverIdOf('plain', workload), undefined, goBack(neverAsked));
      seen = await watching.stop();
    });

    it('R136 R143 R148 breaks its thresholds and asks approver, owner or lead for a decision', async () => {
      const log = await causeway.log('cutovers', cutover.id);
      expect(log.find(({ kind }) => kind === 'stage.failed')).toMatchObject({
        facts: { stage: 'observe', code: 'thresholds-broken' },
        summary: expect.stringMatching(/error rate \d+\.\d % \(limit 1\.0 %\)/),
      });
      expect(log.find(({ kind }) => kind === 'gate.decided')).toBeDefined();
      expect(cutover.turningBack).toMatchObject({ kind: 'rollback', by: 'Amir' });
    });

    it('R56 has users back on the source, which serves every file as before and takes writes', async () => {
      expect(cutover.status).toBe('rolled-back');
      expect(hashTree(workload.root)).toBe(treeBefore);
      for (const { path, sha256 } of workload.files)
        expect([path, await workload.read(path)]).toEqual([path, { sha256, servedFrom: 'source' }]);
      expect(await workload.write('after.txt', 'after')).toBe(204);
      expect(await workload.write('after.txt', 'after', 'target')).not.toBe(204);
    });

    it('R56 was verified against the state before the source was stopped', async () => {
      const log = await causeway.log('cutovers', cutover.id);
      expect(log.find(({ kind }) => kind === 'rollback.verified')).toMatchObject({
        actor: 'http-hook',
        facts: { compared: ['files'] },
      });
      expect(cutover.outage.endedAt).not.toBeNull();
    });

    it('R127 R147 never had both sides taking writes, before, during or after', () => {
      const writable = seen.map(({ sides }) => [sides.source.writable, sides.target.writable]);
      expect(writable).toContainEqual([true, false]);
      expect(writable).toContainEqual([false, true]);
      expect(writable.at(-1)).toEqual([true, false]);
      expect(writable.filter(([source, target]) => source && target)).toEqual([]);
    });

    it('R147 undid the newest first: traffic, target, source, freeze', async () => {
      const log = await causeway.log('cutovers', cutover.id);
      const undone = log.filter(({ kind }) => kind === 'stage.compensated');
      expect(undone.map(({ facts }) => facts['stage'])).toEqual([
        'redirect',
        'start-target',
        'stop-source',
        'freeze',
      ]);
    });
  });

  it('R53 R56 asks where a step of the way back fails, and tries it again', async () => {
    let refusals = 1;
    const workload = await causeway.makeWorkload({
      id: 'stuck',
      ...FAILING,
      stepIn: (touch) =>
        touch.kind === 'hook' && touch.operation === 'start' && touch.side === 'source' && refusals-- > 0
          ? { kind: 'edit', edit: (reply) => ({ ...reply, ok: false, detail: 'the disk is full' }) }
          : undefined,
    });
    await causeway.beginWave('stuck-wave', [workload]);
    const asked: string[] = [];
    const cutover = await causeway.drive(
      causeway.cutoverIdOf('stuck-wave', workload),
      undefined,
      goBack(async () => {
        asked.push((await causeway.cutover(causeway.cutoverIdOf('stuck-wave', workload))).status);
        return 'retry';
      }),
    );
    expect([asked, cutover.status]).toEqual([['rolling-back'], 'rolled-back']);
    const log = await causeway.log('cutovers', cutover.id);
    expect(log.find(({ kind }) => kind === 'rollback.step-failed')?.summary).toContain('the disk is full');
  });

  it.each([
    ['R53 takes a step done by hand for done once it is verified', 'by-hand', 'rolled-back', 'verified'],
    ['R52 R53 does not call restored what a person leaves open', 'open', 'rollback-failed', 'left-open'],
  ] as const)('%s', async (_, id, status, word) => {
    const workload = await causeway.makeWorkload({
      id,
      ...FAILING,
      stepIn: (touch) => {
        if (touch.kind !== 'hook' || touch.operation !== 'start' || touch.side !== 'source') return undefined;
        // The hook's no is all that Causeway hears, whether the source was started or not.
        return status === 'rolled-back'
          ? { kind: 'edit', edit: (reply) => ({ ...reply, ok: false, detail: 'the server is gone' }) }
          : { kind: 'path', path: '/hooks/status' };
      },
    });
    await causeway.beginWave(`${id}-wave`, [workload]);
    const cutover = await causeway.drive(
      causeway.cutoverIdOf(`${id}-wave`, workload),
      undefined,
      goBack(async () => 'skip'),
    );
    expect(cutover.status).toBe(status);
    expect(cutover.outage.endedAt === null).toBe(status === 'rollback-failed');
    const log = await causeway.log('cutovers', cutover.id);
    expect(
      log.map(({ kind }) => kind).filter((kind) => /^rollback\.(verified|left-open)$/.test(kind)),
    ).toEqual([`rollback.${word}`]);
    expect(log).toContainEqual(expect.objectContaining({ kind: 'stage.compensated', actor: 'skipped:Otto' }));
  });

  it('R56 does not open a source that has changed since its backup until it is as it was', async () => {
    const workload = await causeway.makeWorkload({ id: 'changed', ...FAILING });
    const file = join(workload.root, workload.files[0]?.path ?? '');
    const before = readFileSync(file);
    await causeway.beginWave('changed-wave', [workload]);
    const asked: (boolean | string)[] = [];
    const cutover = await causeway.drive(
      causeway.cutoverIdOf('changed-wave', workload),
      undefined,
      async (gate) => {
        if (gate.gate === 'rollback-decision') {
          writeFileSync(file, 'changed behind the back of everybody');
          return 'rollback';
        }
        if (gate.gate !== 'stage-failed') return undefined;
        asked.push(/not what it was/.test(gate.question), (await workload.about()).sides.source.serving);
        writeFileSync(file, before);
        return 'retry';
      },
    );
    expect(asked).toEqual([true, false]);
    expect(cutover.status).toBe('rolled-back');
  });

  it('R56 goes on with the way back where the process was killed in the middle of it', async () => {
    let killed: Promise<void> | null = null;
    const workload = await causeway.makeWorkload({
      id: 'killed',
      ...FAILING,
      stepIn: async (touch) => {
        if (touch.kind !== 'hook' || touch.operation !== 'start' || touch.side !== 'source') return undefined;
        if (killed !== null) return undefined;
        killed = causeway.kill();
        await killed;
        return { kind: 'break-off' };
      },
    });
    await causeway.beginWave('killed-wave', [workload]);
    const id = causeway.cutoverIdOf('killed-wave', workload);
    const watching = watchSides(workload);
    const followed = causeway.drive(id, undefined, goBack(neverAsked)).catch(() => null);
    await causeway.until('the kill', async () => killed);
    await followed;
    await causeway.startHost();
    const cutover = await causeway.drive(id, undefined, goBack(neverAsked));
    expect(cutover.status).toBe('rolled-back');
    expect(
      (await watching.stop()).filter(({ sides }) => sides.source.writable && sides.target.writable),
    ).toEqual([]);
    const log = await causeway.log('cutovers', id);
    expect(log.filter(({ kind }) => kind === 'stage.compensated')).toHaveLength(4);
  });
});
