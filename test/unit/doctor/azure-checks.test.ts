import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { CosmosClient } from '@azure/cosmos';
import { ServiceBusClient } from '@azure/service-bus';
import subscriptions from '../../../infra/service-bus-subscriptions.json';
import { azureChecks, SUBSCRIPTIONS } from '../../../functions/azure-checks';
import { diagnose } from '../../../functions/doctor/diagnose';
import { containersCheck, leasesCheck } from '../../../shared/adapters/cosmos/cosmos-checks';
import { openCosmosStore, type CosmosStore } from '../../../shared/adapters/cosmos/cosmos-store';
import { subscriptionCheck, topicCheck } from '../../../shared/adapters/service-bus/service-bus-checks';
import type { Finding } from '../../../shared/contracts/diagnosis';
import { MigrationError } from '../../../shared/contracts/errors';
import type { Check } from '../../../shared/ports/check';
import { waveType } from '../../../shared/ledger/documents';
import { startCosmosServer, type CosmosServer } from '../../support/cosmos/cosmos-server';
import { startServiceBusBroker, type ServiceBusBroker } from '../../support/service-bus/broker';

const clock = { now: () => new Date() };
let cosmos: CosmosServer;
let broker: ServiceBusBroker;
let store: CosmosStore;

beforeAll(async () => {
  cosmos = await startCosmosServer();
  broker = await startServiceBusBroker();
  store = openCosmosStore({ connectionString: cosmos.connectionString });
  // The first use of an account with a key makes database and containers.
  await store.find(waveType, 'status', { equals: 'running' });
});
afterAll(async () => {
  store.close();
  await cosmos.stop();
  await broker.stop();
});

afterEach(() => {
  jest.restoreAllMocks();
});

/** The SDK means to renew the token of a session link in 45 minutes, also of one that was refused; nobody waits for that here. */
function letLongTimersBe(): void {
  const begin = globalThis.setTimeout;
  jest.spyOn(globalThis, 'setTimeout').mockImplementation((work: () => void, ms?: number) => {
    const timer = begin(work, ms);
    return ms !== undefined && ms > 600_000 ? timer.unref() : timer;
  });
}

async function look(...checks: Check[]): Promise<Finding> {
  const { findings } = await diagnose(checks, { clock, version: '' });
  return findings[0]!;
}

/** What the Functions runtime writes, and `partition`, by which the stand-in places every item. */
async function writeLease(): Promise<void> {
  const client = new CosmosClient(cosmos.connectionString);
  const leases = client.database('causeway').container('leases');
  const resourceBody = { id: 'lease-0', partition: 'lease-0', Owner: 'instance-1', ContinuationToken: '"7"' };
  await leases.items.batch([{ operationType: 'Create', resourceBody }], 'lease-0');
  client.dispose();
}

describe('the doctor in Azure', () => {
  it('asks for every subscription that infra/ makes', () => {
    expect([...SUBSCRIPTIONS].sort()).toEqual(subscriptions.map(({ name }) => name).sort());
  });

  it('finds containers as they should be, and names those that are not there', async () => {
    const account = { connectionString: cosmos.connectionString };
    expect(await look(containersCheck(account))).toMatchObject({ verdict: 'ok' });
    const empty = await startCosmosServer();
    const found = await look(containersCheck({ connectionString: empty.connectionString }));
    await empty.stop();
    expect(found).toMatchObject({ verdict: 'failed', mend: expect.stringContaining('Deploy infra/') });
    expect(found.detail).toContain('there is no container ledger');
  });

  it('names the role where the account refuses the identity', async () => {
    const stranger = {
      getToken: async () => ({ token: 'not-a-token', expiresOnTimestamp: Date.now() + 60_000 }),
    };
    const found = await look(containersCheck({ endpoint: cosmos.endpoint, credential: stranger }));
    expect(found).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('Cosmos DB Built-in Data Contributor'),
    });
  });

  it('measures how far the relay is behind what was changed', async () => {
    const account = { connectionString: cosmos.connectionString };
    const check = (latest: Date | null) => leasesCheck(account, async () => latest);
    expect(await look(check(null))).toMatchObject({
      verdict: 'warning',
      mend: expect.stringContaining('relay-events'),
    });
    await writeLease();
    expect(await look(check(null))).toMatchObject({
      verdict: 'ok',
      detail: '1 leases, 1 owners, relay lag 0 s',
    });
    const later = new Date(Date.now() + 10 * 60_000);
    expect(await look(check(later))).toMatchObject({
      verdict: 'failed',
      detail: expect.stringMatching(/relay lag (599|60[01]) s/),
    });
  });

  it('opens the topic for sending without sending', async () => {
    const access = { connectionString: broker.connectionString };
    expect(await look(topicCheck(access))).toMatchObject({ verdict: 'ok' });
    expect(broker.count('migration-events', 'teams')).toEqual({ active: 0, deadLetters: 0 });
    const wrongKey = broker.connectionString.replace(/SharedAccessKey=[^;]+/, 'SharedAccessKey=d3Jvbmc=');
    expect(await look(topicCheck({ connectionString: wrongKey }))).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('Azure Service Bus Data Sender'),
    });
  });

  it('finds a subscription that is missing, has no sessions or holds dead letters', async () => {
    const access = { connectionString: broker.connectionString };
    expect(await look(subscriptionCheck(access, 'teams'))).toMatchObject({ verdict: 'ok' });
    expect(await look(subscriptionCheck(access, 'nobody'))).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('Deploy infra/'),
    });
    letLongTimersBe();
    broker.ensureSubscription('migration-events', 'flat', { requiresSession: false });
    expect(await look(subscriptionCheck(access, 'flat'))).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('without sessions'),
    });
    await deadLetter();
    expect(await look(subscriptionCheck(access, 'teams'))).toMatchObject({
      verdict: 'warning',
      detail: '1 dead letters, the first because of test',
    });
  });

  it('tells a vault that has no such secret from one that may not be read', async () => {
    const vault = (code: 'secret-missing' | 'forbidden') => ({
      read: async () => {
        throw new MigrationError(code, 'as the vault says');
      },
    });
    const checked = (code: 'secret-missing' | 'forbidden') =>
      azureChecks({
        cosmos: { connectionString: cosmos.connectionString },
        serviceBus: { connectionString: broker.connectionString },
        store,
        journal: null as never,
        claims: null as never,
        secrets: vault(code),
        hasTelemetry: false,
      }).find(({ name }) => name === 'key-vault')!;
    expect(await look(checked('secret-missing'))).toMatchObject({ verdict: 'ok' });
    expect(await look(checked('forbidden'))).toMatchObject({
      verdict: 'failed',
      mend: expect.stringContaining('Key Vault Secrets User'),
    });
  });
});

async function deadLetter(): Promise<void> {
  const client = new ServiceBusClient(broker.connectionString);
  await client.createSender('migration-events').sendMessages({
    messageId: '1',
    sessionId: 's',
    subject: 'gate.requested',
    body: {},
    applicationProperties: { cloudEvents_type: 'gate.requested' },
  });
  const receiver = await client.acceptNextSession('migration-events', 'teams');
  for (const message of await receiver.receiveMessages(1))
    await receiver.deadLetterMessage(message, { deadLetterReason: 'test', deadLetterErrorDescription: '' });
  await client.close();
}
