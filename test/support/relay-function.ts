import { registerRelay } from '../../functions/messages/relay';
import type { Services } from '../../functions/services';
import type { LoadedFunction } from '../../host/function-app';
import type { EventBus } from '../../shared/ports/event-bus';
import type { Store } from '../../shared/ports/store';
import { triggeredFunction } from './trigger-context';

interface Registered {
  readonly handler: (documents: unknown[]) => Promise<void>;
  readonly retry: {
    readonly maxRetryCount: number;
    readonly minimumInterval: { readonly seconds: number };
    readonly maximumInterval: { readonly minutes: number };
  };
}

/** The outbox relay as the application registers it, over a store and a bus. It proves nothing about the loader. */
export const relayFunction = (store: Store, bus: EventBus): LoadedFunction => {
  const registered: Registered[] = [];
  const app = { cosmosDB: (_name: string, options: never) => void registered.push(options) };
  registerRelay(app as never, { bus, ledger: { store } as Services['ledger'] });
  const [relay] = registered;
  if (relay === undefined) throw new Error('the relay was not registered');
  const { handler, retry, ...binding } = relay;
  const policy = {
    strategy: 'exponentialBackoff' as const,
    maxRetryCount: retry.maxRetryCount,
    minimumIntervalMs: retry.minimumInterval.seconds * 1_000,
    maximumIntervalMs: retry.maximumInterval.minutes * 60_000,
  };
  return triggeredFunction(
    'relay-events',
    { type: 'cosmosDBTrigger', ...binding },
    ({ triggerData }) => handler(triggerData as unknown[]),
    policy,
  );
};
