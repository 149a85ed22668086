# An unregistered Microsoft.App fails a network's subnet with a bare 500; the others fail late. Registering twice is harmless.
$ErrorActionPreference = 'Stop'
$providers = 'Microsoft.App', 'Microsoft.DurableTask', 'Microsoft.Web', 'Microsoft.DocumentDB', 'Microsoft.ServiceBus',
  'Microsoft.Storage', 'Microsoft.KeyVault', 'Microsoft.AppConfiguration', 'Microsoft.Insights',
  'Microsoft.OperationalInsights', 'Microsoft.ManagedIdentity', 'Microsoft.Network', 'Microsoft.Consumption'
foreach ($provider in $providers) {
  az provider register --namespace $provider --wait
  if ($LASTEXITCODE -ne 0) { throw "could not register $provider" }
}
