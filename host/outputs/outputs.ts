import { azureSdkModules } from '../azure-sdk-modules';
import type { Binding } from '../function-app';
import { isConfigured } from '../service-connection';
import { BusFileSender } from './bus-file-sender';
import { DocumentsFile } from './documents-file';
import { documentOf, outputText } from './output-binding';
import type { DocumentWriter, MessageEntity, MessageSender, OutputsContext } from './output-target';

/** What functions give to their `serviceBus` and `cosmosDB` outputs, stored where the app settings of the connection lead. */
export class Outputs {
  readonly #senders = new Map<string, MessageSender>();
  readonly #writers = new Map<string, DocumentWriter>();

  constructor(private readonly context: OutputsContext) {}

  /** Resolves when it is stored. An array is as many messages or documents. */
  async write(binding: Binding, value: unknown): Promise<void> {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    if (values.length === 0) return;
    if (binding.type.toLowerCase() === 'servicebus') await this.#send(binding, values);
    else await this.#upsert(binding, values);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#senders.values(), ...this.#writers.values()].map((each) => each.close()));
  }

  async #send(binding: Binding, bodies: readonly unknown[]): Promise<void> {
    const connection = outputText(binding, ['connection'], 'AzureWebJobsServiceBus');
    const queue = outputText(binding, ['queueName'], '');
    const entity: MessageEntity =
      queue === ''
        ? { kind: 'topic', name: outputText(binding, ['topicName']) }
        : { kind: 'queue', name: queue };
    const sender = this.#senders.get(connection) ?? this.#openSender(connection);
    this.#senders.set(connection, sender);
    await sender.send(entity, bodies);
  }

  async #upsert(binding: Binding, values: readonly unknown[]): Promise<void> {
    const connection = outputText(binding, ['connection', 'connectionStringSetting'], 'CosmosDB');
    const writer = this.#writers.get(connection) ?? this.#openWriter(connection);
    this.#writers.set(connection, writer);
    await writer.upsert(
      binding,
      values.map((value) => documentOf(value)),
    );
  }

  #openSender(connection: string): MessageSender {
    const { settings } = this.context;
    if (!isConfigured(connection, 'fullyQualifiedNamespace', settings))
      return new BusFileSender(this.context);
    return new azureSdkModules.namespaceSender.NamespaceSender(connection, settings);
  }

  #openWriter(connection: string): DocumentWriter {
    const { settings } = this.context;
    if (!isConfigured(connection, 'accountEndpoint', settings)) return new DocumentsFile(this.context);
    return new azureSdkModules.cosmosWriter.CosmosWriter(connection, settings);
  }
}
