#!/bin/sh
# An unregistered Microsoft.App fails a network's subnet with a bare 500; the others fail late. Registering twice is harmless.
set -eu
for provider in Microsoft.App Microsoft.DurableTask Microsoft.Web Microsoft.DocumentDB Microsoft.ServiceBus \
  Microsoft.Storage Microsoft.KeyVault Microsoft.AppConfiguration Microsoft.Insights Microsoft.OperationalInsights \
  Microsoft.ManagedIdentity Microsoft.Network Microsoft.Consumption; do
  az provider register --namespace "$provider" --wait
done
