import type { SentenceCase } from './sentence-case';

export const classificationCases: readonly SentenceCase[] = [
  ['chances-given', {}, 'How often cutovers fail was given with the request.'],
  ['chances-assumed', {}, 'How often cutovers fail is assumed: the plan has learned from none yet.'],
  [
    'chances-learned',
    { cutovers: 1, sentBack: 0, factor: 0.952, prior: 20 },
    'Of 1 cutover that the plan has learned from, none was sent back: that is taken for 0.952 times as likely as assumed, the assumption weighing 20 cutovers. How often go/no-go says no stays assumed.',
  ],
  [
    'chances-learned',
    { cutovers: 12, sentBack: 2, factor: 4.2, prior: 20 },
    'Of 12 cutovers that the plan has learned from, 2 were sent back: that is taken for 4.2 times as likely as assumed, the assumption weighing 20 cutovers. How often go/no-go says no stays assumed.',
  ],
  ['downtime-stated', { minutes: 0 }, 'Its owner accepts an outage of 0 minutes.'],
  ['downtime-stated', { minutes: 1 / 60 }, 'Its owner accepts an outage of 1 second.'],
  ['downtime-by-recovery-time', { minutes: 1 }, 'Its recovery time objective allows 1 minute.'],
  [
    'downtime-by-service-level',
    { availabilityPercent: 99.9, minutes: 43 },
    'Its service level of 99.9 % leaves 43 minutes a month.',
  ],
  [
    'downtime-by-continuity-plan',
    { continuityPlan: 'active-active', minutes: 1 },
    'Its continuity plan (active-active) expects it back within 1 minute.',
  ],
  [
    'downtime-by-impact',
    { kind: 'revenue', minutes: 60 },
    'An outage would have a high revenue impact: no more than 60 minutes.',
  ],
  [
    'downtime-of-non-production',
    { environment: 'staging' },
    'It is a staging system: two days are assumed to be bearable.',
  ],
  [
    'downtime-by-criticality',
    { criticality: 'low', minutes: 1_440 },
    'Nobody has said what outage it bears: by its criticality (low) 24 hours are assumed.',
  ],
  [
    'downtime-by-criticality',
    { criticality: null, minutes: 60 },
    'Nobody has said what outage it bears, nor how critical it is: it is taken for highly critical, with 60 minutes.',
  ],
  ['path-express-route', { state: 'planned', dataGb: 0.5 }, 'ExpressRoute is planned and takes its 0.5 GB.'],
  [
    'path-vpn',
    { state: 'provisioned', dataGb: 20 },
    'No ExpressRoute is available; the VPN gateway is configured and takes its 20 GB.',
  ],
  [
    'path-internet',
    { state: 'provisioned', dataGb: 1 },
    'No private line is available; its 1 GB, not sensitive, may go over the internet.',
  ],
  [
    'path-data-box',
    { state: 'provisioned', dataGb: 60_000, line: 'vpn', lineMinutes: 28_800 },
    'Its 60000 GB would take 20 days by vpn, and it is not urgent: Data Box is quicker.',
  ],
  [
    'path-data-box',
    { state: 'provisioned', dataGb: 60_000, line: null, lineMinutes: null },
    'Its 60000 GB are not urgent, and no line takes them in reasonable time: Data Box.',
  ],
  ['path-none', { looked: 0, dataGb: 20 }, 'The settings describe no path for its 20 GB.'],
  ['path-none', { looked: 1, dataGb: 20 }, 'The only path may not carry its 20 GB.'],
  ['path-none', { looked: 3, dataGb: 20 }, 'None of 3 paths may carry its 20 GB.'],
  [
    'online-feasible',
    { needed: 2.5, offered: null, isMeasured: false },
    'It can be followed while it serves: its changes need 2.5 Mbit/s of a line whose rate nobody has said.',
  ],
  [
    'online-feasible',
    { needed: 2.5, offered: 100, isMeasured: false },
    'It can be followed while it serves: its changes need 2.5 Mbit/s of 100, which were promised, not measured.',
  ],
  [
    'online-feasible',
    { needed: 2.5, offered: 100, isMeasured: true },
    'It can be followed while it serves: its changes need 2.5 Mbit/s of 100.',
  ],
  [
    'online-without-replication',
    {},
    'It cannot be followed while it serves: it does not support replication.',
  ],
  [
    'online-engine-not-followed',
    { engine: 'dbase' },
    'It cannot be followed while it serves: nobody has said that dbase can be replicated.',
  ],
  [
    'online-not-runnable',
    { why: 'assets are missing' },
    'It cannot be followed while it serves: assets are missing.',
  ],
  ['online-without-failover', {}, 'It cannot be switched while it serves: it does not support failover.'],
  ['online-without-path', {}, 'It cannot be followed while it serves: no path may carry its data.'],
  ['online-by-device', {}, 'It cannot be followed while it serves: its data travel by device.'],
  [
    'online-changes-too-fast',
    { needed: 800, offered: 1_000 },
    'It changes too fast to be followed: 800 Mbit/s of changes on a line of 1000.',
  ],
  [
    'online-line-too-slow',
    { roundTripMs: 300, limitMs: 150 },
    'Its line answers in 300 ms; more than 150 ms are too much to follow it.',
  ],
  [
    'method-stated',
    { method: 'online', why: 'the board wants it.' },
    'People chose online: the board wants it.',
  ],
  ['method-stated', { method: 'online', why: 'asked for' }, 'People chose online: asked for.'],
  [
    'method-redeploy',
    { containerised: true, code: null, stateless: null, databases: 2 },
    'It can be deployed anew: it is containerised, and its 2 databases are moved beside it.',
  ],
  [
    'method-redeploy',
    { containerised: true, code: true, stateless: null, databases: 0 },
    'It can be deployed anew: it is containerised and in code, and no database of it is known, but nobody has said that it keeps nothing.',
  ],
  [
    'method-redeploy',
    { containerised: null, code: true, stateless: true, databases: 0 },
    'It can be deployed anew: it is in code, and it keeps nothing that would be lost.',
  ],
  ['method-redeploy', {}, 'It can be deployed anew: it is containerised or in code.'],
  [
    'method-offline',
    { minutes: 240, tolerated: 1 },
    'An outage of up to 4 hours is forecast, within the tolerated 1 minute: offline.',
  ],
  [
    'method-not-offline',
    { minutes: 240.4, tolerated: 240 },
    'Offline would cost up to 240.4 minutes, more than the tolerated 240 minutes.',
  ],
  ['method-offline-for-want', {}, 'Offline remains, though its outage is longer than tolerated.'],
  ['method-online', {}, 'Online; the switch itself still needs a brief outage.'],
  [
    'method-blue-green',
    { criticality: 'high' },
    'Its criticality is high: it should have a second side ready, blue-green or by Azure Site Recovery.',
  ],
  [
    'method-exceeds-tolerance',
    { minutes: 90, tolerated: 60 },
    'The forecast outage of up to 90 minutes exceeds the tolerated 60 minutes.',
  ],
  [
    'tool-chosen',
    { tool: 'file mover', method: 'offline', path: null },
    'Moved by: file mover (offline, path still open).',
  ],
  ['rated', { complexity: 8, risk: 1 }, 'Of a hundred, its complexity is 8 and its risk 1.'],
  [
    'precedence',
    { environment: null, criticality: null, isInternal: null },
    'Its place in the order: environment unknown, criticality unknown, nobody said whether it is internal.',
  ],
  [
    'learned-transfer',
    { factor: 1, lessons: 1 },
    'Transfers took as long as forecast in 1 earlier move: the forecast follows that.',
  ],
  [
    'learned-downtime',
    { factor: 10, lessons: 3 },
    'Outages took at least 10 times as long as forecast, by the median, in 3 earlier moves: the forecast follows that.',
  ],
  [
    'learned-sent-back',
    { cutover: 'w1--shop', why: '' },
    'Its users were sent back before, by cutover w1--shop: its risk is higher.',
  ],
];
