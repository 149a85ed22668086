import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ManagedIdentityCredential } from '@azure/identity';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { KeyVaultSecrets } from '../../../../shared/adapters/key-vault/key-vault-secrets';
import { startKeyVault, VAULT_RESOURCE, type KeyVault } from '../../../support/key-vault/start-key-vault';
import { startManagedIdentity, type ManagedIdentity } from '../../../support/managed-identity';

const VALUE = 'whsec_the-value';

describe('KeyVaultSecrets', () => {
  let identity: ManagedIdentity;
  let vault: KeyVault;
  let nowMs = 0;
  const before = { ...process.env };
  beforeAll(async () => {
    identity = await startManagedIdentity();
    Object.assign(process.env, identity.environment);
    vault = await startKeyVault((token) => identity.isGenuine(token, VAULT_RESOURCE));
    setDefaultCACertificates([...getCACertificates('default'), vault.certificate]);
  });
  afterAll(async () => {
    process.env = before;
    await vault.close();
    await identity.close();
  });
  beforeEach(() => {
    vault.secrets.clear();
    vault.secrets.set('shop-hook', VALUE);
  });
  const open = (clientId = identity.clientId) =>
    new KeyVaultSecrets({
      url: vault.url,
      credential: new ManagedIdentityCredential(clientId, { retryOptions: { maxRetries: 0 } }),
      keptMs: 60_000,
      now: () => nowMs,
    });
  const refusal = async (
    secrets: KeyVaultSecrets,
    name = 'shop-hook',
  ): Promise<Error & { code?: string }> => {
    const refused: unknown = await secrets.read(name).catch((error: unknown) => error);
    if (!(refused instanceof Error)) throw new Error('it was not refused');
    return refused;
  };

  it('reads with the token of the managed identity, for the resource the vault names', async () => {
    expect(await open().read('shop-hook')).toBe(VALUE);
    expect(await open().read('Shop-HOOK')).toBe(VALUE);
  });

  it('asks once for what several callers want, and again when its time is over', async () => {
    const secrets = open();
    const before = vault.reads();
    await Promise.all(Array.from({ length: 5 }, () => secrets.read('shop-hook')));
    nowMs += 59_999;
    expect(await secrets.read('shop-hook')).toBe(VALUE);
    expect(vault.reads() - before).toBe(1);
    vault.secrets.set('shop-hook', 'rotated');
    nowMs += 1;
    expect(await secrets.read('shop-hook')).toBe('rotated');
  });

  it('names a secret that is missing, and sees it as soon as it is there', async () => {
    const secrets = open();
    const error = await refusal(secrets, 'not-yet');
    expect(error).toMatchObject({ code: 'secret-missing' });
    expect(error.message).toContain('not-yet');
    vault.secrets.set('not-yet', 'there');
    expect(await secrets.read('not-yet')).toBe('there');
  });

  it('refuses names that no vault has, without asking', async () => {
    const before = vault.reads();
    for (const bad of ['', 'under_score', '../keys/x', 'a/b', '1st', 'x'.repeat(128)])
      expect(await refusal(open(), bad)).toMatchObject({ code: 'invalid-input' });
    expect(vault.reads()).toBe(before);
  });

  it.each([
    [{ status: 403, code: 'Forbidden' }, 'forbidden'],
    [{ status: 401, code: 'Unauthorized' }, 'unauthenticated'],
    [{ status: 403, code: 'SecretDisabled' }, 'secret-missing'],
  ])('says of %j that it is %s, and never what the vault answered', async (answer, code) => {
    vault.answerNext(answer);
    const error = await refusal(open());
    expect(error).toMatchObject({ code });
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain('The vault says');
  });

  it('tries again where the vault is busy', async () => {
    vault.answerNext({ status: 429, code: 'Throttled', headers: { 'retry-after': '0' } });
    expect(await open().read('shop-hook')).toBe(VALUE);
  });

  it.each([429, 503])(
    'says that it cannot tell for now where the vault goes on answering %d',
    async (status) => {
      const busy = { status, code: 'Throttled', headers: { 'retry-after': '0' } };
      vault.answerNext(...Array.from({ length: 4 }, () => busy));
      const error = await refusal(open());
      expect(error).toMatchObject({ code: 'secret-unavailable' });
      expect(error.cause).toBeUndefined();
      expect(await open().read('shop-hook')).toBe(VALUE);
    },
  );

  it('quotes no answer that it did not expect', async () => {
    vault.answerNext({ status: 400, code: 'BadParameter' });
    const error = await refusal(open());
    expect(error).toMatchObject({ code: 'internal', message: expect.stringContaining('400, BadParameter') });
    expect(error.message).not.toContain('The vault says');
  });

  it('gets nothing with an identity that is not its own', async () => {
    const error = await refusal(open('00000000-0000-4000-8000-000000000000'));
    expect(error).toMatchObject({ code: 'identity-unavailable' });
  });
});
