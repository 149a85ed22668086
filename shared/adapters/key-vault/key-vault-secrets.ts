import { isRestError, type RestError } from '@azure/core-rest-pipeline';
import type { TokenCredential } from '@azure/core-auth';
import { SecretClient } from '@azure/keyvault-secrets';
import { MigrationError } from '../../contracts/errors';
import { SecretName } from '../../contracts/primitives';
import type { Secrets } from '../../ports/secrets';

export interface KeyVaultOptions {
  /** Such as `https://name.vault.azure.net`. */
  readonly url: string;
  readonly credential: TokenCredential;
  /** How long a value read is taken for the current one; after a rotation the old one is used so long at most. */
  readonly keptMs?: number;
  readonly now?: () => number;
}

interface Kept {
  readonly value: Promise<string>;
  readonly untilMs: number;
}

const KEPT_MS = 60_000;

/**
 * Secrets from a Key Vault, whose names take the same characters as ours but, unlike ours, do not differ by case alone. What could
 * not be read is not kept: a secret that was missing is seen as soon as it is there.
 */
export class KeyVaultSecrets implements Secrets {
  readonly #client: SecretClient;
  readonly #url: string;
  readonly #keptMs: number;
  readonly #now: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor({ url, credential, keptMs = KEPT_MS, now = Date.now }: KeyVaultOptions) {
    this.#url = url;
    this.#keptMs = keptMs;
    this.#now = now;
    // A vault says for which service it wants a token; one for another service is never sent to an address of that name.
    this.#client = new SecretClient(url, credential, {
      disableChallengeResourceVerification: isLoopback(url),
    });
  }

  async read(name: string): Promise<string> {
    if (!SecretName.safeParse(name).success) {
      throw new MigrationError('invalid-input', 'A secret name has a letter, then letters, digits, hyphens');
    }
    const key = name.toLowerCase();
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#now() < kept.untilMs) return kept.value;
    const reading: Kept = { value: this.#fetch(name), untilMs: this.#now() + this.#keptMs };
    this.#kept.set(key, reading);
    try {
      return await reading.value;
    } catch (error) {
      if (this.#kept.get(key) === reading) this.#kept.delete(key);
      throw error;
    }
  }

  async #fetch(name: string): Promise<string> {
    let value: string | undefined;
    try {
      ({ value } = await this.#client.getSecret(name));
    } catch (error) {
      throw this.#refusal(error, name);
    }
    if (value) return value;
    throw new MigrationError('secret-missing', `Secret ${name} in ${this.#url} is empty`);
  }

  /** Without the answer itself as cause: what a vault says may quote what it holds. */
  #refusal(error: unknown, name: string): unknown {
    if (isSignIn(error))
      return new MigrationError(
        'identity-unavailable',
        `No identity to read secret ${name} in ${this.#url} with now`,
      );
    if (!isRestError(error)) return error;
    const missing = (what: string) =>
      new MigrationError('secret-missing', `${what} ${name} in ${this.#url}: set it there`);
    if (error.statusCode === 404) return missing('No secret');
    if (error.statusCode === 403 && isDisabled(error.details)) return missing('No enabled secret');
    if (error.statusCode === 403 || error.statusCode === 401) {
      const code = error.statusCode === 403 ? 'forbidden' : 'unauthenticated';
      const need = 'this application needs the role Key Vault Secrets User there';
      return new MigrationError(code, `Secret ${name} in ${this.#url} may not be read: ${need}`);
    }
    const answer = `${error.statusCode ?? 'no answer'}, ${error.code ?? 'no code'}`;
    const what = `Secret ${name} in ${this.#url} cannot be read`;
    return mayPass(error)
      ? new MigrationError('secret-unavailable', `${what} for now (${answer})`)
      : new MigrationError('internal', `${what} (${answer})`);
  }
}

/** What the credentials of `@azure/identity` throw, by their names: the package is not this adapter's. */
const isSignIn = (error: unknown): boolean =>
  error instanceof Error &&
  ['AuthenticationError', 'AggregateAuthenticationError', 'CredentialUnavailableError'].includes(error.name);

/** Without a status nothing came back. */
const mayPass = ({ statusCode }: RestError): boolean =>
  statusCode === undefined || statusCode === 408 || statusCode === 429 || statusCode >= 500;

const isDisabled = (details: unknown): boolean => JSON.stringify(details ?? null).includes('SecretDisabled');

/** A stand-in: what it says it is can't be checked by its name. */
const isLoopback = (url: string): boolean =>
  /^(127(\.\d+){3}|localhost|\[::1\])$/.test(new URL(url).hostname);
