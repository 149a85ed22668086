// What the application stands on: where it stores, sends, keeps secrets and is watched.
param location string
param tags object

@description('Names by kind, as main.bicep composes them.')
param names object

@description('A column of profiles.json.')
param size object

param taskHubName string
param addressPrefix string

@description('Containers by use: package, secondPackage, backup, anchor, journal, claim.')
param containers object

var privateOnly = size.privateNetworking

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  params: {
    workspaceName: names.logWorkspace
    insightsName: names.insights
    location: location
    tags: tags
    retentionDays: size.logRetentionDays
    dailyQuotaGb: size.logDailyQuotaGb
  }
}

module network 'modules/network.bicep' = if (privateOnly) {
  name: 'network'
  params: {
    virtualNetworkName: names.virtualNetwork
    securityGroupName: names.securityGroup
    natGatewayName: names.natGateway
    publicAddressName: names.publicAddress
    location: location
    tags: tags
    addressPrefix: addressPrefix
    zoneRedundant: size.zoneRedundant
  }
}

// The host's own account: its leases and the package. Apart from the data, because it needs neither versions nor retention.
module hostStorage 'modules/storage.bicep' = {
  name: 'host-storage'
  params: {
    name: names.hostStorage
    location: location
    tags: tags
    sku: size.storageSku
    containers: [containers.package, containers.secondPackage]
    versioned: false
    privateOnly: privateOnly
    workspaceId: monitoring.outputs.workspaceId
  }
}

module dataStorage 'modules/storage.bicep' = {
  name: 'data-storage'
  params: {
    name: names.dataStorage
    location: location
    tags: tags
    sku: size.storageSku
    containers: [containers.backup, containers.anchor, containers.journal, containers.claim]
    versioned: true
    immutableContainer: containers.anchor
    immutabilityDays: size.anchorImmutabilityDays
    coldContainer: containers.backup
    expiringContainer: containers.claim
    privateOnly: privateOnly
    workspaceId: monitoring.outputs.workspaceId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  params: {
    name: names.cosmos
    location: location
    tags: tags
    capacity: size.cosmosCapacity
    maxThroughput: size.cosmosMaxThroughput
    backupTier: size.cosmosBackupTier
    zoneRedundant: size.zoneRedundant
    privateOnly: privateOnly
    workspaceId: monitoring.outputs.workspaceId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  name: 'service-bus'
  params: {
    name: names.serviceBus
    location: location
    tags: tags
    sku: size.serviceBusSku
    privateOnly: privateOnly
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  name: 'key-vault'
  params: {
    name: names.keyVault
    location: location
    tags: tags
    purgeProtection: size.purgeProtection
    privateOnly: privateOnly
    workspaceId: monitoring.outputs.workspaceId
  }
}

module appConfiguration 'modules/app-configuration.bicep' = {
  name: 'app-configuration'
  params: {
    name: names.appConfiguration
    location: location
    tags: tags
    sku: size.appConfigurationSku
    purgeProtection: size.purgeProtection
    privateOnly: privateOnly
    workspaceId: monitoring.outputs.workspaceId
  }
}

// Only the application's own address where it has one. Its private endpoints are not known well enough to rely on.
module durableTask 'modules/durable-task.bicep' = {
  name: 'durable-task'
  params: {
    name: names.scheduler
    location: location
    tags: tags
    sku: size.schedulerSku
    capacity: size.schedulerCapacity
    allowedAddressRanges: privateOnly ? ['${network!.outputs.outboundAddress}/32'] : ['0.0.0.0/0']
    taskHubName: taskHubName
    historyRetentionDays: size.historyRetentionDays
  }
}

module privateEndpoints 'modules/private-endpoints.bicep' = if (privateOnly) {
  name: 'private-endpoints'
  params: {
    location: location
    tags: tags
    virtualNetworkId: network!.outputs.id
    subnetId: network!.outputs.endpointsSubnetId
    endpoints: [
      {
        name: '${names.privateEndpoint}host-blob'
        targetId: hostStorage.outputs.id
        groupId: 'blob'
        zone: 'privatelink.blob.${environment().suffixes.storage}'
      }
      {
        name: '${names.privateEndpoint}host-table'
        targetId: hostStorage.outputs.id
        groupId: 'table'
        zone: 'privatelink.table.${environment().suffixes.storage}'
      }
      {
        name: '${names.privateEndpoint}data-blob'
        targetId: dataStorage.outputs.id
        groupId: 'blob'
        zone: 'privatelink.blob.${environment().suffixes.storage}'
      }
      {
        name: '${names.privateEndpoint}cosmos'
        targetId: cosmos.outputs.id
        groupId: 'Sql'
        zone: 'privatelink.documents.azure.com'
      }
      {
        name: '${names.privateEndpoint}service-bus'
        targetId: serviceBus.outputs.id
        groupId: 'namespace'
        zone: 'privatelink.servicebus.windows.net'
      }
      {
        name: '${names.privateEndpoint}key-vault'
        targetId: keyVault.outputs.id
        groupId: 'vault'
        zone: 'privatelink.vaultcore.azure.net'
      }
      {
        name: '${names.privateEndpoint}app-configuration'
        targetId: appConfiguration.outputs.id
        groupId: 'configurationStores'
        zone: 'privatelink.azconfig.io'
      }
    ]
  }
}

output workspaceId string = monitoring.outputs.workspaceId
output functionsSubnetId string = privateOnly ? network!.outputs.functionsSubnetId : ''
output outboundAddress string = privateOnly ? network!.outputs.outboundAddress : ''
output hostBlobEndpoint string = hostStorage.outputs.blobEndpoint
output hostTableEndpoint string = hostStorage.outputs.tableEndpoint
output dataBlobEndpoint string = dataStorage.outputs.blobEndpoint
output cosmosId string = cosmos.outputs.id
output cosmosEndpoint string = cosmos.outputs.endpoint
output serviceBusId string = serviceBus.outputs.id
output serviceBusHostName string = serviceBus.outputs.hostName
output topicName string = serviceBus.outputs.topicName
output keyVaultUri string = keyVault.outputs.uri
output appConfigurationEndpoint string = appConfiguration.outputs.endpoint
output schedulerEndpoint string = durableTask.outputs.endpoint
output taskHubName string = durableTask.outputs.taskHubName
