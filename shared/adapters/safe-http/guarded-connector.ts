import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { MigrationError } from '../../contracts/errors';
import type { AddressRules } from './address-rules';

/** All addresses of a host name, as `dns.lookup` with `all` finds them. */
export type Resolve = (host: string) => Promise<readonly LookupAddress[]>;

/**
 * Connects to allowed addresses alone. The rule is applied to the very addresses the socket is then given, so a name that
 * resolves differently a moment later (rebinding) gains nothing; a literal address, which is never looked up, is checked as it is.
 */
export function guardedConnector(
  rules: AddressRules,
  resolve: Resolve,
  connectTimeoutMs: number,
): buildConnector.connector {
  const connect = buildConnector({
    timeout: connectTimeoutMs,
    allowH2: false,
    lookup: guardedLookup(rules, resolve),
  });
  return (options, callback) => {
    const host = options.hostname;
    const refusal = isIP(host) === 0 ? null : rules.refusal(host, host);
    if (refusal !== null) callback(refused(host, [`${host} is ${refusal}`]), null);
    else connect(options, callback);
  };
}

/** Throws where a host, a name or a literal address, has no allowed address. */
export async function checkHost(rules: AddressRules, resolve: Resolve, host: string): Promise<void> {
  const literal = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(literal);
  allowedOf(rules, literal, family === 0 ? await resolve(literal) : [{ address: literal, family }]);
}

/** Leaves out refused addresses; an error where none is left. */
function guardedLookup(rules: AddressRules, resolve: Resolve): LookupFunction {
  return (host, options, callback) => {
    resolve(host)
      .then((found) => allowedOf(rules, host, found))
      .then(
        (addresses) => {
          const [first] = addresses;
          if (options.all === true) callback(null, [...addresses]);
          else callback(null, first.address, first.family);
        },
        (error: unknown) => callback(error as NodeJS.ErrnoException, [] as never),
      );
  };
}

function allowedOf(
  rules: AddressRules,
  host: string,
  found: readonly LookupAddress[],
): [LookupAddress, ...LookupAddress[]] {
  const refusals: string[] = [];
  const [first, ...rest] = found.filter(({ address }) => {
    const refusal = rules.refusal(host, address);
    if (refusal !== null) refusals.push(`${address} is ${refusal}`);
    return refusal === null;
  });
  if (first === undefined) throw refused(host, refusals);
  return [first, ...rest];
}

const refused = (host: string, reasons: readonly string[]): MigrationError =>
  new MigrationError(
    'address-refused',
    `${host} must not be called: ${reasons.join(', ') || 'it has no address'}`,
  );
