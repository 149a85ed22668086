import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** A file as Causeway names it in its item log: the path below the root with `%XX` for bytes a blob name can't hold. */
export const KnownFile = z.object({
  path: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
});
export type KnownFile = z.infer<typeof KnownFile>;

/** What the demo's web application is started with, in a file of its own, since it holds secrets. */
export const AppConfig = z.object({
  name: z.string(),
  /** 0: any free one. */
  port: z.number().int().min(0),
  folder: z.string(),
  storage: z.object({ connectionString: z.string(), container: z.string(), prefix: z.string() }),
  /** Where the application keeps which side is active, and what its hooks have answered. */
  stateFile: z.string(),
  /** Standard Webhooks secret of its hooks. */
  hookSecret: z.string(),
  /** Read end to end by the health operation. */
  knownFiles: z.array(KnownFile),
  /** Once users are sent to the target, every third request there fails: nothing that can be seen before. */
  breakTarget: z.boolean(),
});
export type AppConfig = z.infer<typeof AppConfig>;

export const readAppConfig = (file: string): AppConfig =>
  AppConfig.parse(JSON.parse(readFileSync(file, 'utf8')));
