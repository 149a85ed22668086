param name string
param location string
param tags object
param sku string

@description('Names of the containers to create.')
param containers array

@description('Keeps earlier versions of a blob, and deleted blobs and containers, for 30 days.')
param versioned bool

@description('Container whose blobs may not be changed or deleted for a time; empty for none.')
param immutableContainer string = ''

@description('Days for which they may not. The policy is unlocked: README, "Locking the anchors".')
param immutabilityDays int = 0

@description('Container that moves to the cold tier after 30 days; empty for none (R156).')
param coldContainer string = ''

@description('Container that is emptied after 14 days; empty for none.')
param expiringContainer string = ''

@description('Closes the public address: only private endpoints reach it.')
param privateOnly bool

param workspaceId string

var keptDays = 30
var expiresAfterDays = 14
var coldRule = {
  enabled: true
  name: 'backups-grow-cold'
  type: 'Lifecycle'
  definition: {
    actions: {
      baseBlob: {
        tierToCold: {
          daysAfterModificationGreaterThan: 30
        }
      }
    }
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${coldContainer}/']
    }
  }
}
var expiryRule = {
  enabled: true
  name: 'claims-expire'
  type: 'Lifecycle'
  definition: {
    actions: {
      baseBlob: {
        delete: {
          daysAfterModificationGreaterThan: expiresAfterDays
        }
      }
    }
    filters: {
      blobTypes: ['blockBlob']
      prefixMatch: ['${expiringContainer}/']
    }
  }
}
var rules = concat(empty(coldContainer) ? [] : [coldRule], empty(expiringContainer) ? [] : [expiryRule])

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: {
    name: sku
  }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    isLocalUserEnabled: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'None'
      defaultAction: privateOnly ? 'Deny' : 'Allow'
    }
  }
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: versioned
    deleteRetentionPolicy: {
      enabled: versioned
      days: versioned ? keptDays : null
    }
    containerDeleteRetentionPolicy: {
      enabled: versioned
      days: versioned ? keptDays : null
    }
  }
}

resource container 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for containerName in containers: {
    parent: blobs
    name: containerName
    properties: {
      publicAccess: 'None'
      immutableStorageWithVersioning: containerName == immutableContainer && immutabilityDays > 0
        ? { enabled: true }
        : null
    }
  }
]

resource immutability 'Microsoft.Storage/storageAccounts/blobServices/containers/immutabilityPolicies@2025-06-01' = if (immutabilityDays > 0) {
  name: '${name}/default/${immutableContainer}/default'
  properties: {
    immutabilityPeriodSinceCreationInDays: immutabilityDays
    allowProtectedAppendWrites: false
  }
  dependsOn: [container]
}

resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = if (!empty(rules)) {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: rules
    }
  }
  dependsOn: [blobs]
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: blobs
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [
      { category: 'Transaction', enabled: true }
    ]
  }
}

output id string = account.id
output blobEndpoint string = account.properties.primaryEndpoints.blob
output tableEndpoint string = account.properties.primaryEndpoints.table
