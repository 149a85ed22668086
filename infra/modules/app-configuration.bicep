param name string
param location string
param tags object

@allowed(['developer', 'standard', 'premium'])
param sku string

param purgeProtection bool

@description('Closes the public address: only private endpoints reach it. Not on the developer tier.')
param privateOnly bool

param workspaceId string

resource store 'Microsoft.AppConfiguration/configurationStores@2024-06-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
  }
  properties: {
    disableLocalAuth: true
    // Not every tier has it, so it is asked for or left out.
    enablePurgeProtection: purgeProtection ? true : null
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
    dataPlaneProxy: {
      authenticationMode: 'Pass-through'
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: store
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'Audit', enabled: true }
    ]
    metrics: [
      { category: 'AllMetrics', enabled: true }
    ]
  }
}

output id string = store.id
output endpoint string = store.properties.endpoint
