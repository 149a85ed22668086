import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StaleWriteError } from '../../shared/contracts/errors';
import type { ContentLedger } from '../../shared/ledger/content-ledger';
import { portfolioVersions } from '../../shared/ledger/portfolio-versions';
import {
  findPortfolio,
  openPortfolio,
  portfolioContent,
  readPortfolio,
  savePortfolio,
} from '../../shared/ledger/portfolios';
import { lead } from '../support/ledger-under-test';
import { samplePortfolio } from '../support/planning/sample-portfolio';
import { endingAt, HOMES, openLedger, PORTFOLIO as ID, saveImported, type Home } from './portfolio-homes';

describe.each(HOMES)('Portfolios in versions: %s', (_, makeHome) => {
  let home: Home;
  let ledger: ContentLedger;
  beforeEach(async () => {
    home = await makeHome();
    ledger = open();
  });
  afterEach(() => home.dispose());

  const open = () => openLedger(home);
  const segments = () => ledger.journal.segments(`portfolio:${ID}`, '');

  it('R5 gives back what was imported, also to a process that starts later', async () => {
    const content = {
      ...samplePortfolio(2_100),
      connections: [{ from: 'w00000', to: 'w00001', ports: [443], observations: 7 }],
    };
    const { body } = await saveImported(ledger, content);
    expect(body).toMatchObject({
      version: 1,
      workloads: 2_100,
      connections: 1,
      changedBy: 'Lena',
      editors: ['Lena'],
    });
    const later = open();
    expect(await portfolioContent(later, (await readPortfolio(later, ID)).body)).toEqual(content);
  });

  it('R5 shows nothing of an import that was cut off, wherever it was, and the next one succeeds', async () => {
    const [before, after] = [samplePortfolio(3), samplePortfolio(2_100, { owner: 'Otto' })];
    await saveImported(ledger, before);
    await expect(saveImported(endingAt(ledger, 1), samplePortfolio(2_050))).rejects.toThrow(
      'the process ended',
    );
    for (const count of [0, 1, 5, 0]) {
      await expect(saveImported(endingAt(ledger, count), after)).rejects.toThrow('the process ended');
      const { head, content } = await openPortfolio(open(), ID);
      expect([head?.body.version, content]).toEqual([1, before]);
    }
    await saveImported(ledger, after);
    const { head, content } = await openPortfolio(open(), ID);
    expect([head?.body.version, content]).toEqual([2, after]);
  });

  it('lets one of several writers of a version win, whose content is then whole', async () => {
    await saveImported(ledger, samplePortfolio(1));
    const writers = [1, 2, 3, 4].map((n) => ({
      on: open(),
      content: samplePortfolio(2_050, { owner: `Writer ${n % 3}` }),
    }));
    const read = await findPortfolio(ledger, ID);
    const outcomes = await Promise.allSettled(
      writers.map(({ on, content }) =>
        savePortfolio(on, lead, ID, read, content, { kind: 'imported', summary: 'Imported' }),
      ),
    );
    const won = outcomes.flatMap((outcome, index) => (outcome.status === 'fulfilled' ? [index] : []));
    expect(won).toHaveLength(1);
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StaleWriteError);
    const { head, content } = await openPortfolio(open(), ID);
    expect([head?.body.version, content]).toEqual([2, writers[won[0] ?? -1]?.content]);
  });

  it('makes no version of what is there already, and stores equal lists once', async () => {
    const content = samplePortfolio(10);
    await saveImported(ledger, content);
    await saveImported(ledger, content);
    expect((await readPortfolio(ledger, ID)).body.version).toBe(1);
    await saveImported(ledger, {
      ...content,
      connections: [{ from: 'w00000', to: 'w00001', ports: [], observations: 1 }],
    });
    expect((await segments()).filter((name) => name.startsWith('versions/000000002/'))).toHaveLength(1);
    expect((await openPortfolio(open(), ID)).content.workloads).toEqual(content.workloads);
  });

  it('keeps twenty versions to be compared, and gives older ones up', async () => {
    for (let n = 1; n <= 23; n += 1) await saveImported(ledger, samplePortfolio(n));
    const { body } = await readPortfolio(ledger, ID);
    const kept = await portfolioVersions(ledger, body);
    expect(kept.map((each) => each.body.version)).toEqual(Array.from({ length: 20 }, (_, n) => n + 4));
    for (const version of [4, 23])
      expect((await portfolioContent(open(), body, version)).workloads).toHaveLength(version);
    await expect(portfolioContent(ledger, body, 3)).rejects.toMatchObject({
      code: 'not-found',
      message: 'portfolio main keeps no version 3: its newest is 23',
    });
    expect((await segments()).length).toBeLessThanOrEqual(21);
  });
});
