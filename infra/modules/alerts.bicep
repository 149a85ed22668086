param actionGroupName string
param alertPrefix string
param location string
param tags object

@description('Who is told; empty: alerts fire and tell nobody.')
param contactEmails array

param serviceBusId string
param cosmosId string
param workspaceId string

// Queries over what the application itself reports: infra/alert-queries.json says what each looks for.
var queries = loadJsonContent('../alert-queries.json')

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'causeway'
    emailReceivers: [
      for (address, index) in contactEmails: {
        name: 'contact-${index}'
        emailAddress: address
        useCommonAlertSchema: true
      }
    ]
  }
}

// A dead letter is an event somebody was not told of: a card, or a wave that was not woken.
resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${alertPrefix}dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Events lie in a dead-letter queue. List and replay them: README, "Dead letters".'
    severity: 2
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'dead-letters'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          operator: 'GreaterThan'
          threshold: 0
          timeAggregation: 'Maximum'
        }
      ]
    }
    actions: [
      { actionGroupId: people.id }
    ]
  }
}

resource throttled 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${alertPrefix}store-throttled'
  location: 'global'
  tags: tags
  properties: {
    description: 'Cosmos DB refuses requests (429). They are retried; lasting throttling needs a higher maximum throughput.'
    severity: 3
    enabled: true
    scopes: [cosmosId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'throttled-requests'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          metricName: 'TotalRequests'
          dimensions: [
            { name: 'StatusCode', operator: 'Include', values: ['429'] }
          ]
          operator: 'GreaterThan'
          threshold: 100
          timeAggregation: 'Count'
        }
      ]
    }
    actions: [
      { actionGroupId: people.id }
    ]
  }
}

resource queried 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for query in queries: {
    name: '${alertPrefix}${query.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: query.name
      description: query.description
      severity: query.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: 'PT5M'
      windowSize: query.window
      autoMitigate: true
      // The tables exist only once the application has reported; the query is not refused before.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: join(query.query, '\n')
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: query.threshold
            failingPeriods: {
              numberOfEvaluationPeriods: 1
              minFailingPeriodsToAlert: 1
            }
          }
        ]
      }
      actions: {
        actionGroups: [people.id]
      }
    }
  }
]

output actionGroupId string = people.id
