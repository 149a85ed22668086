import { DefaultAzureCredential } from '@azure/identity';
import {
  ServiceBusClient,
  type ServiceBusClientOptions,
  type ServiceBusReceivedMessage,
} from '@azure/service-bus';
import type { ReceivedMessage } from '../../shared/adapters/sqlite/sqlite-bus-messages';
import type { ListenerContext } from '../function-app';

const OPTIONS: ServiceBusClientOptions = {
  retryOptions: {
    maxRetries: 3,
    retryDelayInMs: 500,
    maxRetryDelayInMs: 5_000,
    timeoutInMs: 30_000,
    mode: 0,
  },
};

/** Opens a namespace anew; it connects with its first use. */
export type OpenNamespace = () => ServiceBusClient;

/**
 * The namespace of a connection, by the settings that Azure Functions reads: a connection string under its name, or
 * `<name>__fullyQualifiedNamespace` and an identity.
 */
export const openNamespace = (
  connection: string,
  settings: ListenerContext['settings'],
): ServiceBusClient => {
  const connectionString = settings[connection];
  if (connectionString) return new ServiceBusClient(connectionString, OPTIONS);
  const host = settings[`${connection}__fullyQualifiedNamespace`] ?? '';
  const managedIdentityClientId = settings[`${connection}__clientId`];
  const credential = new DefaultAzureCredential(managedIdentityClientId ? { managedIdentityClientId } : {});
  return new ServiceBusClient(host, credential, OPTIONS);
};

/** A message of the SDK in the host's words. The SDK counts the deliveries that failed; a function is told this one too. */
export const toReceived = (message: ServiceBusReceivedMessage): ReceivedMessage => ({
  messageId: String(message.messageId ?? ''),
  ...(message.sessionId !== undefined && { sessionId: message.sessionId }),
  ...(message.subject !== undefined && { subject: message.subject }),
  ...(message.correlationId !== undefined && { correlationId: String(message.correlationId) }),
  contentType: message.contentType ?? 'application/json',
  applicationProperties: (message.applicationProperties ?? {}) as ReceivedMessage['applicationProperties'],
  body: message.body as unknown,
  sequenceNumber: message.sequenceNumber?.toNumber() ?? 0,
  enqueuedAtMs: message.enqueuedTimeUtc?.getTime() ?? 0,
  lockToken: message.lockToken ?? '',
  lockedUntilMs: message.lockedUntilUtc?.getTime() ?? 0,
  deliveryCount: (message.deliveryCount ?? 0) + 1,
});
