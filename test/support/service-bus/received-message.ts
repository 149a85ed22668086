export type Property = string | number | boolean;

/** A message as rhea reads and writes it; what Service Bus calls session id is `group_id`. */
export interface AmqpMessage {
  readonly message_id?: string;
  readonly group_id?: string;
  readonly subject?: string;
  readonly correlation_id?: string;
  readonly content_type?: string;
  readonly application_properties?: Readonly<Record<string, Property>>;
  readonly message_annotations?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}
