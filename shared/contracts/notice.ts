import { z } from 'zod';
import { Text } from './primitives';

/** Something stakeholders are told (R42 R59 R83 R144). */
export const Notice = z.object({
  /** Idempotency key: the same notice is delivered once. */
  id: z.string().min(1).max(200),
  title: Text(200),
  body: Text(8_000),
  facts: z.array(z.object({ name: z.string().max(100), value: z.string().max(500) })).max(30),
});
export type Notice = z.infer<typeof Notice>;
