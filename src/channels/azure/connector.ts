import type { Activity } from "botbuilder-core";
import type { AppCredentials, BotFrameworkAuthentication } from "botframework-connector";
import { z } from "zod";
import { type ErrorCode, KnownError } from "../../errors.ts";
import type { AzureConfig } from "./config.ts";

/** What is looked at to find out whether Microsoft sent an activity. */
type Claimed = Pick<Activity, "channelId" | "serviceUrl">;

/** The two things the SDK does for us: prove who sends, and get the key that we send with. */
export interface AzureConnector {
  /** @throws {KnownError} `channel.unauthorized`, `channel.forbidden`, `channel.authentication-unavailable` */
  authenticate(activity: Claimed, authorization: string): Promise<void>;
  /** The key that the far side knows us by; kept until it runs out. */
  token(): Promise<string>;
}

/** Who signs the tokens that channels send. The SDK takes others too: see {@link azureConnector}. */
const channelIssuer = "https://api.botframework.com";

/**
 * Makes the connection to Azure Bot Service. The SDK behind it is loaded at first use: it is large, and most
 * who run Naast never need it. Its client is not used: it sends again by itself when it does not know what
 * became of a message.
 *
 * It is stricter than the SDK, which also takes tokens that were made for the Emulator (any token of our own
 * app, and each message that we send shows one to the far side), does not compare the service address when
 * there is none, and believes an activity that says it comes from the App Service extension.
 */
export function azureConnector(config: AzureConfig): AzureConnector {
  let loading: Promise<Loaded> | undefined;
  const loaded = () => {
    loading ??= load(config);
    return loading;
  };
  return {
    async authenticate(activity, authorization) {
      if (!isBearer(authorization) || activity.channelId.toLowerCase() === "asechannel") throw unauthorized();
      const issuer = await issuerOf((await loaded()).authentication, activity, authorization);
      if (issuer !== channelIssuer) throw unauthorized();
    },
    async token() {
      return (await loaded()).credentials.getToken();
    },
  };
}

interface Loaded {
  readonly authentication: BotFrameworkAuthentication;
  readonly credentials: AppCredentials;
}

async function load(config: AzureConfig): Promise<Loaded> {
  const { ConfigurationBotFrameworkAuthentication, ConfigurationServiceClientCredentialFactory } =
    await import("botbuilder-core");
  const { AuthenticationConstants } = await import("botframework-connector");
  const options = {
    MicrosoftAppId: config.appId,
    MicrosoftAppType: config.appType,
    ...(config.appPassword === undefined ? {} : { MicrosoftAppPassword: config.appPassword }),
    ...(config.tenantId === undefined ? {} : { MicrosoftAppTenantId: config.tenantId }),
  };
  const factory = new ConfigurationServiceClientCredentialFactory(options);
  const loginUrl = AuthenticationConstants.ToChannelFromBotLoginUrlPrefix;
  const credentials = await factory.createCredentials(config.appId, channelIssuer, loginUrl, true);
  return {
    authentication: new ConfigurationBotFrameworkAuthentication(options, factory),
    credentials: credentials as AppCredentials,
  };
}

async function issuerOf(
  authentication: BotFrameworkAuthentication,
  activity: Claimed,
  authorization: string,
): Promise<string | null> {
  try {
    const { claimsIdentity } = await authentication.authenticateRequest(activity as Activity, authorization);
    return claimsIdentity.isAuthenticated ? claimsIdentity.getClaimValue("iss") : null;
  } catch (error) {
    throw new KnownError(codeOf(error), "a token was not accepted");
  }
}

const failureSchema = z.object({ name: z.string(), statusCode: z.number().optional() });

/** Keys that cannot be fetched are nobody's forgery: Microsoft may try again. Everything else is refused. */
function codeOf(error: unknown): ErrorCode {
  const { name, statusCode = 401 } = failureSchema.safeParse(error).data ?? { name: "" };
  if (statusCode >= 500 || name === "FetchError") return "channel.authentication-unavailable";
  return statusCode === 403 ? "channel.forbidden" : "channel.unauthorized";
}

export function isBearer(authorization: string | undefined): authorization is string {
  return authorization !== undefined && /^Bearer [\w-]+\.[\w-]+\.[\w-]+$/.test(authorization);
}

function unauthorized(): KnownError {
  return new KnownError("channel.unauthorized", "no valid token of Azure Bot Service");
}
