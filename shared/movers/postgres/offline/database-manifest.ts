import { z } from 'zod';

const length = z.number().int().min(0);
const blob = {
  /** Name in the container. */
  name: z.string(),
  sizeBytes: length,
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
};

/**
 * One line of the manifest of a database's backup (R98 R99): the backup itself, its schema, its rows in the order in which they were
 * saved, its sequences, and the end, without which it is none.
 */
export const DatabaseManifestLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('database-backup'),
    version: z.literal(1),
    backupId: z.string(),
    assetId: z.string(),
    startedAt: z.string(),
  }),
  /** One script of SQL in UTF-8. */
  z.object({ kind: z.literal('schema'), ...blob }),
  /** What COPY gave, in UTF-8 where it is text; `columns` empty: all there are. Tables come in one or more of these. */
  z.object({
    kind: z.literal('rows'),
    ...blob,
    schema: z.string(),
    table: z.string(),
    columns: z.array(z.string()),
    format: z.enum(['binary', 'text']),
    rows: length,
  }),
  /** Frames: length of a JSON header (four bytes, big-endian), header, `length` bytes of content. */
  z.object({ kind: z.literal('large-objects'), ...blob, rows: length }),
  z.object({
    kind: z.literal('sequence'),
    schema: z.string(),
    name: z.string(),
    lastValue: z.string().regex(/^-?\d+$/),
    isCalled: z.boolean(),
  }),
  z.object({ kind: z.literal('end'), items: length, bytes: length, blobs: length }),
]);
export type DatabaseManifestLine = z.infer<typeof DatabaseManifestLine>;
export type BackupLine = Extract<DatabaseManifestLine, { kind: 'schema' | 'rows' | 'large-objects' }>;
