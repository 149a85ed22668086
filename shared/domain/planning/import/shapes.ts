import type { Shape } from './shape';

const GB = 1_024;

/** The import template of Azure Migrate, and inventories that were made from it. */
const template: Shape = {
  format: 'azure-migrate-inventory',
  title: 'Azure Migrate inventory',
  rows: 'servers',
  columns: {
    name: ['server name', 'machine name', 'name'],
    fqdn: ['fqdn', 'dns name'],
    id: ['machine arm id', 'machine id', 'arm id', 'bios guid', 'uuid'],
    addresses: ['ip addresses', 'ip address'],
    'operating-system': ['os name', 'operating system'],
    'operating-system-version': ['os version', 'operating system version'],
    cores: ['cores', 'number of cores'],
    memory: ['memory'],
    storage: ['storage in use', 'storage used', 'storage', 'total storage'],
    firmware: ['boot type', 'firmware type'],
    power: ['power status', 'power state', 'power stats'],
    application: ['application name s', 'applications', 'application name', 'application'],
    environment: ['environment', 'environment type'],
    owner: ['owner'],
    'business-unit': ['business unit'],
    criticality: ['business criticality', 'criticality'],
    tags: ['tags', 'resource tags'],
  },
  required: [['name'], ['operating-system'], ['cores', 'application']],
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

/** Every table that is known. */
export const SHAPES: readonly Shape[] = [template, dependencies];
