import { join } from 'node:path';
import type { Invocation, ListenerContext, LoadedFunction, TriggerListener } from '../../host/function-app';
import { createServiceBusListener } from '../../host/triggers/service-bus';
import { SqliteBus } from '../../shared/adapters/sqlite/sqlite-bus';
import { triggeredFunction, TriggerContext } from './trigger-context';

export const TOPIC = 'migration-events';

export const messageIdOf = ({ triggerMetadata }: Invocation): string =>
  String(triggerMetadata?.['messageId']);

/** A Service Bus listener over a `bus.db` of its own, and what its functions saw. It proves nothing about a namespace. */
export class BusTriggerContext extends TriggerContext {
  readonly bus = new SqliteBus({ path: join(this.dataDir, 'bus.db'), now: () => this.clock.now() });
  readonly seen: string[] = [];

  readonly note = (invocation: Invocation): void => {
    this.seen.push(messageIdOf(invocation));
  };

  /** Reads the subscription `teams` of the topic. */
  subscriber(handler: (invocation: Invocation) => unknown = this.note, binding: object = {}): LoadedFunction {
    return triggeredFunction(
      'subscriber',
      { type: 'serviceBusTrigger', topicName: TOPIC, subscriptionName: 'teams', ...binding },
      handler,
    );
  }

  startReading(
    functions = [this.subscriber()],
    more: Partial<ListenerContext> = {},
  ): Promise<TriggerListener> {
    return this.start(createServiceBusListener(this.for(functions, more)));
  }

  /** In all subscriptions, locked ones included. */
  get activeMessages(): number {
    return this.bus.subscriptions().reduce((sum, each) => sum + each.activeMessages, 0);
  }

  override async close(): Promise<void> {
    this.bus.close();
    await super.close();
  }
}
