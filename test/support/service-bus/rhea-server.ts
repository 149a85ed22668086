import type { Delivery, Sender, Session } from 'rhea';

/** What this broker needs of rhea beyond its typings. */
export interface ServerSession extends Session {
  create_sender(name: string, options?: object): ServerSender;
  readonly outgoing: { readonly next_delivery_id: number; readonly next_pending_delivery: number };
}

export interface ServerSender extends Sender {
  credit: number;
  delivery_count: number;
  issue_flow: boolean;
  readonly local: { readonly attach: { properties?: object; source?: unknown; max_message_size?: number } };
  _get_drain(): boolean;
}

/**
 * rhea answers an attach at once, but Service Bus answers one for the next free session only when there is one. Here nothing is
 * answered before `attach()`.
 */
export const answerAttachesLater = (session: ServerSession): void => {
  const create = session.create_sender.bind(session);
  session.create_sender = (name, options) => Object.assign(create(name, options), { open: () => undefined });
};

/** Messages that may still be sent; rhea takes credit off only when it writes. */
export const creditLeft = (link: ServerSender): number => {
  const { next_delivery_id: next, next_pending_delivery: written } = (link.session as ServerSession).outgoing;
  return link.credit - (next - written);
};

/** Gives unused credit back, after what is still to be written; also where none is left, unlike rhea by itself. */
export const drain = (link: ServerSender): void => {
  link._get_drain = () => {
    Reflect.deleteProperty(link, '_get_drain');
    link.delivery_count += link.credit;
    link.credit = 0;
    return true;
  };
  link.issue_flow = true;
};

/** Answers an outcome. The receiver says no more about it, so that its place in rhea's buffer is free at once. */
export const settleDelivery = (delivery: Delivery, state: unknown): void => {
  delivery.update(true, state);
  Object.assign(delivery, { remote_settled: true });
};
