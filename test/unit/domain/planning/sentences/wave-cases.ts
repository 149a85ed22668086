import type { SentenceCase } from './sentence-case';

export const waveCases: readonly SentenceCase[] = [
  ['shared-service-named', { users: 0 }, 'It is named as a shared service; no workload is seen to use it.'],
  [
    'shared-service-named',
    { users: 1 },
    'It is named as a shared service; 1 workload uses it, without having to share its wave.',
  ],
  [
    'shared-service-port',
    { service: 'time', users: 1 },
    'It serves time to 1 workload: a shared service, which binds nobody to its wave.',
  ],
  [
    'shared-service-hub',
    { users: 40, from: 21 },
    '40 workloads use it, from 21 on one counts as shared: it would pull more into its wave than fits.',
  ],
  ['wave-shared-services', { services: 1 }, 'It holds shared services alone: 1.'],
  ['wave-non-production', {}, 'It holds no production: what is learnt here costs no business.'],
  [
    'wave-non-critical',
    {},
    'Its production is not critical: unless people place it, such goes before critical production.',
  ],
  [
    'wave-low-priority',
    {},
    'Production of low criticality: a few waves go first for practice, the rest does not take places before critical work.',
  ],
  [
    'wave-critical',
    { criticality: 'high', internal: false },
    'Production up to high: unless people place it, such goes after what serves as practice.',
  ],
  [
    'wave-size',
    { workloads: 1, servers: 1, complexity: 8, risk: 10 },
    '1 workload on 1 server, of complexity 8 and risk 10 together.',
  ],
  [
    'wave-dependents',
    { dependencies: 1 },
    'Workloads that depend on each other move together; dependencies within the wave: 1.',
  ],
  ['wave-after-services', { waves: '1' }, 'It uses shared services that move in wave 1.'],
  [
    'wave-after-environments',
    { waves: '1, 2 and 3 more' },
    'Earlier environments of its applications move in waves 1, 2 and 3 more, and have to be done before.',
  ],
  [
    'wave-rehearsed',
    { waves: '1' },
    'Before it starts, wave 1 must have shown: configuration issues found and solved, a backup restored, and operations trained on what runs in Azure.',
  ],
  [
    'wave-blocked',
    { blocked: 1 },
    'Blocked by an open remediation: 1 workload. This holds up the wave, and no critical work that does not need it.',
  ],
  [
    'wave-hybrid',
    { dependencies: 1, weight: 12 },
    'Dependencies on other waves that are bridged meanwhile: 1, of weight 12 altogether.',
  ],
  [
    'wave-edited',
    { edit: 'pin: shop in wave 2', why: 'their release is in March' },
    'People asked for it (pin: shop in wave 2): their release is in March.',
  ],
  ['wave-kept', { kept: 1, came: 0 }, 'Workloads that stay where they were planned: 1; that came to it: 0.'],
  [
    'cut-between-environments',
    { from: 'development', to: 'production' },
    'A workload of development uses one of production, and these do not share a wave: it is bridged.',
  ],
  ['cut-by-edit', { weight: 12 }, 'People placed one of its ends; the dependency weighs 12.'],
  [
    'cut-blocked-follower',
    { weight: 12 },
    'The workload that depends is blocked and must not hold up critical work; the dependency weighs 12.',
  ],
  [
    'cut-lightest',
    { weight: 12, fromKeeps: 0, toKeeps: 40 },
    'What depends on each other has no room in one wave, or was planned apart before. The dependency weighs 12; those that its ends keep in their own waves weigh 0 and 40.',
  ],
  [
    'cut-bridge',
    { coupling: 'calls', bridge: 'api-proxy' },
    'It is of the kind calls: carried by api-proxy until both ends have moved.',
  ],
  [
    'cut-owners',
    { from: 'shop', fromOwner: null, to: 'crm', toOwner: 'Olga' },
    'Who answers for it: nobody yet on the side of shop, Olga on that of crm.',
  ],
];
