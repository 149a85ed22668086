param name string
param location string
param tags object

@allowed(['Standard', 'Premium'])
param sku string

@description('Closes the public address: only private endpoints reach it. Premium only.')
param privateOnly bool

param workspaceId string

// What the application subscribes to and why: service-bus-subscriptions.json.
var subscriptions = loadJsonContent('../service-bus-subscriptions.json')

resource namespace 'Microsoft.ServiceBus/namespaces@2024-01-01' = {
  name: name
  location: location
  tags: tags
  sku: sku == 'Premium' ? { name: 'Premium', tier: 'Premium', capacity: 1 } : { name: 'Standard', tier: 'Standard' }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: privateOnly ? 'Disabled' : 'Enabled'
  }
}

// A message id is an event id, so a relay that repeats itself within the window is not heard twice. Subscribers remember
// ids besides, because duplicates outlive any window.
resource topic 'Microsoft.ServiceBus/namespaces/topics@2024-01-01' = {
  parent: namespace
  name: 'migration-events'
  properties: {
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'P1D'
    defaultMessageTimeToLive: 'P14D'
    supportOrdering: true
    enablePartitioning: false
  }
}

// Sessions and duplicate detection are fixed when created: another choice needs another name.
resource subscription 'Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01' = [
  for definition in subscriptions: {
    parent: topic
    name: definition.name
    properties: {
      requiresSession: definition.requiresSession
      lockDuration: 'PT5M'
      maxDeliveryCount: definition.maxDeliveryCount
      deadLetteringOnMessageExpiration: true
      deadLetteringOnFilterEvaluationExceptions: true
    }
  }
]

// Replaces the rule that lets everything through. The application puts the type of an event into its properties.
resource eventTypes 'Microsoft.ServiceBus/namespaces/topics/subscriptions/rules@2024-01-01' = [
  for (definition, index) in subscriptions: {
    parent: subscription[index]
    name: '$Default'
    properties: {
      filterType: 'SqlFilter'
      sqlFilter: {
        sqlExpression: 'cloudEvents_type IN (\'${join(definition.eventTypes, '\',\'')}\')'
      }
    }
  }
]

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: namespace
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'OperationalLogs', enabled: true }
    ]
    metrics: [
      { category: 'AllMetrics', enabled: true }
    ]
  }
}

output id string = namespace.id
output hostName string = '${namespace.name}.servicebus.windows.net'
output topicName string = topic.name
