import type { Finding } from '../contracts/finding';

/** A resource as far as its posture can be told from it. */
export interface PostureFacts {
  readonly id: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly identityType: string | null;
}

interface Rule {
  /** In lower case. */
  readonly type: string;
  readonly area: Finding['area'];
  readonly severity: Finding['severity'];
  readonly holds: (facts: PostureFacts) => boolean;
  readonly message: string;
}

/** A value below `properties`, by a path of names; undefined where there is none. */
const at = ({ properties }: PostureFacts, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined,
      properties,
    );

const STORAGE = 'microsoft.storage/storageaccounts';
const BLOBS = `${STORAGE}/blobservices`;
const FILES = `${STORAGE}/fileservices`;
const SITE = 'microsoft.web/sites';
const MACHINE = 'microsoft.compute/virtualmachines';

const hasIdentity = ({ identityType }: PostureFacts): boolean =>
  identityType !== null && identityType.toLowerCase() !== 'none';

const isPrivate = (facts: PostureFacts): boolean =>
  at(facts, 'publicNetworkAccess') === 'Disabled' || at(facts, 'networkAcls.defaultAction') === 'Deny';

/** What a moved workload's resources should have (R90 R132), as data: one line for each thing looked at. */
const RULES: readonly Rule[] = [
  {
    type: STORAGE,
    area: 'networking',
    severity: 'error',
    holds: (facts) => at(facts, 'supportsHttpsTrafficOnly') === true,
    message: 'takes requests without TLS',
  },
  {
    type: STORAGE,
    area: 'networking',
    severity: 'warning',
    holds: (facts) => ['TLS1_2', 'TLS1_3'].includes(String(at(facts, 'minimumTlsVersion'))),
    message: 'takes TLS older than 1.2',
  },
  {
    type: STORAGE,
    area: 'networking',
    severity: 'warning',
    holds: isPrivate,
    message: 'is open to all networks',
  },
  {
    type: STORAGE,
    area: 'identity',
    severity: 'error',
    holds: (facts) => at(facts, 'allowBlobPublicAccess') === false,
    message: 'lets containers be read without signing in',
  },
  {
    type: STORAGE,
    area: 'identity',
    severity: 'warning',
    holds: (facts) => at(facts, 'allowSharedKeyAccess') === false,
    message: 'can be used with its account keys',
  },
  {
    type: BLOBS,
    area: 'data-protection',
    severity: 'warning',
    holds: (facts) => at(facts, 'deleteRetentionPolicy.enabled') === true,
    message: 'deleted blobs cannot be brought back',
  },
  {
    type: FILES,
    area: 'data-protection',
    severity: 'warning',
    holds: (facts) => at(facts, 'shareDeleteRetentionPolicy.enabled') === true,
    message: 'deleted shares cannot be brought back',
  },
  {
    type: SITE,
    area: 'networking',
    severity: 'error',
    holds: (facts) => at(facts, 'httpsOnly') === true,
    message: 'serves without TLS',
  },
  {
    type: SITE,
    area: 'identity',
    severity: 'warning',
    holds: hasIdentity,
    message: 'has no managed identity',
  },
  {
    type: MACHINE,
    area: 'identity',
    severity: 'note',
    holds: hasIdentity,
    message: 'has no managed identity',
  },
  {
    type: MACHINE,
    area: 'identity',
    severity: 'warning',
    holds: (facts) =>
      at(facts, 'osProfile.linuxConfiguration') === undefined ||
      at(facts, 'osProfile.linuxConfiguration.disablePasswordAuthentication') === true,
    message: 'lets people sign in with a password',
  },
  {
    type: MACHINE,
    area: 'data-protection',
    severity: 'note',
    holds: () => false,
    message: 'whether it is backed up cannot be seen from the machine: look at the vault',
  },
];

/** Types whose logs and metrics should go somewhere. */
export const isMonitored = (type: string): boolean => [STORAGE, SITE, MACHINE].includes(type.toLowerCase());

export const postureFindings = (facts: PostureFacts): Finding[] =>
  RULES.filter(({ type, holds }) => type === facts.type.toLowerCase() && !holds(facts)).map(
    ({ area, severity, message }) => ({ area, severity, resourceId: facts.id, message }),
  );
