import { describe, expect, it } from '@jest/globals';
import type { ServiceBusClient } from '@azure/service-bus';
import { NamespaceConnection } from '../../../host/triggers/namespace-connection';

describe('a connection to a namespace', () => {
  const connect = (close: () => Promise<void>) => {
    const closed: string[] = [];
    const client = {
      close: () => {
        closed.push('closed');
        return close();
      },
    } as ServiceBusClient;
    return { connection: new NamespaceConnection(client), closed };
  };

  it('ends with the process also where the namespace is gone', async () => {
    const { connection, closed } = connect(() => Promise.reject(new Error('the connection is gone')));
    await expect(connection.close()).resolves.toBeUndefined();
    expect(closed).toEqual(['closed']);
  });

  it('stays open for a handler when it is given up, and is closed once after the last one', async () => {
    const { connection, closed } = connect(() => Promise.resolve());
    const [one, other] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const used = [connection.use(() => one.promise), connection.use(() => other.promise)];
    connection.giveUp();
    expect(connection.givenUp.aborted).toBe(true);
    one.resolve();
    await used[0];
    expect(closed).toEqual([]);
    other.resolve();
    await used[1];
    expect(closed).toEqual(['closed']);
  });
});
