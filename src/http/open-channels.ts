import { AzureAdapter } from "../channels/azure/azure-adapter.ts";
import { readAzureConfig } from "../channels/azure/config.ts";
import { type AzureConnector, azureConnector } from "../channels/azure/connector.ts";
import { azureSend } from "../channels/azure/send.ts";
import type { TurnAdapter } from "../channels/bot.ts";
import { type DirectLine, directLine } from "../channels/directline/direct-line.ts";
import { exchange } from "../channels/exchange.ts";
import type { WhatsAppConfig } from "../channels/whatsapp/config.ts";
import { whatsAppSend } from "../channels/whatsapp/send.ts";
import { WhatsAppAdapter } from "../channels/whatsapp/whatsapp-adapter.ts";
import { type BringBack, bringBack } from "../conversation/bring-back.ts";
import { cardFor, sendCardsWithoutStorage } from "../conversation/card-without-storage.ts";
import type { Inbound } from "../conversation/inbound.ts";
import type { Claim, Commit, Send } from "../conversation/turn-log.ts";
import { deriveKeys } from "../privacy/derive-key.ts";
import { sealer } from "../privacy/seal.ts";
import { findConversation } from "../storage/find-conversation.ts";
import { forgetPlace } from "../storage/forget-place.ts";
import type { ChannelName } from "../terms.ts";
import type { Config } from "./config.ts";
import { egress } from "./egress.ts";
import type { World } from "./world.ts";

/** The ways in and out, as far as they are configured. */
export interface Channels {
  readonly web: DirectLine;
  readonly whatsApp: WhatsAppConfig | undefined;
  readonly azure: AzureConnector | undefined;
  readonly adapters: Readonly<Record<ChannelName, TurnAdapter>>;
  readonly send: Readonly<Record<ChannelName, Send>>;
  readonly bringBack: BringBack;
  /** Shows the cards of messages that could not be stored. */
  readonly withoutStorage: Readonly<
    Record<"whatsapp" | "azure", (messages: readonly Inbound[]) => Promise<void>>
  >;
}

/** Opens every channel; one that is not configured drops what it is given. */
export function openChannels(world: World, decide: (claim: Claim) => Commit): Channels {
  const { config, log, metrics, keyring, storage, publicUrl, redis } = world;
  const { turnLog, chatLog, names } = storage;
  const leave = forgetPlace(redis.link, sealer(keyring));
  const web = directLine({
    turnLog,
    chatLog: {
      ...chatLog,
      async forget(person) {
        await chatLog.forget(person);
        await leave(person);
      },
    },
    keys: deriveKeys(keyring, "web-chat"),
    pseudonym: (user) => names.person("directline", user),
    publicUrl,
    embedOrigins: config.EMBED_ORIGINS,
    clock: Date.now,
    cardWithoutStorage: (inbound) => cardFor(inbound, decide),
    count: (kind) => metrics.count("inbound-directline", kind),
    warn: (message) => log.warn({ channel: "directline" }, message),
  });
  const whatsApp = whatsAppConfig(config);
  const azureConfig = readAzureConfig({
    appId: config.MICROSOFT_APP_ID,
    appPassword: config.MICROSOFT_APP_PASSWORD,
    appType: config.MICROSOFT_APP_TYPE,
    tenantId: config.MICROSOFT_APP_TENANT_ID,
  });
  const azure = azureConfig === undefined ? undefined : azureConnector(azureConfig);
  const out = egress(config, exchange);
  const known = findConversation(redis.link, sealer(keyring));
  const back = bringBack({
    turnLog,
    outbox: storage.outbox,
    isKnown: async (person) => (await known(person)) !== undefined,
    tellTeam: storage.callbacks.undelivered,
    clock: Date.now,
  });
  const off: Send = async () => ({ kind: "dropped", code: "not-configured" });
  const send = {
    directline: web.send,
    whatsapp:
      whatsApp === undefined
        ? off
        : whatsAppSend(whatsApp, {
            exchange: out,
            clock: Date.now,
            metrics,
            log,
            transit: storage.transit,
            bringBack: back,
          }),
    azure: azure === undefined ? off : azureSend(azure, { exchange: out, metrics, log }),
  };
  const withoutStorage = (channel: "whatsapp" | "azure") =>
    sendCardsWithoutStorage({
      decide,
      shown: storage.shownCards,
      send: send[channel],
      log,
      counted: (card) => metrics.count("card-without-storage", card),
    });
  return {
    web,
    whatsApp,
    azure,
    adapters: { whatsapp: new WhatsAppAdapter(), directline: web.adapter, azure: new AzureAdapter() },
    send,
    bringBack: back,
    withoutStorage: { whatsapp: withoutStorage("whatsapp"), azure: withoutStorage("azure") },
  };
}

function whatsAppConfig(config: Config): WhatsAppConfig | undefined {
  const { WHATSAPP_VERIFY_TOKEN, WHATSAPP_APP_SECRET, WHATSAPP_ACCESS_TOKEN, WHATSAPP_PHONE_NUMBER_ID } =
    config;
  if (!WHATSAPP_VERIFY_TOKEN || !WHATSAPP_APP_SECRET || !WHATSAPP_ACCESS_TOKEN || !WHATSAPP_PHONE_NUMBER_ID) {
    return undefined;
  }
  return {
    verifyToken: WHATSAPP_VERIFY_TOKEN,
    appSecrets: WHATSAPP_APP_SECRET,
    accessToken: WHATSAPP_ACCESS_TOKEN,
    phoneNumberId: WHATSAPP_PHONE_NUMBER_ID,
    graphUrl: config.WHATSAPP_GRAPH_URL,
  };
}
