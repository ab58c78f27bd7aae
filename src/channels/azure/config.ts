import { KnownError } from "../../errors.ts";

const appTypes = ["MultiTenant", "SingleTenant", "UserAssignedMSI"] as const;

/** How Azure Bot Service knows us. */
export interface AzureConfig {
  readonly appId: string;
  /** Not used with a managed identity, needed otherwise. */
  readonly appPassword: string | undefined;
  readonly appType: (typeof appTypes)[number];
  /** Needed for everything but `MultiTenant`. */
  readonly tenantId: string | undefined;
}

/**
 * Reads what the SDK would otherwise only refuse at the first message. Undefined when there is no app id.
 *
 * @throws {KnownError} `config.invalid`
 */
export function readAzureConfig(told: {
  readonly appId: string | undefined;
  readonly appPassword: string | undefined;
  readonly appType: string | undefined;
  readonly tenantId: string | undefined;
}): AzureConfig | undefined {
  const { appId, appPassword, tenantId } = told;
  if (!appId) return undefined;
  const appType = appTypes.find(
    (type) => type.toLowerCase() === (told.appType || "MultiTenant").toLowerCase(),
  );
  if (appType === undefined) throw invalid(`MICROSOFT_APP_TYPE is none of ${appTypes.join(", ")}`);
  if (appType !== "MultiTenant" && !tenantId)
    throw invalid(`MICROSOFT_APP_TENANT_ID is needed for ${appType}`);
  if (appType !== "UserAssignedMSI" && !appPassword) throw invalid("MICROSOFT_APP_PASSWORD is missing");
  return { appId, appPassword: appPassword || undefined, appType, tenantId: tenantId || undefined };
}

function invalid(message: string): KnownError {
  return new KnownError("config.invalid", message);
}
