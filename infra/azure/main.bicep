// Outline of Naast on Azure, in West Europe: two or more app processes, a Redis that evicts nothing, secrets in a vault.
// A first drawing for the operator's own pipeline: `az bicep build` and `what-if` belong there.
targetScope = 'resourceGroup'

@description('Short name of the organisation, part of every resource name.')
@minLength(3)
@maxLength(12)
param organisation string

@description('The image of Naast, with its digest.')
param image string

@description('The address parents and nurses see.')
param publicUrl string

@description('Object id of the group that may read and set secrets.')
param operators string

@secure()
@description('Encryption keyring: id:base64 entries, comma separated.')
param dataKeys string

param location string = 'westeurope'

var name = 'naast-${organisation}'

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}-kv'
  location: location
  properties: {
    tenantId: subscription().tenantId
    sku: { family: 'A', name: 'standard' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    publicNetworkAccess: 'Disabled'
  }
}

resource vaultOperators 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, operators)
  scope: vault
  properties: {
    principalId: operators
    principalType: 'Group'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7')
  }
}

resource redis 'Microsoft.Cache/redisEnterprise@2025-04-01' = {
  name: '${name}-redis'
  location: location
  sku: { name: 'Balanced_B5' }
  properties: {
    highAvailability: 'Enabled'
    minimumTlsVersion: '1.2'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-04-01' = {
  parent: redis
  name: 'default'
  properties: {
    clientProtocol: 'Encrypted'
    clusteringPolicy: 'OSSCluster'
    // the default of this service is VolatileLRU, which drops acknowledged messages without a word
    evictionPolicy: 'NoEviction'
    persistence: {
      aofEnabled: true
      aofFrequency: '1s'
    }
  }
}

resource environment 'Microsoft.App/managedEnvironments@2024-03-01' = {
  name: '${name}-env'
  location: location
  properties: {
    zoneRedundant: true
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource app 'Microsoft.App/containerApps@2024-03-01' = {
  name: '${name}-app'
  location: location
  identity: { type: 'SystemAssigned' }
  properties: {
    managedEnvironmentId: environment.id
    configuration: {
      ingress: {
        external: true
        targetPort: 3978
        allowInsecure: false
        transport: 'http'
      }
      secrets: [
        { name: 'data-keys', value: dataKeys }
        { name: 'redis-url', value: 'rediss://:${database.listKeys().primaryKey}@${redis.properties.hostName}:10000' }
      ]
    }
    template: {
      containers: [
        {
          name: 'naast'
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          env: [
            { name: 'NODE_ENV', value: 'production' }
            { name: 'PUBLIC_URL', value: publicUrl }
            { name: 'TRUST_PROXY', value: '1' }
            { name: 'DATA_KEYS', secretRef: 'data-keys' }
            { name: 'REDIS_URL', secretRef: 'redis-url' }
          ]
          probes: [
            { type: 'Liveness', httpGet: { path: '/healthz', port: 3978 } }
            { type: 'Readiness', httpGet: { path: '/healthz', port: 3978 } }
          ]
        }
      ]
      scale: { minReplicas: 2, maxReplicas: 6 }
    }
  }
}

output address string = app.properties.configuration.ingress.fqdn
