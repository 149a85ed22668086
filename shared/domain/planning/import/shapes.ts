import type { Shape } from './shape';

// Headers as `headerName` writes them. Where exports of one tool have changed from version to version, all their names stand here.

const GB = 1_024;

const SERVER_FACTS = {
  fqdn: ['fqdn', 'dns name'],
  addresses: ['ip addresses', 'ip address'],
  cores: ['cores', 'number of cores'],
  memory: ['memory'],
  firmware: ['boot type', 'firmware type', 'boot type bios uefi'],
  power: ['power status', 'power state', 'power stats'],
  application: ['application name s', 'applications', 'application name', 'application'],
  environment: ['environment', 'environment type'],
  owner: ['owner'],
  'business-unit': ['business unit'],
  criticality: ['business criticality', 'criticality'],
  tags: ['tags', 'resource tags'],
} as const;

const MACHINE_ID = ['machine arm id', 'machine id'];

/** Of sheets whose rows are findings about servers and not servers: a table that has any of them is nothing known. */
export const FINDINGS: readonly string[] = [
  'probable cause',
  'issue name',
  'impacted object type',
  'web app name',
  'webappname',
];

/** The import template of Azure Migrate, inventories made from it, and the reports of its export tool. */
const inventory: Shape = {
  format: 'azure-migrate-inventory',
  title: 'Azure Migrate inventory',
  rows: 'servers',
  columns: {
    ...SERVER_FACTS,
    name: ['server name', 'machine name'],
    id: [...MACHINE_ID, 'arm id', 'bios guid', 'uuid'],
    'operating-system': ['os name', 'operating system'],
    'operating-system-version': ['os version', 'operating system version'],
    storage: ['storage in use', 'storage used', 'storage', 'total storage'],
  },
  required: [['name'], ['operating-system', 'application'], ['cores', 'application']],
  diskSizes: /^disk \d+ size$/,
  megabytes: { memory: 1, storage: GB, 'disk-size': GB },
};

const dependencies: Shape = {
  format: 'azure-migrate-dependencies',
  title: 'Azure Migrate dependencies',
  rows: 'dependencies',
  columns: {
    'source-name': ['source server name', 'source machine name'],
    'source-id': ['source machine arm id'],
    'source-ip': ['source ip'],
    'source-process': ['source process'],
    'destination-name': ['destination server name', 'destination machine name'],
    'destination-id': ['destination machine arm id'],
    'destination-ip': ['destination ip'],
    'destination-process': ['destination process'],
    'destination-port': ['destination port'],
    observations: ['connection count'],
  },
  required: [['source-name', 'source-id'], ['destination-name', 'destination-ip'], ['destination-port']],
  megabytes: {},
};

/** The sheet of machines of an assessment: «Machine» in the classic workbook, «SERVER_NAME» in the newer one. */
const assessment: Shape = {
  format: 'azure-migrate-assessment',
  title: 'Azure Migrate assessment',
  rows: 'servers',
  columns: {
    ...SERVER_FACTS,
    id: MACHINE_ID,
    name: ['machine', 'server name', 'machine name'],
    'operating-system': ['operating system', 'operating system name'],
    'operating-system-version': ['os version'],
    cores: ['cores', 'onprem cores count'],
    memory: ['memory', 'onprem memory'],
    storage: ['storage', 'onprem storage'],
    readiness: ['migration readiness', 'azure vm readiness', 'azure readiness', 'readiness'],
  },
  required: [['name']],
  telling: ['azure vm readiness', 'azure readiness', 'migration readiness', 'recommended size'],
  megabytes: { memory: 1, storage: GB },
};

const assessedDisks: Shape = {
  format: 'azure-migrate-assessment',
  title: 'disks of an Azure Migrate assessment',
  rows: 'disks',
  columns: {
    name: ['machine', 'server name'],
    disk: ['disk name'],
    'disk-size': ['source disk size', 'disk size'],
  },
  required: [['name'], ['disk'], ['disk-size']],
  megabytes: { 'disk-size': GB },
};

const assessedDatabases: Shape = {
  format: 'azure-migrate-assessment',
  title: 'SQL instances of an Azure Migrate assessment',
  rows: 'databases',
  columns: {
    name: ['server', 'server name', 'machine name', 'machine'],
    id: MACHINE_ID,
    database: ['sql instance', 'sql instance name', 'instance name'],
    'database-version': ['sql version', 'sql server version'],
    'database-size': ['total db size', 'total database size'],
  },
  required: [['name'], ['database']],
  engine: 'sql server',
  megabytes: { 'database-size': 1 },
};

const assessedPostgres: Shape = {
  ...assessedDatabases,
  title: 'PostgreSQL instances of an Azure Migrate assessment',
  columns: {
    ...assessedDatabases.columns,
    database: ['postgresql instance'],
    'database-version': ['postgresql version'],
  },
  engine: 'postgresql',
};

const intake: Shape = {
  format: 'migration-factory-intake',
  title: 'AWS Cloud Migration Factory intake',
  rows: 'servers',
  columns: {
    name: ['server name'],
    fqdn: ['server fqdn'],
    'operating-system': ['server os family'],
    'operating-system-version': ['server os version'],
    application: ['app name'],
    environment: ['server environment'],
    tags: ['tags'],
  },
  required: [['name'], ['application']],
  telling: ['server os family', 'r type', 'aws accountid'],
  megabytes: {},
};

const intakeDatabases: Shape = {
  format: 'migration-factory-intake',
  title: 'databases of an AWS Cloud Migration Factory intake',
  rows: 'databases',
  columns: { application: ['app name'], database: ['database name'], 'database-engine': ['database type'] },
  required: [['application'], ['database'], ['database-engine']],
  megabytes: {},
};

const configurationItems: Shape = {
  format: 'servicenow-cmdb',
  title: 'ServiceNow servers',
  rows: 'servers',
  columns: {
    id: ['sys id'],
    name: ['name'],
    class: ['sys class name', 'class'],
    fqdn: ['fqdn', 'fully qualified domain name'],
    addresses: ['ip address'],
    'operating-system': ['os', 'operating system'],
    'operating-system-version': ['os version'],
    cores: ['cpu core count'],
    memory: ['ram'],
    storage: ['disk space'],
    environment: ['environment', 'used for'],
    criticality: ['busines criticality', 'business criticality'],
    owner: ['owned by'],
    'business-unit': ['business unit'],
    power: ['operational status'],
    application: ['u application', 'application'],
  },
  required: [['name'], ['id', 'class']],
  megabytes: { memory: 1, storage: GB },
};

const relations: Shape = {
  format: 'servicenow-relations',
  title: 'ServiceNow relations',
  rows: 'relations',
  columns: { parent: ['parent'], child: ['child'], relation: ['type'] },
  required: [['parent'], ['child'], ['relation']],
  megabytes: {},
};

/** Every table that is known. */
export const SHAPES: readonly Shape[] = [
  inventory,
  dependencies,
  assessment,
  assessedDisks,
  assessedDatabases,
  assessedPostgres,
  intake,
  intakeDatabases,
  configurationItems,
  relations,
];
