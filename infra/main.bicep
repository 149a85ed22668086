// Everything Causeway runs on. Subscription scope: azd creates the resource group with the rest, finds it by its tag and
// removes it whole at `azd down`, and what-if shows the group as well.
targetScope = 'subscription'

@description('Name of the azd environment: dev and production are two environments.')
@minLength(1)
@maxLength(40)
param environmentName string

@minLength(1)
param location string

@description('Which column of profiles.json: sizes, redundancy, whether the network is closed.')
@allowed(['dev', 'production'])
param profile string = 'dev'

@allowed(['22', '24'])
param nodeVersion string = '22'

@description('Who is told of alerts and spending, separated by commas.')
param contactEmails string = ''

@description('Address ranges that may call and deploy the app, separated by commas. In production, nobody else may.')
param allowedAddressRanges string = ''

@description('Name of the secret with the Teams webhook address; empty: no cards.')
param teamsWebhookSecret string = ''

@description('Blob endpoint of the account that workloads move to; empty: the account of the control plane itself.')
param targetBlobEndpoint string = ''

@description('Client id of the app registration people sign in with; empty: tokens that Causeway gives out itself.')
param entraClientId string = ''

@description('Where people reach the service, such as https://causeway.example.org; empty: at the address of the app.')
param publicUrl string = ''

@description('Private addresses that hooks and checks of workloads may have, such as 10.1.0.0/16, separated by commas.')
param privateHookRanges string = ''

@description('yes: a second app answers requests beside the first: README, "A second application".')
@allowed(['no', 'yes'])
param secondApp string = 'no'

@description('First day of the month the budget starts in, such as 2027-01-01; empty: no budget. Never change it.')
param budgetStartDate string = ''

@description('Address space of the private network; nothing else the customer reaches may use it.')
param addressPrefix string = '10.60.0.0/24'

var short = loadJsonContent('abbreviations.json')
var size = loadJsonContent('profiles.json')[profile]
var token = toLower(uniqueString(subscription().id, environmentName, location))
var names = {
  identity: '${short.managedIdentity}causeway-${token}'
  logWorkspace: '${short.logWorkspace}causeway-${token}'
  insights: '${short.applicationInsights}causeway-${token}'
  hostStorage: '${short.storageAccount}cwhost${token}'
  dataStorage: '${short.storageAccount}cwdata${token}'
  cosmos: '${short.cosmosAccount}causeway-${token}'
  serviceBus: '${short.serviceBusNamespace}causeway-${token}'
  keyVault: '${short.keyVault}cw-${token}'
  appConfiguration: '${short.appConfiguration}causeway-${token}'
  scheduler: '${short.durableTaskScheduler}causeway-${token}'
  plan: '${short.functionPlan}causeway-${token}'
  functionApp: '${short.functionApp}causeway-${token}'
  virtualNetwork: '${short.virtualNetwork}causeway-${token}'
  securityGroup: '${short.networkSecurityGroup}endpoints-${token}'
  natGateway: '${short.natGateway}causeway-${token}'
  publicAddress: '${short.publicAddress}causeway-${token}'
  privateEndpoint: '${short.privateEndpoint}causeway-'
  actionGroup: '${short.actionGroup}causeway-${token}'
  alert: '${short.alert}causeway-'
  budget: '${short.budget}causeway-${token}'
}
// As in host.json.
var taskHubName = 'causeway'
var tags = {
  'azd-env-name': environmentName
  application: 'causeway'
}
var containers = {
  package: 'packages'
  secondPackage: 'packages-http'
  backup: 'causeway-backups'
  anchor: 'causeway-anchors'
  journal: 'causeway-journal'
  claim: 'causeway-claims'
}

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: '${short.resourceGroup}causeway-${environmentName}'
  location: location
  tags: tags
}

module platform 'platform.bicep' = {
  scope: group
  name: 'causeway-platform'
  params: {
    location: location
    tags: tags
    names: names
    size: size
    taskHubName: taskHubName
    addressPrefix: addressPrefix
    containers: containers
  }
}

module application 'application.bicep' = {
  scope: group
  name: 'causeway-application'
  params: {
    location: location
    tags: tags
    names: names
    size: size
    nodeVersion: nodeVersion
    containers: containers
    contactEmails: empty(contactEmails) ? [] : split(contactEmails, ',')
    allowedAddressRanges: empty(allowedAddressRanges) ? [] : split(allowedAddressRanges, ',')
    teamsWebhookSecret: teamsWebhookSecret
    targetBlobEndpoint: targetBlobEndpoint
    entraClientId: entraClientId
    publicUrl: publicUrl
    privateHookRanges: privateHookRanges
    secondApp: secondApp == 'yes'
    budgetStartDate: budgetStartDate
    functionsSubnetId: platform.outputs.functionsSubnetId
    workspaceId: platform.outputs.workspaceId
    hostBlobEndpoint: platform.outputs.hostBlobEndpoint
    hostTableEndpoint: platform.outputs.hostTableEndpoint
    dataBlobEndpoint: platform.outputs.dataBlobEndpoint
    cosmosId: platform.outputs.cosmosId
    cosmosEndpoint: platform.outputs.cosmosEndpoint
    serviceBusId: platform.outputs.serviceBusId
    serviceBusHostName: platform.outputs.serviceBusHostName
    topicName: platform.outputs.topicName
    keyVaultUri: platform.outputs.keyVaultUri
    schedulerEndpoint: platform.outputs.schedulerEndpoint
    taskHubName: platform.outputs.taskHubName
  }
}

// azd keeps outputs as values of its environment. None is a secret: nothing here has one.
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output CAUSEWAY_URL string = application.outputs.url
output CAUSEWAY_SECOND_URL string = application.outputs.secondUrl
output CAUSEWAY_FUNCTION_APP string = names.functionApp
output CAUSEWAY_KEY_VAULT string = names.keyVault
output CAUSEWAY_IDENTITY_PRINCIPAL_ID string = application.outputs.principalId
output CAUSEWAY_APP_CONFIGURATION string = platform.outputs.appConfigurationEndpoint
output CAUSEWAY_OUTBOUND_ADDRESS string = platform.outputs.outboundAddress
