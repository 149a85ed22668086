// What a workload's application did, from its own durable record of the operations it carried out.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AppState } from '../../clients/demo/app-state';
import type { ControlReply } from '../../shared/contracts/controls';

/** Operations that only look. */
const LOOKS = ['status', 'health'];

export interface Operation {
  readonly operation: string;
  readonly idempotencyKey: string;
  readonly reply: ControlReply;
}

/** In the order carried out; an operation asked for again under its key was carried out once. */
export function operationsOf(folder: string): Operation[] {
  const state = AppState.parse(JSON.parse(readFileSync(join(folder, 'state.json'), 'utf8')));
  return Object.entries(state.replies).map(([name, reply]) => {
    const colon = name.indexOf(':');
    return { operation: name.slice(0, colon), idempotencyKey: name.slice(colon + 1), reply };
  });
}

export const changesOf = (operations: readonly Operation[]): Operation[] =>
  operations.filter(({ operation }) => !LOOKS.includes(operation));

/** The first operation after which both sides took writes; null where there was none. */
export function firstBothWritable(operations: readonly Operation[]): Operation | null {
  const writable = { source: true, target: false };
  for (const each of operations) {
    const { operation, reply } = each;
    if (operation === 'switch') writable[reply.side === 'source' ? 'target' : 'source'] = false;
    writable[reply.side] = reply.writable;
    if (writable.source && writable.target) return each;
  }
  return null;
}
