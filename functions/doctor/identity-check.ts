import { failed, ok, warning, type Check } from '../../shared/ports/check';
import type { HttpIdentity } from '../http/services';

/** Signed by nobody: judging it needs the provider's addresses and keys, and nothing else. */
const UNSIGNED = [{ typ: 'JWT', alg: 'RS256', kid: 'doctor' }, {}]
  .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
  .concat('c2lnbmF0dXJl')
  .join('.');

/** Whether accounts can be judged, and whether callers and links are protected on their way. */
export const identityCheck = ({ provider, ownTokens }: HttpIdentity, publicUrl: () => string): Check => ({
  name: 'identity',
  mend: 'Check CAUSEWAY_ENTRA_TENANT_ID and CAUSEWAY_ENTRA_AUTHORITY, and that the network lets the application reach that authority.',
  run: async () => {
    const { protocol, hostname } = new URL(publicUrl());
    const isHere = ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
    if (protocol !== 'https:' && !isHere) {
      return failed(
        `people reach the service at ${publicUrl()}, where tokens travel in the clear`,
        'Set CAUSEWAY_PUBLIC_URL to the https address that people use.',
      );
    }
    if (provider === null) return ok('callers prove themselves by tokens of Causeway; no tenant is set up');
    const verdict = await provider.verifyToken(UNSIGNED);
    if (verdict.kind === 'valid') throw new Error('a token that nobody signed was believed');
    return ownTokens && !isHere
      ? warning(
          'Entra answers, and tokens of Causeway count beside it',
          'Where everybody has an account set CAUSEWAY_OWN_TOKENS to off.',
        )
      : ok('Entra answers');
  },
});
