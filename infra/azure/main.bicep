// Naast on Azure, in West Europe: two or more processes, a Redis that evicts nothing, a folder that stays, a vault.
// It was never compiled where this repository is tested: `az bicep build` and `what-if` belong in your own pipeline.
targetScope = 'resourceGroup'

@description('Short name of the organisation, part of every resource name: letters and digits.')
@minLength(3)
@maxLength(12)
param organisation string

@description('The container registry in this resource group.')
param registry string

@description('The image of Naast in that registry, with its digest.')
param image string

@description('The address parents and nurses see.')
param publicUrl string

@description('Object id of the group that may read and set secrets.')
param operators string

@description('The whole of the organisation file: a string of YAML.')
param organisationFile string

@description('Where nurses sign in.')
param oidcIssuer string

param oidcClientId string

@secure()
param oidcClientSecret string

@description('Values of acr or amr that show a second factor, comma separated.')
param oidcFactors string = 'mfa'

@secure()
@description('Encryption keyring: id:base64 entries, comma separated.')
param dataKeys string

@secure()
@description('Lets /metrics be read: 16 characters or more.')
param metricsToken string

@description('Where alerts are posted, or nothing.')
param alertWebhookUrl string = ''

@description('Nothing while WhatsApp is not used; all four together otherwise.')
param whatsAppPhoneNumberId string = ''

@secure()
param whatsAppAccessToken string = ''

@secure()
param whatsAppAppSecret string = ''

@secure()
param whatsAppVerifyToken string = ''

param location string = 'westeurope'

var name = 'naast-${organisation}'
var onWhatsApp = !empty(whatsAppPhoneNumberId)
// who may pull images, and who may set secrets
var acrPull = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', '7f951dda-4ed3-4680-a7ca-43fe172d538d')
var secretsOfficer = subscriptionResourceId('Microsoft.Authorization/roleDefinitions', 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7')

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: 30
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: '${name}-net'
  location: location
  properties: {
    addressSpace: { addressPrefixes: [ '10.20.0.0/16' ] }
    subnets: [
      {
        name: 'apps'
        properties: {
          addressPrefix: '10.20.0.0/23'
          serviceEndpoints: [ { service: 'Microsoft.Storage' } ]
          delegations: [ { name: 'apps', properties: { serviceName: 'Microsoft.App/environments' } } ]
        }
      }
      {
        name: 'stores'
        properties: { addressPrefix: '10.20.2.0/24' }
      }
    ]
  }
}

var appsSubnet = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'apps')
var storesSubnet = resourceId('Microsoft.Network/virtualNetworks/subnets', network.name, 'stores')

// where operators keep what no copy of Redis may hold; the deployment writes, nothing reads it over the network
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

resource keptKeys 'Microsoft.KeyVault/vaults/secrets@2023-07-01' = {
  parent: vault
  name: 'data-keys'
  properties: { value: dataKeys }
}

resource vaultOperators 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, operators)
  scope: vault
  properties: {
    principalId: operators
    principalType: 'Group'
    roleDefinitionId: secretsOfficer
  }
}

resource redis 'Microsoft.Cache/redisEnterprise@2025-07-01' = {
  name: '${name}-redis'
  location: location
  sku: { name: 'Balanced_B5' }
  properties: {
    highAvailability: 'Enabled'
    minimumTlsVersion: '1.2'
    publicNetworkAccess: 'Disabled'
  }
}

resource database 'Microsoft.Cache/redisEnterprise/databases@2025-07-01' = {
  parent: redis
  name: 'default'
  properties: {
    accessKeysAuthentication: 'Enabled'
    clientProtocol: 'Encrypted'
    // one address, as REDIS_URL names one
    clusteringPolicy: 'NoCluster'
    // the default of this service is VolatileLRU, which drops acknowledged messages without a word
    evictionPolicy: 'NoEviction'
    persistence: {
      aofEnabled: true
      aofFrequency: '1s'
    }
  }
}

resource redisDoor 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: '${name}-redis'
  location: location
  properties: {
    subnet: { id: storesSubnet }
    privateLinkServiceConnections: [
      {
        name: 'redis'
        properties: { privateLinkServiceId: redis.id, groupIds: [ 'redisEnterprise' ] }
      }
    ]
  }
}

resource redisNames 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: 'privatelink.redis.azure.net'
  location: 'global'
}

resource redisNamesHere 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = {
  parent: redisNames
  name: name
  location: 'global'
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: network.id }
  }
}

resource redisName 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01' = {
  parent: redisDoor
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [ { name: 'redis', properties: { privateDnsZoneId: redisNames.id } } ]
  }
}

// journal, spool and access record. NFS, because processes that share it lock by hard links, which SMB has not.
resource files 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'naast${organisation}'
  location: location
  kind: 'FileStorage'
  sku: { name: 'Premium_ZRS' }
  properties: {
    minimumTlsVersion: 'TLS1_2'
    allowSharedKeyAccess: false
    // NFS is not https; who may reach it is said by the network
    supportsHttpsTrafficOnly: false
    networkAcls: {
      defaultAction: 'Deny'
      bypass: 'None'
      virtualNetworkRules: [ { id: appsSubnet } ]
    }
  }
}

resource share 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = {
  name: '${files.name}/default/naast'
  properties: {
    enabledProtocols: 'NFS'
    rootSquash: 'NoRootSquash'
    shareQuota: 100
  }
}

// a secret of each person, which erasing destroys: no snapshots and no copies of this one
resource personsShare 'Microsoft.Storage/storageAccounts/fileServices/shares@2023-05-01' = {
  name: '${files.name}/default/persons'
  properties: {
    enabledProtocols: 'NFS'
    rootSquash: 'NoRootSquash'
    shareQuota: 100
  }
}

