import { describe, expect, it } from '@jest/globals';
import {
  openBlocks,
  trackedRemediations,
} from '../../../../shared/domain/planning/readiness/tracked-remediations';
import { supportEnd } from '../../../../shared/domain/planning/readiness/operating-system-support';
import { inventoryServer, inventoryWorkload } from '../../../support/planning/inventory';
import type { Connection } from '../../../../shared/contracts/planning/portfolio';

const AS_OF = '2027-01-04';
const found = (facts: object, outgoing: readonly Connection[] = []) =>
  trackedRemediations(inventoryWorkload({ id: 'shop', ...facts }), outgoing, AS_OF);
const keysOf = (facts: object, outgoing?: readonly Connection[]) =>
  found(facts, outgoing).map(({ key }) => key);
const server = (facts: object) => ({ servers: [inventoryServer({ name: 'web01', ...facts })] });

/** Everything that people record about a workload before it moves. */
const READY = {
  owner: 'Lena',
  criticality: 'low',
  criticalityConfirmed: { by: 'Lena', at: '2026-11-01T00:00:00.000Z' },
  assessment: { readiness: 'ready' },
  targetArchitecture: 'https://wiki.example/shop',
};

describe('readiness of a workload', () => {
  it('R1 R2 R3 lists the prerequisites that nobody has recorded as met', () => {
    expect(keysOf(READY)).toEqual(['adoption-plan', 'landing-zone', 'skills']);
  });

  it.each([
    ['R6', 'owner', { owner: null }],
    ['R7', 'criticality', { criticalityConfirmed: null }],
    ['R9', 'assessment', { assessment: { readiness: 'not-ready' } }],
  ])('%s is blocked by what is open: %s', (_, key, facts) => {
    expect(openBlocks(found({ ...READY, ...facts })).map((each) => each.key)).toEqual([key]);
    expect(openBlocks(found(READY))).toEqual([]);
  });

  it('R10 asks for the link to a target architecture', () => {
    expect(keysOf({ ...READY, targetArchitecture: null })).toContain('target-architecture');
  });

  it('R74 is blocked by an operating system whose support has ended by the day the plan begins', () => {
    const old = found({
      ...READY,
      ...server({ operatingSystem: 'Microsoft Windows Server 2012 R2 (64-bit)' }),
    });
    expect(openBlocks(old)).toMatchObject([
      {
        key: 'operating-system',
        reason: { requirement: 'R74', facts: { first: 'web01', end: '2023-10-10' } },
      },
    ]);
    expect(
      keysOf({ ...READY, ...server({ operatingSystem: 'Ubuntu', operatingSystemVersion: '24.04' }) }),
    ).not.toContain('operating-system');
  });

  it.each([
    ['Windows Server 2008 R2 Standard', null, '2020-01-14'],
    ['Red Hat Enterprise Linux 7 (64-bit)', null, '2024-06-30'],
    ['CentOS', '8', '2021-12-31'],
    ['Windows Server 2022 Datacenter', null, '2031-10-14'],
    ['Solaris 11', null, null],
    [null, null, null],
  ])('R74 knows when the support of %s %s ends: %s', (system, version, end) => {
    expect(supportEnd(system, version)).toBe(end);
  });

  it.each([
    ['R75', 'legacy-driver', server({ software: ['Intel E1000 adapter'] })],
    ['R75', 'legacy-firmware', server({ firmware: 'bios' })],
    ['R76', 'local-file-io', { dependsOn: [{ on: 'shares', kind: 'shared-files' }] }],
    [
      'R77',
      'fixed-address',
      { integrations: [{ name: 'bank', kind: 'api', isExternal: true, endpoint: '10.1.2.3:443' }] },
    ],
    ['R78', 'host-antivirus', server({ software: ['Sophos Endpoint'] })],
    ['R79', 'fixed-accounts', { databases: [{ name: 'orders', engine: 'oracle' }] }],
  ])('%s finds %s in the inventory', (requirement, key, facts) => {
    expect(found({ ...READY, ...facts }).find((each) => each.key === key)?.reason.requirement).toBe(
      requirement,
    );
    expect(keysOf(READY)).not.toContain(key);
  });

  it('R76 finds file shares by the ports they are reached at', () => {
    const share = { from: 'shop', to: 'shares', ports: [445], observations: 7 };
    expect(keysOf(READY, [share])).toContain('local-file-io');
    expect(keysOf(READY, [{ ...share, ports: [443] }])).not.toContain('local-file-io');
  });

  it('R77 does not take a name for an address', () => {
    const integrations = [{ name: 'bank', kind: 'api', isExternal: true, endpoint: 'api.bank.example' }];
    expect(keysOf({ ...READY, integrations })).not.toContain('fixed-address');
  });

  it('R74 R3 keeps what people said: owner, day, state, and an exception lifts the block', () => {
    const tracked = [
      {
        key: 'operating-system',
        state: 'exception',
        owner: 'Omar',
        due: '2027-02-01',
        note: 'extended updates bought',
      },
      { key: 'blocker-licence', state: 'open', owner: 'Lena', due: null, note: 'licence forbids clouds' },
    ];
    const facts = { ...READY, ...server({ operatingSystem: 'Windows Server 2012' }), tracked };
    expect(found(facts).find(({ key }) => key === 'operating-system')).toMatchObject({
      state: 'exception',
      owner: 'Omar',
      due: '2027-02-01',
    });
    expect(openBlocks(found(facts)).map(({ key }) => key)).toEqual(['blocker-licence']);
  });
});
