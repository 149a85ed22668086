import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { submitCommand, takeCommands } from '../../../shared/ledger/commands';
import { commandType } from '../../../shared/ledger/documents';
import { LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { MINUTE_MS } from '../../support/sample-plan';

describe('a command with a key', () => {
  let under: LedgerUnderTest;
  let id: string;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    id = await under.putCutover();
  });
  afterEach(() => under.close());

  const pause = (key: string | null = 'k', ledger = under.ledger, reason = 'lunch') =>
    submitCommand(ledger, operator, id, { kind: 'pause', reason }, key);
  const commands = () => under.all(commandType, `cutover:${id}`);

  it('is one command, whatever became of it since', async () => {
    await pause();
    await takeCommands(under.ledger, id);
    const before = await under.snapshot(`cutover:${id}`);
    // Without its key it would make no sense: the cutover is paused by now.
    expect(await pause()).toMatchObject({ kind: 'accepted', command: { number: 1, status: 'applied' } });
    expect(await under.snapshot(`cutover:${id}`)).toBe(before);
    expect(await pause('other')).toMatchObject({ kind: 'refused' });
  });

  it('is one command where two processes store it at the same time', async () => {
    const other = under.otherProcess();
    const given = await Promise.all([pause(), pause('k', other), pause(), pause('k', other)]);
    expect(given.map((each) => each.kind === 'accepted' && each.command.number)).toEqual([1, 1, 1, 1]);
    expect(await commands()).toHaveLength(1);
  });

  it('that asks for something else is refused', async () => {
    await pause();
    await expect(pause('k', under.ledger, 'dinner')).rejects.toMatchObject({ code: 'idempotency-mismatch' });
  });

  it('stands for a new one after a day', async () => {
    await pause();
    under.now += 24 * 60 * MINUTE_MS;
    expect(await pause()).toMatchObject({ command: { number: 2 } });
    expect(await pause()).toMatchObject({ command: { number: 2 } });
    expect(await commands()).toHaveLength(2);
  });
});
