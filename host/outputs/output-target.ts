import type { Binding, HostClock } from '../function-app';
import type { Settings } from '../host-settings';

export interface OutputsContext {
  readonly dataDir: string;
  readonly settings: Settings;
  readonly clock: HostClock;
}

/** Messages to a queue, to which a reader gives its subscription, or to a topic. */
export interface MessageSender {
  send(entity: MessageEntity, bodies: readonly unknown[]): Promise<void>;
  close(): Promise<void>;
}

export interface MessageEntity {
  readonly kind: 'queue' | 'topic';
  readonly name: string;
}

/** Replaces documents by their `id`, or inserts them. */
export interface DocumentWriter {
  upsert(binding: Binding, documents: readonly Record<string, unknown>[]): Promise<void>;
  close(): Promise<void>;
}
