param name string
param location string
param tags object

// One identity for the whole application: a user-assigned one exists before the app, so every role is in place when it starts.
resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: name
  location: location
  tags: tags
}

output id string = identity.id
output principalId string = identity.properties.principalId
output clientId string = identity.properties.clientId
