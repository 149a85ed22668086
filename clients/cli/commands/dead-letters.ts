import { operand, segment, type Command } from '../command';
import { listAll } from '../list-all';

const COLUMNS = ['sequenceNumber', 'type', 'subject', 'deliveryCount', 'reason', 'description'];

/** Events that a subscriber gave up on. */
export const deadLetterCommands: readonly Command[] = [
  {
    name: 'dead-letters list',
    operands: 'SUBSCRIPTION',
    summary: 'List what a subscription (orchestrations, teams, …) gave up on.',
    run: async (invocation) => {
      const subscription = segment(operand(invocation, 0, 'the subscription'));
      const path = `/api/dead-letters?top=200&subscription=${subscription}`;
      return { kind: 'rows', columns: COLUMNS, rows: await listAll(invocation.api(), path) };
    },
  },
  {
    name: 'dead-letters replay',
    operands: 'SUBSCRIPTION NUMBER',
    summary: 'Deliver a dead letter again, once its cause is mended.',
    run: async (invocation) => {
      const subscription = segment(operand(invocation, 0, 'the subscription'));
      const number = segment(operand(invocation, 1, 'the sequence number'));
      const path = `/api/dead-letters/${subscription}/${number}/replay`;
      return { kind: 'item', item: (await invocation.api().json('POST', path)) as object };
    },
  },
];
