import { z } from 'zod';

const Words = z.string().max(4_000);

/** A migration as the PostgreSQL service gives it, as far as it is read here. */
export const PostgresStatus = z.looseObject({
  properties: z.looseObject({
    currentStatus: z
      .looseObject({
        state: Words.optional(),
        error: Words.nullish(),
        currentSubStateDetails: z
          .looseObject({
            currentSubState: Words.nullish(),
            /** By database. */
            dbDetails: z.record(z.string(), z.looseObject({ latency: z.number().nullish() })).nullish(),
          })
          .nullish(),
      })
      .nullish(),
  }),
});
export type PostgresStatus = z.infer<typeof PostgresStatus>;
