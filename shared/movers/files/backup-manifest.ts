import { z } from 'zod';

const owner = {
  mode: z.number().int(),
  mtimeNs: z.string().regex(/^-?\d+$/),
  uid: z.number(),
  gid: z.number(),
};
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const length = z.number().int().min(0);

/**
 * One line of a backup's manifest (R98 R99). A `pack` line is followed by everything whose content that pack holds; folders come
 * before what is in them. Paths are encoded as blob names are (`encodeSegment`).
 */
export const ManifestLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('backup'),
    version: z.literal(1),
    backupId: z.string(),
    assetId: z.string(),
    startedAt: z.string(),
  }),
  z.object({ kind: z.literal('pack'), pack: z.number().int(), name: z.string(), sizeBytes: length, sha256 }),
  z.object({ kind: z.literal('folder'), path: z.string(), ...owner }),
  /**
   * A file, or the part of a large one from `fileOffset` on; its parts come in order. `sha256` is that of the `length` bytes found at
   * `offset` of the pack named last.
   */
  z.object({
    kind: z.literal('file'),
    path: z.string(),
    ...owner,
    sizeBytes: length,
    fileOffset: length,
    length,
    sha256,
    pack: z.number().int().nullable(),
    offset: length,
  }),
  /** `target` in Base64: it is bytes. */
  z.object({ kind: z.literal('link'), path: z.string(), ...owner, target: z.base64() }),
  /** Not in the backup, and why: excluded by the plan, or without content (pipe, socket, device). */
  z.object({ kind: z.literal('omitted'), path: z.string(), reason: z.string() }),
  z.object({ kind: z.literal('end'), items: length, bytes: length, packs: length }),
]);
export type ManifestLine = z.infer<typeof ManifestLine>;
export type FileLine = Extract<ManifestLine, { kind: 'file' }>;
export type PackLine = Extract<ManifestLine, { kind: 'pack' }>;

/** Where a finished backup is, and what proves that it is that one. */
export interface BackupReference {
  readonly container: string;
  /** Name of the manifest's blob. */
  readonly manifest: string;
  /** Hex SHA-256 of the manifest, which holds those of everything else. */
  readonly sha256: string;
  readonly items: number;
  readonly bytes: number;
  readonly packs: number;
  /** Over what was saved; equal to `sourceFingerprint` as long as the source is what it was then (R56). */
  readonly fingerprint: string;
}
