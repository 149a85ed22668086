import { z } from 'zod';

/** A value a reason rests on, as it was when the rule was applied. */
export const Fact = z.union([z.string().max(500), z.number(), z.boolean(), z.null()]);
export type Fact = z.infer<typeof Fact>;

/**
 * Why the plan says what it says: the rule that was applied, the requirement it follows from, and the facts it looked at. `explain`
 * makes it a sentence. Rule names are stored data: add, do not rename.
 */
export const Reason = z.object({
  rule: z.string().regex(/^[a-z][a-z0-9-]{2,60}$/),
  requirement: z.string().regex(/^R\d{1,3}$/),
  facts: z.record(z.string(), Fact),
});
export type Reason = z.infer<typeof Reason>;
