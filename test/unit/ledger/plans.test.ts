import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteJournal } from '../../../shared/adapters/sqlite/sqlite-journal';
import type { PlanContent, PlanProblem } from '../../../shared/contracts/planning/plan';
import type { Principal } from '../../../shared/contracts/principal';
import type { ContentLedger } from '../../../shared/ledger/content-ledger';
import { logEntryType } from '../../../shared/ledger/documents';
import { approvePlan, confirmPlannedWave, noteStart } from '../../../shared/ledger/plan-approval';
import { findPlan, planContentOf, readPlan, savePlan } from '../../../shared/ledger/plans';
import { portfolioVersions } from '../../../shared/ledger/portfolio-versions';
import { findPortfolio, readPortfolio, savePortfolio } from '../../../shared/ledger/portfolios';
import { approver, lead, LedgerUnderTest, operator } from '../../support/ledger-under-test';
import {
  samplePlanContent,
  samplePlannedWave,
  samplePortfolio,
} from '../../support/planning/sample-portfolio';

const imported = { kind: 'imported', summary: 'Imported' } as const;
const petra: Principal = { name: 'Petra', roles: ['lead', 'approver'] };

describe('plans as they are kept', () => {
  let under: LedgerUnderTest;
  let folder: string;
  let journal: SqliteJournal;
  let ledger: ContentLedger;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    folder = mkdtempSync(join(tmpdir(), 'causeway-plans-'));
    journal = new SqliteJournal(join(folder, 'journal.db'));
    ledger = { ...under.ledger, journal };
    await savePortfolio(ledger, { name: 'Ina' }, 'main', null, samplePortfolio(2), imported);
  });
  afterEach(() => {
    journal.close();
    under.close();
    rmSync(folder, { recursive: true });
  });

  const save = async (content: PlanContent, by = lead, name = 'The plan', portfolioVersion = 1) => {
    const head = await findPlan(ledger, 'big');
    const previous = head && (await planContentOf(ledger, head.body));
    const version = { name, portfolioId: 'main', portfolioVersion, content, change: 'made' };
    return (await savePlan(ledger, by, 'big', head, previous, version)).body;
  };
  const plan = async () => (await readPlan(ledger, 'big')).body;
  const log = async () =>
    (await ledger.store.list(logEntryType, 'plan:big', {})).items.map(({ body }) => body);
  const two = samplePlanContent([['a', 'b'], ['c']]);
  const later = samplePlanContent([['a', 'b'], ['c']], {
    waves: [samplePlannedWave(1, ['a', 'b']), samplePlannedWave(2, ['c'], 48)],
  });
  const approve = (by: Principal, contentHash: string) =>
    approvePlan(ledger, by, 'big', { contentHash, reason: 'Agreed on Monday' });

  it('gives every version back as it was planned, and tells who changed it', async () => {
    await save(two);
    await save(later, petra);
    expect(await plan()).toMatchObject({ version: 2, waves: 2, workloads: 3, editors: ['Lena', 'Petra'] });
    expect(await planContentOf(ledger, await plan(), 1)).toEqual(two);
    expect(await planContentOf(ledger, await plan())).toEqual(later);
    expect(
      (await under.events('plan:big')).map(({ type, data }) => [type, data['version'], data['by']]),
    ).toEqual([
      ['plan.changed', 1, 'Lena'],
      ['plan.changed', 2, 'Petra'],
    ]);
  });

  it('holds what it is made of from before it is saved, and lets go of it once it is known to be made of something else', async () => {
    await savePortfolio(
      ledger,
      lead,
      'main',
      await findPortfolio(ledger, 'main'),
      samplePortfolio(3),
      imported,
    );
    const { body: portfolio } = await readPortfolio(ledger, 'main');
    const held = async () =>
      (await portfolioVersions(ledger, portfolio)).map(({ body }) =>
        body.plans.map(({ version }) => version),
      );
    await save(two);
    const { store } = ledger;
    const commit: typeof store.commit = async (partition, operations) =>
      partition === 'plan:big'
        ? Promise.reject(new Error('the process ended'))
        : store.commit(partition, operations);
    ledger = { ...ledger, store: Object.assign(Object.create(store), { commit }) };
    await expect(save(later, lead, 'The plan', 2)).rejects.toThrow('the process ended');
    ledger = { ...ledger, store };
    expect(await held()).toEqual([[1], [2]]);
    await save(later);
    expect(await held()).toEqual([[1, 2], [2]]);
    await save(two);
    expect(await held()).toEqual([[1, 2, 3], []]);
  });

  it('gives back the very values that were planned, by which what came of them is found again', async () => {
    await save(two);
    const first = await planContentOf(ledger, await plan());
    expect(first.settings).toBe(two.settings);
    expect(first.classifications).toBe(two.classifications);
    expect(first.waves).toBe(two.waves);
    await save({ ...first, waves: later.waves });
    const second = await planContentOf(ledger, await plan());
    expect(second.settings).toBe(two.settings);
    expect(second.classifications).toBe(two.classifications);
    expect(second.waves).toBe(later.waves);
  });

  it('R63 is approved in writing by somebody who did not shape it, over exactly its content', async () => {
    const { contentHash } = await save(two);
    const { approval } = await approve(approver, contentHash);
    expect(approval).toMatchObject({ by: 'Amir', contentHash, reason: 'Agreed on Monday' });
    expect((await log()).map(({ kind, actor }) => [kind, actor])).toEqual([
      ['plan.changed', 'Lena'],
      ['plan.approved', 'Amir'],
    ]);
    await approve(approver, contentHash);
    expect(await log()).toHaveLength(2);
  });

  it('R63 R64 is not approved by those who shaped it or its portfolio', async () => {
    const { contentHash } = await save(two, petra);
    await savePortfolio(
      ledger,
      approver,
      'main',
      await findPortfolio(ledger, 'main'),
      samplePortfolio(1),
      imported,
    );
    for (const shaper of [petra, approver])
      await expect(approve(shaper, contentHash)).rejects.toMatchObject({ code: 'forbidden' });
    expect((await plan()).approval).toBeNull();
  });

  it('R63 is not approved over other content, nor with an error', async () => {
    const old = await save(two);
    const problem: PlanProblem = {
      severity: 'error',
      code: 'no-date',
      message: 'Wave 1 has no date',
      involves: ['a'],
    };
    const now = await save({ ...later, problems: [problem] });
    await expect(approve(approver, old.contentHash)).rejects.toMatchObject({
      code: 'conflict',
      field: 'contentHash',
    });
    await expect(approve(approver, now.contentHash)).rejects.toThrow(
      'plan big has 1 error: see its problems',
    );
    await save({ ...later, problems: [{ ...problem, severity: 'warning' }] });
    expect((await approve(approver, (await plan()).contentHash)).approval).not.toBeNull();
  });

  it('R46 R63 loses its approval with any change of a date, and keeps it where nothing is different', async () => {
    const { contentHash } = await save(two);
    await approve(approver, contentHash);
    await save(two, petra);
    await save(two, lead, 'A better name');
    expect(await plan()).toMatchObject({ name: 'A better name', approval: { by: 'Amir' } });
    await save(later);
    expect((await plan()).approval).toBeNull();
  });

  it('R62 keeps who confirmed a wave as long as the wave is the same', async () => {
    const { contentHash } = await save(two);
    for (const wave of [1, 2]) await confirmPlannedWave(ledger, operator, 'big', wave, contentHash);
    await confirmPlannedWave(ledger, operator, 'big', 2, contentHash);
    expect((await plan()).confirmations.map(({ by, wave }) => [by, wave])).toEqual([
      ['Otto', 1],
      ['Otto', 2],
    ]);
    await save(later);
    expect((await plan()).confirmations.map(({ wave }) => wave)).toEqual([1]);
  });

  it('R62 is not confirmed over other content, nor a wave that is not there', async () => {
    const { contentHash } = await save(two);
    const confirm = (wave: number, hash: string) => confirmPlannedWave(ledger, operator, 'big', wave, hash);
    await expect(confirm(3, contentHash)).rejects.toMatchObject({ code: 'not-found' });
    await expect(confirm(1, '0'.repeat(64))).rejects.toMatchObject({ code: 'conflict' });
  });

  it('R63 starts no wave that is not approved as it stands', async () => {
    const { contentHash } = await save(two);
    const start = () => noteStart(ledger, lead, 'big', 1, 'big-w1', contentHash);
    await expect(start()).rejects.toMatchObject({ code: 'conflict' });
    await approve(approver, contentHash);
    await start();
    await start();
    expect((await plan()).started).toEqual({ 1: 'big-w1' });
    expect((await under.events('plan:big')).filter(({ type }) => type === 'plan.wave-started')).toHaveLength(
      1,
    );
  });
});
