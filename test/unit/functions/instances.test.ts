import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DurableClient } from 'durable-functions';
import { instancesOf } from '../../../functions/instances';
import { endCutover } from '../../../shared/ledger/stages';
import { LedgerUnderTest } from '../../support/ledger-under-test';

/** The client's answers, in the words of the SDK where it has no code for them; it proves nothing about the engine behind it. */
class FakeClient {
  readonly statuses = new Map<string, string>();
  readonly calls: string[] = [];
  trouble: Error | null = null;

  async getStatus(instanceId: string): Promise<{ runtimeStatus: string }> {
    if (this.trouble) throw this.trouble;
    const runtimeStatus = this.statuses.get(instanceId);
    if (runtimeStatus === undefined)
      throw new Error('DurableClient error: Durable Functions extension replied with HTTP 404 response. ');
    return { runtimeStatus };
  }

  async startNew(name: string, options: { instanceId: string; input: unknown }): Promise<string> {
    this.calls.push(
      `start ${name} ${options.instanceId} ${JSON.stringify(Object.keys(options.input as object))}`,
    );
    return options.instanceId;
  }

  async raiseEvent(instanceId: string, name: string): Promise<void> {
    this.calls.push(`raise ${name} ${instanceId}`);
  }
}

describe('instances of orchestrations', () => {
  let under: LedgerUnderTest;
  let id: string;
  let client: FakeClient;
  beforeEach(async () => {
    under = new LedgerUnderTest();
    id = await under.putCutover();
    client = new FakeClient();
  });
  afterEach(() => under.close());
  const instances = () => instancesOf(under.ledger, client as unknown as DurableClient);
  const START = `start cutover cutover-first--shop ["cutoverId","assetIds","runbookIds","itinerary","position"]`;

  it.each([undefined, 'Failed', 'Terminated', 'Canceled'])(
    'starts a cutover whose instance is %s',
    async (status) => {
      if (status) client.statuses.set('cutover-first--shop', status);
      await instances().startCutover(id);
      expect(client.calls).toEqual([START]);
    },
  );

  it.each(['Running', 'Pending', 'Suspended', 'ContinuedAsNew', 'Completed'])(
    'lets a cutover be whose instance is %s',
    async (status) => {
      client.statuses.set('cutover-first--shop', status);
      await instances().startCutover(id);
      expect(client.calls).toEqual([]);
    },
  );

  it('starts no cutover that has ended', async () => {
    await endCutover(under.ledger, id, 'cancelled');
    await instances().startCutover(id);
    expect(client.calls).toEqual([]);
  });

  it('starts a wave under the id that follows from it', async () => {
    await instances().startWave('first');
    expect(client.calls).toEqual(['start wave wave-first ["waveId"]']);
  });

  it('wakes whatever runs for a subject: its orchestration and its rollback', async () => {
    await instances().wake('cutover:first--shop');
    expect(client.calls).toEqual([]);
    client.statuses.set('cutover-first--shop', 'Running');
    client.statuses.set('rollback-first--shop', 'Running');
    client.statuses.set('wave-first', 'Completed');
    await instances().wake('cutover:first--shop');
    await instances().wake('wave:first');
    expect(client.calls).toEqual(['raise wake cutover-first--shop', 'raise wake rollback-first--shop']);
  });

  it('takes trouble of the engine for no missing instance: it starts and wakes nothing and says so', async () => {
    client.trouble = new Error('socket hang up');
    await expect(instances().wake('cutover:first--shop')).rejects.toThrow('socket hang up');
    await expect(instances().startCutover(id)).rejects.toThrow('socket hang up');
    expect(client.calls).toEqual([]);
  });
});
