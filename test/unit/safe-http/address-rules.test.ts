import { describe, expect, it } from '@jest/globals';
import { createAddressRules } from '../../../shared/adapters/safe-http/address-rules';

const REFUSED = [
  ['127.0.0.1', 'loopback'],
  ['127.255.255.254', 'loopback'],
  ['::1', 'loopback'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'carrierGradeNat'],
  ['169.254.169.254', 'linkLocal'],
  ['fe80::1', 'linkLocal'],
  ['fe80::1%eth0', 'linkLocal'],
  ['fd00:ec2::254', 'uniqueLocal'],
  ['0.0.0.0', 'unspecified'],
  ['0.1.2.3', 'unspecified'],
  ['::', 'unspecified'],
  ['224.0.0.1', 'multicast'],
  ['ff02::1', 'multicast'],
  ['255.255.255.255', 'broadcast'],
  ['240.0.0.1', 'reserved'],
  ['198.51.100.1', 'reserved'],
  ['::ffff:127.0.0.1', 'ipv4Mapped'],
  ['::ffff:a9fe:a9fe', 'ipv4Mapped'],
  ['::ffff:8.8.8.8', 'ipv4Mapped'],
  ['::127.0.0.1', 'ipv4Mapped'],
  ['64:ff9b::7f00:1', 'rfc6052'],
  ['64:ff9b:1::a00:1', 'rfc6052'],
  ['2002:7f00:1::', '6to4'],
  ['2001::7f00:1', 'teredo'],
  ['fec0::1', 'deprecatedSiteLocal'],
  ['4000::1', 'global unicast'],
  ['168.63.129.16', 'Azure platform'],
  ['not-an-address', 'not an IP address'],
] as const;

describe('Addresses without configuration', () => {
  const rules = createAddressRules([]);

  it.each(REFUSED)('refuses %s (%s)', (address, kind) => {
    expect(rules.refusal('host.example', address)).toContain(kind);
  });

  it.each(['8.8.8.8', '20.42.65.92', '2606:4700::6810:84e5', '2603:1030:800:5::bfee:a08d'])(
    'allows the public %s',
    (address) => {
      expect(rules.refusal('host.example', address)).toBeNull();
    },
  );
});

describe('Addresses that configuration allows', () => {
  it.each([
    ['127.0.0.0/8', '127.9.9.9', true],
    ['127.0.0.0/8', '::ffff:127.0.0.1', true],
    ['127.0.0.0/8', '::1', false],
    ['127.0.0.0/8', '10.0.0.1', false],
    ['10.1.0.0/16', '10.2.0.1', false],
    ['::1/128', '::1', true],
    ['fd00::/8', 'fd12::1', true],
    ['169.254.169.254', '169.254.169.254', true],
    ['169.254.169.254', '169.254.169.253', false],
    ['hooks.corp.example', '10.0.0.7', true],
    ['HOOKS.corp.example', '10.0.0.7', true],
    ['corp.example', '10.0.0.7', false],
  ])('%s and %s: %s', (entry, address, allowed) => {
    const refusal = createAddressRules([entry]).refusal('hooks.corp.example', address);
    expect(refusal === null).toBe(allowed);
  });

  it.each(['10.0.0.0/33', '300.1.1.1', 'a b', 'http://x', '*', '10.0.0.0/8;::1'])(
    'refuses to start with the entry %s',
    (entry) => {
      expect(() => createAddressRules([entry])).toThrow(/is no network, address or host name/);
    },
  );
});
