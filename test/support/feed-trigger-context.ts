import type { Invocation, LoadedFunction, RetryPolicy, TriggerListener } from '../../host/function-app';
import { changeFeedListener } from '../../host/triggers/change-feed';
import { MemoryChangeFeed } from './memory-change-feed';
import { triggeredFunction, TriggerContext } from './trigger-context';

/** A change feed listener over a feed in memory, and what its functions saw. */
export class FeedTriggerContext extends TriggerContext {
  readonly feed = new MemoryChangeFeed();
  readonly seen: unknown[] = [];

  readonly note = ({ triggerData }: Invocation): void => {
    this.seen.push(...(triggerData as unknown[]));
  };

  relay(
    handler: (invocation: Invocation) => unknown = this.note,
    binding: object = {},
    retry: RetryPolicy | null = null,
  ): LoadedFunction {
    return triggeredFunction(
      'relay',
      {
        type: 'cosmosDBTrigger',
        connection: 'COSMOS',
        databaseName: 'causeway',
        containerName: 'ledger',
        startFromBeginning: true,
        ...binding,
      },
      handler,
      retry,
    );
  }

  startReading(...functions: LoadedFunction[]): Promise<TriggerListener> {
    return this.start(changeFeedListener(async () => this.feed)(this.for(functions)));
  }
}
