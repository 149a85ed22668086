import { randomUUID } from 'node:crypto';
import type { ServiceBusClient, ServiceBusMessage, ServiceBusSender } from '@azure/service-bus';
import type { Settings } from '../host-settings';
import { openNamespace } from '../triggers/service-bus-namespace';
import type { MessageEntity, MessageSender } from './output-target';

/** Sends over AMQP to the namespace that the settings of a connection name. */
export class NamespaceSender implements MessageSender {
  readonly #client: ServiceBusClient;
  readonly #senders = new Map<string, ServiceBusSender>();

  constructor(connection: string, settings: Settings) {
    this.#client = openNamespace(connection, settings);
  }

  async send({ name }: MessageEntity, bodies: readonly unknown[]): Promise<void> {
    const sender = this.#senders.get(name) ?? this.#client.createSender(name);
    this.#senders.set(name, sender);
    let batch = await sender.createMessageBatch();
    for (const message of bodies.map(messageOf)) {
      if (batch.tryAddMessage(message)) continue;
      if (batch.count > 0) await sender.sendMessages(batch);
      batch = await sender.createMessageBatch();
      if (!batch.tryAddMessage(message))
        throw new RangeError(`a message for ${name} is larger than ${batch.maxSizeInBytes} bytes`);
    }
    if (batch.count > 0) await sender.sendMessages(batch);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

/** Text is sent as its bytes: the SDK would put it in quotes. With an id, so that a send that the SDK repeats is dropped as a duplicate. */
const messageOf = (body: unknown): ServiceBusMessage => {
  const messageId = randomUUID();
  if (typeof body === 'string') return { messageId, body: Buffer.from(body), contentType: 'text/plain' };
  return { messageId, body, ...(!Buffer.isBuffer(body) && { contentType: 'application/json' }) };
};
