import { z } from 'zod';

/** Ids users choose: they appear in URLs, document ids, instance ids and blob paths, hence the narrow alphabet. */
export const Slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,46}[a-z0-9])?$/, 'use 1 to 48 lower-case letters, digits and inner hyphens')
  .meta({ description: 'Lower-case letters, digits and inner hyphens, 1 to 48 characters' });

/** An instant in UTC with a literal Z. Stored instants are compared as text, so the precision is fixed at milliseconds. */
export const Instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text).toISOString())
  .refine((text) => text.length === 24, 'must be in the years 0000 to 9999, in UTC')
  .meta({ description: 'RFC 3339 instant' });

/** An instant as documents hold it: already normalised, so schemas of stored data need no transform. */
export const StoredInstant = z.string().regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** Free text a person typed: bounded, no control characters but line breaks and tabs. */
export const Text = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'contains control characters');

/** Name of an entry of the secret store, never the secret itself. */
export const SecretName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,126}$/, 'use a secret name: a letter, then letters, digits, hyphens');

/** Derived from wave and workload; short enough for an instance id with a prefix. */
export const CutoverId = z.string().regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/, 'use a cutover id');

/** Anything JSON can hold. */
export const Json = z.json();
export type JsonValue = z.infer<typeof Json>;
