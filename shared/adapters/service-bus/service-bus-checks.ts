import { randomUUID } from 'node:crypto';
import { isServiceBusError, type ServiceBusClient } from '@azure/service-bus';
import { failed, ok, warning, type Check, type Observed } from '../../ports/check';
import { connectServiceBus, TOPIC, type ServiceBusAccess } from './connect-service-bus';

const DEAD_LETTERS_LOOKED_AT = 100;

/** What is not there now is a finding. */
const ONCE = { retryOptions: { maxRetries: 0, timeoutInMs: 15_000 } };

const CREATE = 'Deploy infra/ again: it makes the topic and its subscriptions.';
const NO_SESSIONS = `It was made without sessions, which cannot be changed: delete the subscription. ${CREATE}`;
const grant = (role: string): string =>
  `Grant the identity of the application ${role} on the namespace, and check ServiceBus__fullyQualifiedNamespace.`;

/** Opening a link to send asks for the right to send, and sends nothing. */
export const topicCheck = (access: ServiceBusAccess): Check => ({
  name: 'service-bus:topic',
  mend: grant('Azure Service Bus Data Sender'),
  run: () =>
    withClient(access, async (client) => {
      const { maxSizeInBytes } = await client.createSender(TOPIC).createMessageBatch();
      return ok(`${TOPIC} takes messages of up to ${maxSizeInBytes / 1_024} KiB`);
    }),
});

/**
 * Locks a session that nobody uses, which only a subscription with sessions lets it, and looks at dead letters without taking one.
 * What a receiver may not see, such as filters and the number of deliveries, is checked where infra/ is.
 */
export const subscriptionCheck = (access: ServiceBusAccess, name: string): Check => ({
  name: `service-bus:${name}`,
  mend: grant('Azure Service Bus Data Receiver'),
  run: () =>
    withClient(access, async (client) => {
      const receiver = client.createReceiver(TOPIC, name, { subQueueType: 'deadLetter' });
      const dead = await receiver.peekMessages(DEAD_LETTERS_LOOKED_AT);
      if (!(await hasSessions(client, name))) return failed('it refuses sessions', NO_SESSIONS);
      if (dead.length === 0) return ok('has sessions and no dead letters');
      const count = dead.length === DEAD_LETTERS_LOOKED_AT ? `${dead.length} or more` : String(dead.length);
      return warning(
        `${count} dead letters, the first because of ${dead[0]?.deadLetterReason ?? 'no stated reason'}`,
        'Mend what their handler failed at, then replay them.',
      );
    }),
});

/** Who may look at the dead letters may have a session; the SDK gives no reason for a link that was refused at once. */
async function hasSessions(client: ServiceBusClient, name: string): Promise<boolean> {
  try {
    const session = await client.acceptSession(TOPIC, name, `doctor-${randomUUID()}`);
    await session.close();
    return true;
  } catch {
    return false;
  }
}

async function withClient(
  access: ServiceBusAccess,
  look: (client: ServiceBusClient) => Promise<Observed>,
): Promise<Observed> {
  const client = connectServiceBus(access, ONCE);
  try {
    return await look(client);
  } catch (error) {
    const remedy = isServiceBusError(error) ? REMEDIES[error.code] : undefined;
    if (remedy === undefined || !(error instanceof Error)) throw error;
    return failed(error.message.split('\n')[0] ?? '', remedy);
  } finally {
    await client.close();
  }
}

/** Where it is not a role that is missing. */
const REMEDIES: Readonly<Record<string, string>> = {
  MessagingEntityNotFound: CREATE,
  MessagingEntityDisabled: 'Set the status of this topic or subscription to Active.',
  ServiceTimeout: 'Check that the network lets the application reach the namespace on port 5671.',
};
