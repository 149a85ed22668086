import type {
  Criticality,
  EnvironmentKind,
  InventoryDatabase,
  InventoryFormat,
  InventoryServer,
  InventoryWorkload,
} from '../../../contracts/planning/portfolio';
import type { Position } from './source';

/** The order in which formats are believed where they differ, the first the most. */
const BELIEVED: readonly InventoryFormat[] = [
  'causeway',
  'migration-factory-intake',
  'azure-migrate-inventory',
  'azure-migrate-assessment',
  'servicenow-cmdb',
  'servicenow-relations',
  'azure-migrate-dependencies',
];
export const rankOf = (format: InventoryFormat): number => BELIEVED.indexOf(format);

export type Readiness = NonNullable<InventoryWorkload['assessment']>['readiness'];

/** What a row says of a machine itself. */
export type MachineFacts = Partial<
  Pick<
    InventoryServer,
    | 'operatingSystem'
    | 'operatingSystemVersion'
    | 'cores'
    | 'memoryMb'
    | 'storageGb'
    | 'firmware'
    | 'isPoweredOn'
  >
>;

/** What one row says of a server and of the workload it belongs to. Null: it says nothing. */
export interface ServerFacts {
  readonly format: InventoryFormat;
  readonly at: Position;
  readonly name: string;
  /** UUID, ARM id or key of the source, lower case. */
  readonly foreignId: string | null;
  /** Lower case. */
  readonly fqdn: string | null;
  readonly addresses: readonly string[];
  readonly software: readonly string[];
  readonly machine: MachineFacts;
  readonly databases: readonly InventoryDatabase[];
  /** A workload's id, which a file of Causeway gives it. */
  readonly workloadId: string | null;
  /** More than one: it is shared by them. */
  readonly applications: readonly string[];
  readonly environment: EnvironmentKind | null;
  readonly owner: string | null;
  readonly businessUnit: string | null;
  readonly criticality: Criticality | null;
  readonly readiness: Readiness | null;
  /** A machine may stand in several rows of this table. */
  readonly isPartial: boolean;
}

const ADDRESS = /^(?:\d{1,3}\.){3}\d{1,3}$|:/;
export const isAddress = (name: string): boolean => ADDRESS.test(name);

/** Lower case and without a root's dot; null where the name has no domain. */
export const fqdnIn = (name: string): string | null => {
  const lower = name.toLowerCase().replace(/\.$/, '');
  return /^[^.]+(?:\.[^.]+)+$/.test(lower) && !isAddress(lower) ? lower : null;
};

export const shortNameIn = (name: string): string => {
  const lower = name.toLowerCase();
  return isAddress(lower) ? lower : lower.split('.')[0] || lower;
};
