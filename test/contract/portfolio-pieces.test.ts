import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openPlanWithPortfolio } from '../../functions/planning/open-plan';
import { confirmCriticality, trackItem } from '../../functions/planning/keep-portfolio';
import type { Portfolio } from '../../shared/contracts/planning/portfolio';
import { RecordedPortfolio } from '../../shared/contracts/planning/records';
import { itemHash, listHash } from '../../shared/domain/planning/content-hash';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { piecesOf } from '../../shared/ledger/content-lists';
import { portfolioPartition, portfolioType, portfolioVersionType } from '../../shared/ledger/documents';
import { findPlan, planContentOf, savePlan } from '../../shared/ledger/plans';
import { portfolioVersions } from '../../shared/ledger/portfolio-versions';
import { openPortfolio, portfolioContent, readPortfolio } from '../../shared/ledger/portfolios';
import { replace } from '../../shared/ports/store';
import { lead } from '../support/ledger-under-test';
import { samplePlanContent, samplePortfolio } from '../support/planning/sample-portfolio';
import {
  beforeCommit,
  endingAt,
  endingBeforeCommit,
  HOMES,
  openLedger,
  PORTFOLIO,
  saveImported,
  type Home,
} from './portfolio-homes';

const PARTITION = portfolioPartition(PORTFOLIO);
/** Of some five pieces. */
const WORKLOADS = 1_000;

