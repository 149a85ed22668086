import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const TOKEN = /^cw_[A-Za-z0-9_-]{43}$/;

/** A new bearer token: 256 random bits. It is shown once; only its hash is kept. */
export const newToken = (): string => `cw_${randomBytes(32).toString('base64url')}`;

export const isTokenShaped = (text: string): boolean => TOKEN.test(text);

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex');

/** An access token's id: the first 16 hex digits of its hash. */
export const idOfHash = (hash: string): string => hash.slice(0, 16);

/** Compares texts of any length in a time that tells nothing about where they differ. */
export const equalSecrets = (a: string, b: string): boolean =>
  timingSafeEqual(createHash('sha256').update(a).digest(), createHash('sha256').update(b).digest());
