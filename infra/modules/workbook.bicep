param displayName string
param location string
param tags object
@description('Workspace with the telemetry; the queries run there.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  // The service takes a GUID and nothing else.
  name: guid(resourceGroup().id, 'causeway-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('../workbook.json'), '{workspaceId}', workspaceId)
  }
}

output id string = workbook.id