describe.each(HOMES)('Portfolios in pieces: %s', (_, makeHome) => {
  let home: Home;
  let ledger: ContentLedger;
  beforeEach(async () => {
    home = await makeHome();
    ledger = openLedger(home);
  });
  afterEach(() => home.dispose());

  const segments = () => ledger.journal.segments(PARTITION, '');
  const kept = async () =>
    (await portfolioVersions(ledger, (await readPortfolio(ledger, PORTFOLIO)).body)).map(({ body }) => body);
  const track = (n: number, note: string, on = ledger) =>
    trackItem(on, lead, PORTFOLIO, `w${String(n).padStart(5, '0')}`, {
      ...{ key: 'skills', state: 'done', owner: null, due: null },
      note,
    });
  const contentNow = async () => (await openPortfolio(openLedger(home), PORTFOLIO)).content;
  /** Once something is saved, nothing lies there but what the versions name that were kept before, and all of that. */
  const expectNothingElse = async () => {
    await saveImported(ledger, await contentNow());
    const named = new Set<string>();
    for (const list of (await kept()).flatMap(({ lists }) => Object.values(lists))) {
      if (list.items > 0) named.add(list.segment);
      for (const { segment, items } of await piecesOf(openLedger(home).journal, PARTITION, list))
        if (items > 0) named.add(segment);
    }
    expect(await segments()).toEqual([...named].sort());
  };
  const plan = async (content: Portfolio, change: string) => {
    const portfolio = (await readPortfolio(ledger, PORTFOLIO)).body;
    const head = await findPlan(ledger, 'big');
    return savePlan(ledger, lead, 'big', head, head && (await planContentOf(ledger, head.body)), {
      ...{ name: change, portfolioId: PORTFOLIO, portfolioVersion: portfolio.version, change },
      content: samplePlanContent([content.workloads.slice(0, 2).map(({ id }) => id)], {
        portfolioHash: portfolio.contentHash,
      }),
    });
  };

  it('R4 R7 stores two pieces and what names them for one confirmation, and another process reads it', async () => {
    await saveImported(ledger, samplePortfolio(WORKLOADS, { criticalityConfirmed: null }));
    const before = await segments();
    expect(before.length).toBeGreaterThan(3);
    await confirmCriticality(ledger, lead, PORTFOLIO, 'w00777', 'low');
    const added = (await segments()).filter((segment) => !before.includes(segment));
    expect(added.length).toBeLessThanOrEqual(3);
    const { workloads } = await contentNow();
    expect(workloads.filter((each) => each.criticalityConfirmed).map(({ id }) => id)).toEqual(['w00777']);
    expect((await readPortfolio(ledger, PORTFOLIO)).body.contentHash).toEqual((await kept())[1]?.contentHash);
  });

  it('R3 R4 keeps what several people track at once, and nothing of tries that were overtaken', async () => {
    await saveImported(ledger, samplePortfolio(WORKLOADS));
    const people = [1, 2, 3, 4].map(() => openLedger(home));
    await Promise.all(people.map((on, n) => track(n * 200, `by ${n}`, on)));
    const { workloads } = await contentNow();
    expect(workloads.flatMap(({ tracked }) => tracked.map(({ note }) => note))).toEqual([
      ...['by 0', 'by 1', 'by 2', 'by 3'],
    ]);
    await expectNothingElse();
  });

  it('R4 gives up nothing that somebody else is about to name', async () => {
    await saveImported(ledger, samplePortfolio(WORKLOADS));
    await track(0, 'first');
    const other = () =>
      expect(track(900, 'never', endingBeforeCommit(openLedger(home)))).rejects.toThrow('the process ended');
    await track(100, 'second', beforeCommit(openLedger(home), other));
    const { workloads } = await contentNow();
    expect(workloads.flatMap(({ tracked }) => tracked.map(({ note }) => note))).toEqual(['first', 'second']);
    await expectNothingElse();
  });

  it('R4 goes on after an end at any moment of a change: it is there or not, and once repeated nothing is left over', async () => {
    await saveImported(ledger, samplePortfolio(WORKLOADS));
    const before = await contentNow();
    for (const count of [0, 1]) {
      const ended = track(500, 'done', endingAt(openLedger(home), count)).catch(() => 'ended');
      expect(await ended).toBe('ended');
      expect(await contentNow()).toEqual(before);
    }
    await expect(track(700, 'never', endingBeforeCommit(ledger))).rejects.toThrow('the process ended');
    await track(500, 'done');
    expect((await contentNow()).workloads[500]?.tracked).toMatchObject([{ note: 'done' }]);
    await expectNothingElse();
  });

  it('R4 keeps the version a plan was made of through fifty tracked items, until no version of the plan needs it', async () => {
    await saveImported(ledger, samplePortfolio(30));
    const content = await contentNow();
    await plan(content, 'made');
    for (let n = 0; n < 50; n += 1) await track(n % 30, `note ${n}`);
    expect((await kept()).map(({ version }) => version)).toEqual([
      1,
      ...Array.from({ length: 20 }, (_, n) => n + 32),
    ]);
    const where = { ledger: openLedger(home), journal: openLedger(home).journal };
    expect((await openPlanWithPortfolio(where, 'big')).portfolio).toEqual(content);
    for (let n = 1; n <= 20; n += 1) await plan(content, `again ${n}`);
    await expect(openPlanWithPortfolio(where, 'big', 1)).rejects.toMatchObject({ code: 'not-found' });
    expect((await kept())[0]?.version).toBe(1);
    await plan(content, 'once more');
    await track(0, 'and on');
    expect((await kept()).map(({ version }) => version)).not.toContain(1);
    await expectNothingElse();
  });

  it('refuses a plan made of a version that is given up before it is saved', async () => {
    await saveImported(ledger, samplePortfolio(2));
    const content = samplePlanContent([['w00000']]);
    const made = { name: 'Late', portfolioId: PORTFOLIO, portfolioVersion: 1, content, change: 'made' };
    for (let n = 0; n < 20; n += 1) await track(0, `note ${n}`);
    await expect(savePlan(ledger, lead, 'late', null, null, made)).rejects.toMatchObject({
      code: 'stale-write',
      message: 'version 1 of portfolio main is kept no longer: plan again',
    });
  });

  it('reads versions of the form before pieces, and goes on from them', async () => {
    const old = samplePortfolio(300);
    await saveImported(ledger, old);
    await asBeforePieces(ledger, old);
    expect(await contentNow()).toEqual(old);
    await track(3, 'now in pieces');
    const { body } = await readPortfolio(ledger, PORTFOLIO);
    expect(body).not.toHaveProperty('versions');
    expect(await portfolioContent(openLedger(home), body, 1)).toEqual(old);
    expect((await contentNow()).workloads[3]?.tracked).toMatchObject([{ note: 'now in pieces' }]);
    await expectNothingElse();
  });
});

/** Puts a portfolio's only version as it was stored once: within its head, each list whole in a segment. */
const asBeforePieces = async (ledger: ContentLedger, { workloads }: Portfolio): Promise<void> => {
  const { store, journal } = ledger;
  const head = await readPortfolio(ledger, PORTFOLIO);
  const [version] = await portfolioVersions(ledger, head.body);
  if (version === undefined) throw new Error('it has no version');
  await journal.drop(PARTITION, 'versions/');
  const segment = `versions/000000001/${head.body.contentHash.slice(0, 32)}/workloads`;
  await journal.append(PARTITION, segment, 0, workloads.slice(0, 200));
  await journal.append(PARTITION, segment, 200, workloads.slice(200));
  const { plans: _, lists, ...kept } = version.body;
  const whole = { segment, hash: listHash(workloads.map(itemHash)), items: workloads.length };
  const connections = { ...lists['connections'], segment: segment.replace('/workloads', '/connections') };
  const body = { ...head.body, versions: [{ ...kept, lists: { workloads: whole, connections } }] };
  await store.commit(PARTITION, [
    replace(portfolioType, head, RecordedPortfolio.parse(body)),
    { kind: 'delete', type: portfolioVersionType, id: version.id, version: version.version },
  ]);
};
