param name string
param location string
param tags object

@allowed(['Consumption', 'Dedicated'])
param sku string

@description('Capacity units of a dedicated scheduler: 1 to 3, highly available at 3.')
param capacity int

@description('Address ranges that may reach the scheduler. An empty list would deny everybody.')
@minLength(1)
param allowedAddressRanges array

@description('Task hub of the application, as host.json names it.')
param taskHubName string

@description('Days for which the history of ended orchestrations is kept. The store has what people query.')
param historyRetentionDays int

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: allowedAddressRanges
    publicNetworkAccess: 'Enabled'
    sku: sku == 'Dedicated' ? { name: 'Dedicated', capacity: capacity } : { name: 'Consumption' }
  }
}

resource taskHub 'Microsoft.DurableTask/schedulers/taskHubs@2026-02-01' = {
  parent: scheduler
  name: taskHubName
}

// Without a state it holds for every state an orchestration ends in. Waiting ones are never purged.
resource retention 'Microsoft.DurableTask/schedulers/retentionPolicies@2026-02-01' = {
  parent: scheduler
  name: 'default'
  properties: {
    retentionPolicies: [
      { retentionPeriodInDays: historyRetentionDays }
    ]
  }
}

output id string = scheduler.id
output endpoint string = scheduler.properties.endpoint
output taskHubName string = taskHub.name
