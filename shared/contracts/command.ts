import { z } from 'zod';
import { StoredInstant, Text } from './primitives';

/**
 * What people may ask of a running cutover. pause/resume belong to operators, hold/release to change management; both stop the
 * cutover at its next checkpoint. retry, resend and skip answer a failed stage; resend first sends the rows anew that it
 * found to differ. cancel turns back before traffic moved, rollback after.
 */
export const CommandKind = z.enum([
  'pause',
  'resume',
  'hold',
  'release',
  'cancel',
  'retry',
  'resend',
  'skip',
  'rollback',
]);
export type CommandKind = z.infer<typeof CommandKind>;

export const CommandInput = z.object({ kind: CommandKind, reason: Text(2_000) });
export type CommandInput = z.infer<typeof CommandInput>;

/** A stored command: numbered from 1 per cutover in the order received, decided once, by the cutover itself. */
export const Command = CommandInput.extend({
  number: z.number().int().min(1),
  by: Text(100),
  at: StoredInstant,
  status: z.enum(['pending', 'applied', 'refused']),
  /** Why it was refused when its turn came. */
  outcome: z.string().max(2_000).nullable(),
});
export type Command = z.infer<typeof Command>;
