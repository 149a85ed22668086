import { BlockList, isIPv6 } from 'node:net';
import type { Endpoint } from '../../shared/contracts/endpoint';
import type { EndpointProbe } from '../../shared/ports/endpoint-probe';

/** Looked at together; each look from inside a network takes tens of seconds. */
const PARALLEL_LOOKS = 8;

/** RFC 1918, 6598 and 4193. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', 'fc00::/7'];

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');

const within = (expected: readonly string[]): ((address: string) => boolean) => {
  const networks = new BlockList();
  for (const entry of expected.flatMap((each) => (each === 'private' ? PRIVATE : [each]))) {
    const [address = '', bits] = entry.split('/');
    if (bits === undefined) networks.addAddress(address, familyOf(address));
    else networks.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => networks.check(address, familyOf(address));
};

/** What is wrong with an endpoint, in words; null where nothing is. Found elsewhere than expected it is wrong though it answers. */
const lookAt = async (probe: EndpointProbe, endpoint: Endpoint): Promise<string | null> => {
  const { id, host, protocol, port, expected } = endpoint;
  const where = protocol === 'dns' ? host : `${host}:${port}`;
  const { addresses, problem } = await probe.look(endpoint);
  const isExpected = within(expected);
  const strangers = expected.length === 0 ? [] : addresses.filter((address) => !isExpected(address));
  const problems = [
    ...(strangers.length === 0
      ? []
      : [`resolves to ${strangers.join(', ')}, which is not within ${expected.join(', ')}`]),
    ...(problem === null ? [] : [problem]),
  ];
  return problems.length === 0 ? null : `endpoint ${id}, ${where}: ${problems.join('; ')}`;
};

/** What is wrong with endpoints, in their order (R94). */
export const endpointProblems = async (
  probe: EndpointProbe,
  endpoints: readonly Endpoint[],
): Promise<string[]> => {
  const problems: (string | null)[] = [];
  for (let from = 0; from < endpoints.length; from += PARALLEL_LOOKS) {
    const batch = endpoints.slice(from, from + PARALLEL_LOOKS);
    problems.push(...(await Promise.all(batch.map((endpoint) => lookAt(probe, endpoint)))));
  }
  return problems.filter((problem) => problem !== null);
};
