import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openGate } from '../../../functions/activities/gates';
import { startSource, stopSource } from '../../../functions/steps/source';
import type { StepContext } from '../../../functions/steps/step';
import type { Gate } from '../../../shared/contracts/gate';
import type { StepName, StepResult } from '../../../shared/contracts/step';
import { ManualControls } from '../../../shared/adapters/workload-controls/manual-controls';
import { createCutover } from '../../../shared/ledger/cutovers';
import { answerGate } from '../../../shared/ledger/gates';
import { LedgerUnderTest, operator } from '../../support/ledger-under-test';
import { sampleWorkload } from '../../support/sample-plan';
import { databases, startWorld, type Databases, type RunningWorld } from './offline-world';

const orders = {
  id: 'orders',
  kind: 'postgres' as const,
  source: { connection: 'shop-source' },
  target: { connection: 'shop-target' },
};

describe('a source with a database that people stop by hand', () => {
  let world: RunningWorld;
  let pair: Databases;
  let under: LedgerUnderTest;
  let cutoverId: string;
  beforeAll(async () => {
    world = await startWorld(15, null);
  });
  afterAll(() => world.close());
  beforeEach(async () => {
    pair = await databases(world, { ddl: 'CREATE TABLE t (id int PRIMARY KEY)', rows: '' });
    under = new LedgerUnderTest();
    await under.putWave();
    cutoverId = await createCutover(
      under.ledger,
      await under.wave(),
      sampleWorkload({ assets: [orders], controls: { kind: 'manual' } }),
    );
  });
  afterEach(() => {
    under.close();
    pair.journal.close();
  });

  const context = async (stage: string, step: StepName, attempt: number): Promise<StepContext> => ({
    services: {
      ledger: under.ledger,
      clock: under.ledger.clock,
      controlsOf: () => new ManualControls(),
      journal: pair.journal,
      secrets: { read: async (name: string) => (name === 'shop-source' ? pair.source : pair.target) },
    } as unknown as StepContext['services'],
    cutover: await under.cutover(cutoverId),
    order: { key: `${cutoverId}.${stage}.${attempt}`, cutoverId, stage, step, input: { attempt } },
    claim: { epoch: 1, heartbeat: async () => true, interrupted: async () => false },
  });
  const stop = async (attempt = 1): Promise<StepResult> =>
    stopSource(await context('stop-source', 'stopSource', attempt));

  const takesWrites = async () => {
    const [row] = await pair.onSource<{ read_only: string }>(
      "SELECT current_setting('default_transaction_read_only') AS read_only",
    );
    return row?.read_only === 'off';
  };

  /** As an orchestration asks what a step needs decided, and a person who answers. */
  const answer = async (result: StepResult, choice: Gate['choices'][number]) => {
    if (result.kind !== 'needsDecision') throw new Error(JSON.stringify(result));
    const { asks: _asks, topic, ...question } = result.question;
    const { gateId } = await openGate(under, {
      ...question,
      subject: `cutover:${cutoverId}`,
      gate: 'statement',
      stage: topic,
      choices: ['confirm', 'reject'],
      quorum: 'any',
    });
    const given = { choice, reason: 'services are down', evidence: 'ticket 7' };
    expect(await answerGate(under.ledger, operator, gateId, given)).toMatchObject({ kind: 'answered' });
  };

  it('R97 R110 fences it once they have stated that it is stopped, and rests on their statement', async () => {
    const asked = await stop();
    expect(asked).toMatchObject({
      kind: 'needsDecision',
      question: { asks: 'statement', topic: 'stop-source', roles: ['operator', 'owner'] },
    });
    expect(await stop()).toEqual(asked);
    expect(await takesWrites()).toBe(true);
    await answer(asked, 'confirm');
    expect(await stop()).toEqual({
      kind: 'done',
      evidence: {
        source: 'statement:Otto',
        summary: 'services are down',
        facts: { evidence: 'ticket 7' },
      },
    });
    expect(await takesWrites()).toBe(false);
  });

  it('R97 fails with what keeps it open after they have stated it; the next try asks again', async () => {
    await answer(await stop(), 'confirm');
    const { source } = pair;
    pair = { ...pair, source: source.replace(/\w+$/, 'nowhere') };
    expect(await stop()).toMatchObject({ kind: 'failed', code: 'not-found' });
    pair = { ...pair, source };
    await answer(await stop(2), 'confirm');
    expect(await stop(2)).toMatchObject({ kind: 'done' });
  });

  it('R97 fences nothing that they say is not stopped; the next try asks again', async () => {
    await answer(await stop(), 'reject');
    expect(await stop()).toMatchObject({ code: 'rejected', reason: 'Otto: services are down' });
    expect(await stop(2)).toMatchObject({ kind: 'needsDecision', question: { attempt: 2 } });
    expect(await takesWrites()).toBe(true);
  });

  it('R56 R110 unfences it before they are asked to start it again', async () => {
    await answer(await stop(), 'confirm');
    await stop();
    const asked = await startSource(await context('undo-stop-source', 'startSource', 1));
    expect(asked).toMatchObject({ kind: 'needsStatement' });
    expect(await takesWrites()).toBe(true);
  });
});
