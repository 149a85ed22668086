import { BlockList, isIPv6 } from 'node:net';
import type { Endpoint } from '../../shared/contracts/endpoint';
import type { EndpointProbe } from '../../shared/ports/endpoint-probe';

interface LookLimits {
  /** Looked at together; each look from inside a network takes tens of seconds. */
  readonly parallel: number;
  /** None is begun later: with the last ones it stays below what one activity may take. */
  readonly longestMs: number;
}

const LIMITS: LookLimits = { parallel: 20, longestMs: 300_000 };

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
  const { expected } = endpoint;
  const { addresses, problem } = await probe.look(endpoint);
  const isExpected = within(expected);
  const strangers = expected.length === 0 ? [] : addresses.filter((address) => !isExpected(address));
  const problems = [
    ...(strangers.length === 0
      ? []
      : [`resolves to ${strangers.join(', ')}, which is not within ${expected.join(', ')}`]),
    ...(problem === null ? [] : [problem]),
    ...(problem === null && expected.length > 0 && addresses.length === 0
      ? [`answers, but where it is could not be seen: it should be within ${expected.join(', ')}`]
      : []),
  ];
  return problems.length === 0 ? null : `${inWords(endpoint)}: ${problems.join('; ')}`;
};

const inWords = ({ id, host, protocol, port }: Endpoint): string =>
  `endpoint ${id}, ${protocol === 'dns' ? host : `${host}:${port}`}`;

/** What is wrong with endpoints, in their order (R94). One that there was no time for counts as wrong. */
export const endpointProblems = async (
  probe: EndpointProbe,
  endpoints: readonly Endpoint[],
  { parallel, longestMs } = LIMITS,
): Promise<string[]> => {
  const problems: (string | null)[] = [];
  const untilMs = Date.now() + longestMs;
  for (let from = 0; from < endpoints.length; from += parallel) {
    const batch = endpoints.slice(from, from + parallel);
    const isLate = from > 0 && Date.now() >= untilMs;
    const looks = batch.map(async (endpoint) =>
      isLate
        ? `${inWords(endpoint)}: was not looked at, those before took too long`
        : lookAt(probe, endpoint),
    );
    problems.push(...(await Promise.all(looks)));
  }
  return problems.filter((problem) => problem !== null);
};
