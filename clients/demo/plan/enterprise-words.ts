import type { Criticality, EnvironmentKind } from '../../../shared/contracts/planning/portfolio';

/** Business units with what they do. */
export const UNITS: readonly (readonly [string, readonly string[]])[] = [
  ['Sales', ['Order', 'Quote', 'Pricing', 'Partner', 'Campaign', 'Customer']],
  ['Finance', ['Ledger', 'Invoice', 'Payment', 'Treasury', 'Tax', 'Budget']],
  ['Logistics', ['Warehouse', 'Fleet', 'Shipping', 'Customs', 'Returns', 'Dock']],
  ['Manufacturing', ['Plant', 'Quality', 'Recipe', 'Batch', 'Tooling', 'Maintenance']],
  ['Human Resources', ['Payroll', 'Recruiting', 'Training', 'Time', 'Travel', 'Benefits']],
  ['Service', ['Ticket', 'Warranty', 'Contract', 'Dispatch', 'Spare Part', 'Knowledge']],
];
export const KINDS = [
  'Management',
  'Portal',
  'Analytics',
  'Gateway',
  'Archive',
  'Planning',
  'Reporting',
  'Tracker',
  'Hub',
  'Calculator',
] as const;
export const GIVEN = [
  'Ana',
  'Ben',
  'Chiara',
  'Deniz',
  'Emil',
  'Fatima',
  'Goran',
  'Hanna',
  'Ivo',
  'Jana',
  'Kofi',
  'Lena',
] as const;
export const FAMILY = [
  'Adler',
  'Brandt',
  'Costa',
  'Dvorak',
  'Egger',
  'Fischer',
  'Garcia',
  'Horvat',
  'Ito',
  'Jensen',
  'Keller',
  'Lindqvist',
] as const;

export const SYSTEMS: Readonly<Record<'windows' | 'linux', readonly (readonly [string, number])[]>> = {
  windows: [
    ['Microsoft Windows Server 2022 (64-bit)', 3],
    ['Microsoft Windows Server 2019 (64-bit)', 5],
    ['Microsoft Windows Server 2016 (64-bit)', 4],
    ['Microsoft Windows Server 2012 R2 (64-bit)', 2],
    ['Microsoft Windows Server 2008 R2 (64-bit)', 1],
  ],
  linux: [
    ['Ubuntu 22.04 LTS', 3],
    ['Red Hat Enterprise Linux 8', 4],
    ['Red Hat Enterprise Linux 7', 3],
    ['SUSE Linux Enterprise Server 12', 1],
    ['Red Hat Enterprise Linux 6', 1],
  ],
};

export const CRITICALITIES: readonly (readonly [Criticality, number])[] = [
  ['low', 3],
  ['medium', 4],
  ['high', 2],
  ['mission-critical', 1],
];

/** As tags have it, with the letter that stands in a server's name. */
export const ENVIRONMENTS: readonly {
  readonly kind: EnvironmentKind;
  readonly tag: string;
  readonly letter: string;
}[] = [
  { kind: 'production', tag: 'Production', letter: 'p' },
  { kind: 'staging', tag: 'Staging', letter: 's' },
  { kind: 'test', tag: 'Test', letter: 't' },
  { kind: 'development', tag: 'Dev', letter: 'd' },
];

/** What everybody uses. `port` is where it listens. */
export const SHARED_SERVICES = [
  { name: 'Active Directory', code: 'dc', port: 389, process: 'lsass.exe' },
  { name: 'DNS', code: 'dns', port: 53, process: 'dns.exe' },
  { name: 'Monitoring', code: 'mon', port: 1270, process: 'healthservice.exe' },
  { name: 'Backup', code: 'bkp', port: 1556, process: 'pbx_exchange' },
] as const;

export const EXTERNALS = [
  ['api.payments.example', '52.28.10.11', 443],
  ['edi.carrier.example', '81.200.64.9', 22],
  ['rates.bank.example', '193.41.7.20', 443],
  ['sms.telco.example', '62.134.9.3', 443],
  ['tax.authority.example', '194.95.248.12', 443],
] as const;
