// The application itself: its identity, its rights, the function app, and who is told when something is wrong.
param location string
param tags object

@description('Names by kind, as main.bicep composes them.')
param names object

@description('A column of profiles.json.')
param size object

param nodeVersion string
param containers object
param contactEmails array
param allowedAddressRanges array
param teamsWebhookSecret string
param targetBlobEndpoint string
param entraClientId string
param publicUrl string
param privateHookRanges string

@description('A second app over the same stores that answers requests only: README, "A second application".')
param secondApp bool

param budgetStartDate string
param functionsSubnetId string
param workspaceId string
param hostBlobEndpoint string
param hostTableEndpoint string
param dataBlobEndpoint string
param cosmosId string
param cosmosEndpoint string
param serviceBusId string
param serviceBusHostName string
param topicName string
param keyVaultUri string
param schedulerEndpoint string
param taskHubName string

var tenantId = tenant().tenantId
var appSettings = {
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.outputs.clientId
  AzureWebJobsStorage__blobServiceUri: hostBlobEndpoint
  AzureWebJobsStorage__tableServiceUri: hostTableEndpoint
  AZURE_CLIENT_ID: identity.outputs.clientId
  COSMOS__accountEndpoint: cosmosEndpoint
  COSMOS__credential: 'managedidentity'
  COSMOS__clientId: identity.outputs.clientId
  ServiceBus__fullyQualifiedNamespace: serviceBusHostName
  ServiceBus__credential: 'managedidentity'
  ServiceBus__clientId: identity.outputs.clientId
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
  CAUSEWAY_HOME: 'azure'
  CAUSEWAY_STORAGE__blobServiceUri: dataBlobEndpoint
  CAUSEWAY_BLOB_CONNECTION__blobServiceUri: empty(targetBlobEndpoint) ? dataBlobEndpoint : targetBlobEndpoint
  CAUSEWAY_BACKUP_CONTAINER: containers.backup
  CAUSEWAY_KEY_VAULT_URL: keyVaultUri
  CAUSEWAY_ALLOWED_ADDRESSES: privateHookRanges
  CAUSEWAY_TEAMS_WEBHOOK_SECRET: teamsWebhookSecret
  CAUSEWAY_ENTRA_TENANT_ID: empty(entraClientId) ? '' : tenantId
  CAUSEWAY_ENTRA_CLIENT_ID: entraClientId
  CAUSEWAY_ENTRA_ASSERTION: empty(entraClientId) ? 'none' : 'managed-identity'
  CAUSEWAY_OWN_TOKENS: empty(entraClientId) ? 'on' : 'off'
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  params: {
    name: names.identity
    location: location
    tags: tags
  }
}

module roleAssignments 'modules/role-assignments.bicep' = {
  name: 'role-assignments'
  params: {
    principalId: identity.outputs.principalId
    hostStorageName: names.hostStorage
    dataStorageName: names.dataStorage
    cosmosName: names.cosmos
    serviceBusName: names.serviceBus
    topicName: topicName
    keyVaultName: names.keyVault
    appConfigurationName: names.appConfiguration
    schedulerName: names.scheduler
    taskHubName: taskHubName
    insightsName: names.insights
  }
}

module functionApp 'modules/function-app.bicep' = {
  name: 'function-app'
  params: {
    name: names.functionApp
    planName: names.plan
    location: location
    tags: tags
    serviceName: 'control-plane'
    nodeVersion: nodeVersion
    zoneRedundant: size.zoneRedundant
    maximumInstanceCount: size.maximumInstanceCount
    alwaysReadyDurable: size.alwaysReadyDurable
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    packageContainerUrl: '${hostBlobEndpoint}${containers.package}'
    subnetId: functionsSubnetId
    allowedAddressRanges: allowedAddressRanges
    denyByDefault: size.privateNetworking
    insightsName: names.insights
    workspaceId: workspaceId
    publicUrl: publicUrl
    settings: appSettings
  }
  // Without its rights the app does not start; they take a minute or more to be known everywhere.
  dependsOn: [roleAssignments]
}

module secondFunctionApp 'modules/function-app.bicep' = if (secondApp) {
  name: 'second-function-app'
  params: {
    name: '${names.functionApp}-http'
    planName: '${names.plan}-http'
    location: location
    tags: tags
    serviceName: 'control-plane-http'
    nodeVersion: nodeVersion
    zoneRedundant: size.zoneRedundant
    maximumInstanceCount: size.maximumInstanceCount
    alwaysReadyDurable: 0
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    packageContainerUrl: '${hostBlobEndpoint}${containers.secondPackage}'
    subnetId: functionsSubnetId
    allowedAddressRanges: allowedAddressRanges
    denyByDefault: size.privateNetworking
    insightsName: names.insights
    workspaceId: workspaceId
    publicUrl: publicUrl
    settings: union(appSettings, { CAUSEWAY_SERVES: 'http' })
  }
  dependsOn: [roleAssignments]
}

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  params: {
    actionGroupName: names.actionGroup
    alertPrefix: names.alert
    location: location
    tags: tags
    contactEmails: contactEmails
    serviceBusId: serviceBusId
    cosmosId: cosmosId
    workspaceId: workspaceId
  }
}

module workbook 'modules/workbook.bicep' = {
  name: 'workbook'
  params: {
    displayName: 'Causeway'
    location: location
    tags: tags
    workspaceId: workspaceId
  }
}

module budget 'modules/budget.bicep' = if (!empty(budgetStartDate)) {
  name: 'budget'
  params: {
    name: names.budget
    amount: size.monthlyBudget
    startDate: budgetStartDate
    contactEmails: contactEmails
  }
}

output url string = functionApp.outputs.url
output secondUrl string = secondApp ? secondFunctionApp!.outputs.url : ''
output principalId string = identity.outputs.principalId