resource environment 'Microsoft.App/managedEnvironments@2026-01-01' = {
  name: '${name}-env'
  location: location
  properties: {
    zoneRedundant: true
    vnetConfiguration: { infrastructureSubnetId: appsSubnet }
    workloadProfiles: [ { name: 'Consumption', workloadProfileType: 'Consumption' } ]
    appLogsConfiguration: {
      destination: 'log-analytics'
      logAnalyticsConfiguration: {
        customerId: logs.properties.customerId
        sharedKey: logs.listKeys().primarySharedKey
      }
    }
  }
}

resource folder 'Microsoft.App/managedEnvironments/storages@2026-01-01' = {
  parent: environment
  name: 'data'
  properties: {
    nfsAzureFile: {
      server: '${files.name}.file.${az.environment().suffixes.storage}'
      shareName: '/${files.name}/naast'
      accessMode: 'ReadWrite'
    }
  }
  dependsOn: [ share ]
}

resource personsFolder 'Microsoft.App/managedEnvironments/storages@2026-01-01' = {
  parent: environment
  name: 'persons'
  properties: {
    nfsAzureFile: {
      server: '${files.name}.file.${az.environment().suffixes.storage}'
      shareName: '/${files.name}/persons'
      accessMode: 'ReadWrite'
    }
  }
  dependsOn: [ personsShare ]
}

resource images 'Microsoft.ContainerRegistry/registries@2023-07-01' existing = {
  name: registry
}

resource runner 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-runner'
  location: location
}

resource runnerPulls 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(images.id, runner.id)
  scope: images
  properties: {
    principalId: runner.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: acrPull
  }
}

resource app 'Microsoft.App/containerApps@2026-01-01' = {
  name: '${name}-app'
  location: location
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${runner.id}': {} }
  }
  dependsOn: [ runnerPulls, redisName ]
  properties: {
    managedEnvironmentId: environment.id
    workloadProfileName: 'Consumption'
    configuration: {
      registries: [ { server: images.properties.loginServer, identity: runner.id } ]
      ingress: {
        external: true
        targetPort: 3978
        allowInsecure: false
        transport: 'http'
      }
      secrets: concat([
        { name: 'data-keys', value: dataKeys }
        { name: 'redis-url', value: 'rediss://:${database.listKeys().primaryKey}@${redis.properties.hostName}:10000' }
        { name: 'oidc-client-secret', value: oidcClientSecret }
        { name: 'metrics-token', value: metricsToken }
        { name: 'organisation', value: organisationFile }
      ], onWhatsApp ? [
        { name: 'whatsapp-access-token', value: whatsAppAccessToken }
        { name: 'whatsapp-app-secret', value: whatsAppAppSecret }
        { name: 'whatsapp-verify-token', value: whatsAppVerifyToken }
      ] : [])
    }
    template: {
      terminationGracePeriodSeconds: 30
      containers: [
        {
          name: 'naast'
          image: image
          resources: { cpu: json('0.5'), memory: '1Gi' }
          // variables that are set to nothing count as not set
          env: concat([
            { name: 'NODE_ENV', value: 'production' }
            { name: 'PUBLIC_URL', value: publicUrl }
            { name: 'TRUST_PROXY', value: '1' }
            { name: 'DATA_DIR', value: '/data' }
            { name: 'PERSON_KEYS_DIR', value: '/persons' }
            { name: 'DATA_KEYS', secretRef: 'data-keys' }
            { name: 'REDIS_URL', secretRef: 'redis-url' }
            { name: 'ORGANISATION_FILE', value: '/etc/naast/organisation.yaml' }
            { name: 'OIDC_ISSUER', value: oidcIssuer }
            { name: 'OIDC_CLIENT_ID', value: oidcClientId }
            { name: 'OIDC_CLIENT_SECRET', secretRef: 'oidc-client-secret' }
            { name: 'OIDC_FACTORS', value: oidcFactors }
            { name: 'METRICS_TOKEN', secretRef: 'metrics-token' }
            { name: 'ALERT_WEBHOOK_URL', value: alertWebhookUrl }
          ], onWhatsApp ? [
            { name: 'WHATSAPP_PHONE_NUMBER_ID', value: whatsAppPhoneNumberId }
            { name: 'WHATSAPP_ACCESS_TOKEN', secretRef: 'whatsapp-access-token' }
            { name: 'WHATSAPP_APP_SECRET', secretRef: 'whatsapp-app-secret' }
            { name: 'WHATSAPP_VERIFY_TOKEN', secretRef: 'whatsapp-verify-token' }
          ] : [])
          volumeMounts: [
            { volumeName: 'data', mountPath: '/data' }
            { volumeName: 'persons', mountPath: '/persons' }
            { volumeName: 'organisation', mountPath: '/etc/naast' }
          ]
          probes: [
            { type: 'Liveness', httpGet: { path: '/healthz', port: 3978 } }
            { type: 'Readiness', httpGet: { path: '/healthz', port: 3978 } }
          ]
        }
      ]
      volumes: [
        { name: 'data', storageType: 'NfsAzureFile', storageName: folder.name }
        { name: 'persons', storageType: 'NfsAzureFile', storageName: personsFolder.name }
        {
          name: 'organisation'
          storageType: 'Secret'
          secrets: [ { secretRef: 'organisation', path: 'organisation.yaml' } ]
        }
      ]
      scale: { minReplicas: 2, maxReplicas: 6 }
    }
  }
}

output address string = app.properties.configuration.ingress.fqdn
