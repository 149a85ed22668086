import type { TokenCredential } from '@azure/core-auth';
import { ServiceBusClient, type ServiceBusClientOptions } from '@azure/service-bus';

/** In Azure an identity and the namespace; a connection string for an emulator, since Causeway keeps no key as a setting. */
export type ServiceBusAccess =
  | { readonly fullyQualifiedNamespace: string; readonly credential: TokenCredential }
  | { readonly connectionString: string };

export const TOPIC = 'migration-events';

/**
 * The SDK's defaults wait 30 s between attempts and a minute for an answer. An invocation has ten minutes in all, and what calls
 * here tries again by itself.
 */
const RETRIES: ServiceBusClientOptions = {
  retryOptions: {
    maxRetries: 4,
    retryDelayInMs: 500,
    maxRetryDelayInMs: 5_000,
    timeoutInMs: 20_000,
    mode: 0,
  },
};

export const connectServiceBus = (
  access: ServiceBusAccess,
  options: ServiceBusClientOptions = RETRIES,
): ServiceBusClient =>
  'connectionString' in access
    ? new ServiceBusClient(access.connectionString, options)
    : new ServiceBusClient(access.fullyQualifiedNamespace, access.credential, options);
