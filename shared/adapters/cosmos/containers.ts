import { PartitionKeyKind } from '@azure/cosmos';

/** Database and containers as the adapter needs them: what infrastructure is checked against, and what a machine of one's own creates. */

export const DATABASE = 'causeway';

export interface ContainerDefinition {
  readonly id: string;
  readonly partitionKey: {
    readonly paths: string[];
    readonly kind: PartitionKeyKind.Hash;
    readonly version: 2;
  };
  /** -1: documents expire only if they carry a `ttl` of their own; absent: never. */
  readonly defaultTtl?: number;
  readonly indexingPolicy: {
    readonly indexingMode: 'consistent';
    readonly automatic: true;
    readonly includedPaths: { readonly path: string }[];
    readonly excludedPaths: { readonly path: string }[];
  };
}

/**
 * Every document and every event. Only what queries name is indexed: bodies are not, so a write pays for three to eleven paths
 * whatever its body holds. The sort texts of `key` and `find` need no composite index.
 */
export const LEDGER: ContainerDefinition = {
  id: 'ledger',
  partitionKey: { paths: ['/partition'], kind: PartitionKeyKind.Hash, version: 2 },
  defaultTtl: -1,
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: [{ path: '/partition/?' }, { path: '/key/?' }, { path: '/find/*' }],
    excludedPaths: [{ path: '/*' }, { path: '/"_etag"/?' }],
  },
};

/** How far the change feed trigger has read; the Functions runtime writes it and asks for the key `/id`. */
export const LEASES: ContainerDefinition = {
  id: 'leases',
  partitionKey: { paths: ['/id'], kind: PartitionKeyKind.Hash, version: 2 },
  indexingPolicy: {
    indexingMode: 'consistent',
    automatic: true,
    includedPaths: [{ path: '/*' }],
    excludedPaths: [{ path: '/"_etag"/?' }],
  },
};

export const CONTAINERS: readonly ContainerDefinition[] = [LEDGER, LEASES];
