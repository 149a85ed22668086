import type { SentenceCase } from './sentence-case';

export const readinessCases: readonly SentenceCase[] = [
  [
    'prerequisite-open',
    { what: 'skills' },
    'No inventory shows it, so people record that it is met: skills.',
  ],
  ['owner-unknown', {}, 'Nobody is named who owns it.'],
  [
    'criticality-unconfirmed',
    { criticality: null },
    'Its owner and stakeholders have not confirmed its criticality (unknown).',
  ],
  ['assessment', { readiness: null }, 'No assessment of it is known.'],
  ['assessment', { readiness: 'not-ready' }, 'Its assessment says: not-ready.'],
  ['target-architecture-missing', {}, 'No target architecture is linked.'],
  [
    'operating-system-out-of-support',
    { servers: 1, first: 'web01', system: 'CentOS 6', end: '2020-11-30' },
    'Its server web01 (CentOS 6, supported until 2020-11-30) runs a system out of support, which replication refuses.',
  ],
  [
    'operating-system-out-of-support',
    { servers: 2, first: 'web01', system: 'CentOS 6', end: '2020-11-30' },
    '2 of its servers, such as web01 (CentOS 6, supported until 2020-11-30), run systems out of support, which replication refuses.',
  ],
  [
    'legacy-driver',
    { servers: 1, first: 'web01', what: 'e1000' },
    'Its server web01 (e1000) has a legacy network driver.',
  ],
  [
    'legacy-firmware',
    { servers: 1, first: 'web01', what: 'BIOS' },
    'Its server web01 starts by BIOS: generation 2 machines start by UEFI.',
  ],
  [
    'host-antivirus',
    { servers: 3, first: 'web01', what: 'ClamAV' },
    '3 of its servers, such as web01 (ClamAV), run an antivirus of their own.',
  ],
  ['local-file-io', { share: 'nas' }, 'It reads or writes files at nas.'],
  [
    'fixed-address',
    { endpoints: 1, first: '10.0.0.1' },
    'Its integration point 10.0.0.1 is known by address only.',
  ],
  [
    'fixed-address',
    { endpoints: 2, first: '10.0.0.1' },
    '2 of its integration points, such as 10.0.0.1, are known by address only.',
  ],
  [
    'database-sign-in',
    { databases: 1, first: 'orders' },
    'It signs in to its database orders: look for accounts in its configuration.',
  ],
  [
    'database-sign-in',
    { databases: 2, first: 'orders' },
    'It signs in to 2 databases, such as orders: look for accounts in its configuration.',
  ],
  ['tracked-by-people', { key: 'partners' }, 'People keep this themselves: partners.'],
];
