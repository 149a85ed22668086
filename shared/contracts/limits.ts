import { z } from 'zod';
import { PostgresLimits } from './postgres';
import { TransferLimits } from './transfer';

const given = (shape: z.ZodRawShape): Record<string, z.ZodOptional<z.core.SomeType>> =>
  Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [
      name,
      z.optional(field instanceof z.ZodDefault ? field.unwrap() : field),
    ]),
  );

const shape = { ...given(TransferLimits.shape), ...given(PostgresLimits.shape) };

/** Limits of an asset of any kind, as they are asked for: which of them an asset has depends on its kind; absent: their default. */
export const AssetLimits = z.strictObject(shape, {
  error: (issue) =>
    issue.code === 'unrecognized_keys'
      ? `no such limit: ${String(issue.keys).slice(0, 100)}; there are ${Object.keys(shape).join(', ')}`
      : undefined,
});
export type AssetLimits = Readonly<Record<string, unknown>>;
