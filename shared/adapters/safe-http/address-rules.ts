import * as ipaddr from 'ipaddr.js';
import { MigrationError } from '../../contracts/errors';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Says which addresses may be connected to. */
export interface AddressRules {
  /** Null where allowed; otherwise what kind of address it is, in words. */
  refusal(host: string, address: string): string | null;
}

/** Answered by Azure's platform on every virtual network, although its range is public (Microsoft Learn: what-is-ip-address-168-63-129-16). */
const AZURE_PLATFORM = '168.63.129.16';

/** Global unicast (RFC 4291 2.4): what lies outside is translated, tunnelled, local, deprecated or not assigned. */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3');

/**
 * Public unicast addresses are allowed, everything else only where `allowed` names it: a network (`10.1.0.0/16`, `::1/128`), an
 * address, or a host name, which allows whatever that name resolves to. A network allows its IPv4-mapped spelling as well.
 * Throws `invalid-input` for an entry that is none of these.
 */
export function createAddressRules(allowed: readonly string[]): AddressRules {
  const entries = allowed.map((entry) => entry.trim().toLowerCase()).filter((entry) => entry !== '');
  const networks = entries.filter((entry) => !isHostName(entry)).map(parseNetwork);
  const hosts = new Set(entries.filter(isHostName));
  return {
    refusal(host, text) {
      if (hosts.has(host.toLowerCase())) return null;
      if (!ipaddr.isValid(text)) return 'not an IP address';
      const address = ipaddr.parse(text);
      if (networks.some((network) => contains(network, address))) return null;
      return kindRefused(address);
    },
  };
}

function kindRefused(address: Address): string | null {
  if (address.toString() === AZURE_PLATFORM) return 'the Azure platform address';
  const range = address.range();
  if (range !== 'unicast') return `in the range ${range}`;
  if (address.kind() === 'ipv6' && !address.match(GLOBAL_UNICAST)) return 'no global unicast address';
  return null;
}

function contains([network, bits]: [Address, number], address: Address): boolean {
  const plain =
    address instanceof ipaddr.IPv6 && address.isIPv4MappedAddress() ? address.toIPv4Address() : address;
  return [address, plain].some(
    (candidate) => candidate.kind() === network.kind() && candidate.match(network, bits),
  );
}

function parseNetwork(entry: string): [Address, number] {
  if (ipaddr.isValidCIDR(entry)) return ipaddr.parseCIDR(entry);
  if (ipaddr.isValid(entry)) {
    const address = ipaddr.parse(entry);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }
  throw new MigrationError('invalid-input', `'${entry}' is no network, address or host name`);
}

/** A name's last label has a letter, so a mistyped `300.0.0.1` is an error and not a name that never matches. */
const isHostName = (entry: string): boolean =>
  /^([a-z0-9_-]+\.)*[a-z0-9-]*[a-z][a-z0-9-]*$/.test(entry) && !ipaddr.isValid(entry);
