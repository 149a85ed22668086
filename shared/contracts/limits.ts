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

/** Limits of an asset of any kind, as they are asked for: which of them an asset has depends on its kind; absent: their default. */
export const AssetLimits = z.strictObject({
  ...given(TransferLimits.shape),
  ...given(PostgresLimits.shape),
});
export type AssetLimits = Readonly<Record<string, unknown>>;
