param name string
param planName string
param location string
param tags object

@description('How azd finds the app to deploy the service of that name in azure.yaml to.')
param serviceName string

@allowed(['22', '24'])
param nodeVersion string

param zoneRedundant bool
param maximumInstanceCount int

@description('Instances that always stand ready for orchestrations and activities; 0 saves their cost and adds cold starts.')
param alwaysReadyDurable int

param identityId string
param identityClientId string

@description('Container of the host account that holds the deployed package.')
param packageContainerUrl string

@description('Subnet the app leaves by; empty for the open network.')
param subnetId string = ''

@description('Address ranges that may call the app and deploy to it; empty where everybody may try.')
param allowedAddressRanges array

param denyByDefault bool

param insightsName string

@description('App settings besides those that need the app itself or its telemetry.')
param settings object

@description('Where people reach the app; empty: at its own address.')
param publicUrl string

param workspaceId string

var restrictions = [
  for (range, index) in allowedAddressRanges: {
    name: 'allowed-${index}'
    action: 'Allow'
    ipAddress: range
    priority: 100 + index
  }
]

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identityId}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      scaleAndConcurrency: {
        alwaysReady: alwaysReadyDurable > 0 ? [{ name: 'durable', instanceCount: alwaysReadyDurable }] : []
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: 2048
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      http20Enabled: true
      ipSecurityRestrictions: restrictions
      ipSecurityRestrictionsDefaultAction: denyByDefault ? 'Deny' : 'Allow'
      scmIpSecurityRestrictionsUseMain: true
    }
  }

  // Publishing with a password is off; azd and the pipelines publish with a token of Entra ID.
  resource publishByFtp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: {
      allow: false
    }
  }

  resource publishByPassword 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: {
      allow: false
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(settings, {
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
      CAUSEWAY_PUBLIC_URL: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
    })
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: app
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'FunctionAppLogs', enabled: true }
    ]
    metrics: [
      { category: 'AllMetrics', enabled: true }
    ]
  }
}

output id string = app.id
output url string = 'https://${app.properties.defaultHostName}'
