import type { Activity } from "botbuilder-core";
import { z } from "zod";
import type { Reply } from "../../conversation/inbound.ts";
import type { Send, SendOutcome } from "../../conversation/turn-log.ts";
import type { Log } from "../../terms.ts";
import { writeActivities } from "../bot.ts";
import type { ChannelCount } from "../channel-count.ts";
import type { Exchange } from "../exchange.ts";
import { type Answered, postJson } from "../post-json.ts";
import type { AzureConnector } from "./connector.ts";
import { type AzureAddress, readAzureAddress } from "./read-activity.ts";

export interface AzureSendWorld {
  readonly exchange: Exchange;
  readonly metrics: ChannelCount;
  readonly log: Log;
}

const timeoutMilliseconds = 10_000;

/**
 * Makes the way out over Azure Bot Service: one activity for each reply, so that a reply arrives whole or not
 * at all.
 */
export function azureSend(connector: AzureConnector, { exchange, metrics, log }: AzureSendWorld): Send {
  return async ({ address, reply, attempts }) => {
    const outcome = await tryToSend(readAzureAddress(address), reply, attempts);
    const code = "code" in outcome ? outcome.code : "";
    metrics.count("send", code === "" ? outcome.kind : `${outcome.kind}-${code}`);
    if (["no-token", "http-401", "http-403"].includes(code))
      log.error({ channel: "azure", code }, "Azure Bot Service does not take our key");
    return outcome;
  };

  async function tryToSend(
    where: AzureAddress | undefined,
    reply: Reply,
    attempts: number,
  ): Promise<SendOutcome> {
    if (where === undefined) return { kind: "dropped", code: "no-address" };
    const bearer = await connector.token().catch(() => undefined);
    if (bearer === undefined) return { kind: "retry", code: "no-token", afterMilliseconds: 60_000 };
    return sendTo(where, reply, attempts, { exchange, bearer });
  }
}

async function sendTo(
  where: AzureAddress,
  reply: Reply,
  attempts: number,
  { exchange, bearer }: { readonly exchange: Exchange; readonly bearer: string },
): Promise<SendOutcome> {
  const url = activitiesUrl(where);
  if (url === undefined) return { kind: "dropped", code: "no-address" };
  const body = writeActivity(reply, where);
  return judge(await postJson(exchange, { url, bearer, body, timeoutMilliseconds }), attempts);
}

/** The address was proved by the token that came with the message; that it is safe to send a key to is checked here. */
function activitiesUrl({ serviceUrl, conversation, activity }: AzureAddress): URL | undefined {
  const base = serviceUrl.replace(/\/+$/, "");
  const steps = [
    "v3",
    "conversations",
    conversation,
    "activities",
    ...(activity === undefined ? [] : [activity]),
  ];
  const path = steps.map(encodeURIComponent).join("/");
  if (!URL.canParse(`${base}/${path}`)) return undefined;
  const url = new URL(`${base}/${path}`);
  return url.protocol === "https:" ? url : undefined;
}

function writeActivity(reply: Reply, where: AzureAddress): Partial<Activity> {
  const text = reply.bubbles.map((bubble) => bubble.text).join("\n\n");
  const speech = reply.bubbles.map((bubble) => bubble.speech ?? bubble.text).join("\n\n");
  const [activity] = writeActivities({ ...reply, bubbles: [{ text, speech }] });
  return {
    ...activity,
    textFormat: "plain",
    channelId: where.channelId,
    serviceUrl: where.serviceUrl,
    from: { id: where.bot, name: "" },
    recipient: { id: where.person, name: "" },
    conversation: { id: where.conversation, isGroup: false, conversationType: "personal", name: "" },
    ...(where.activity === undefined ? {} : { replyToId: where.activity }),
  };
}

const sentSchema = z.object({ id: z.string() });

function judge(answered: Answered, attempts: number): SendOutcome {
  const afterMilliseconds = Math.min(300, 2 ** attempts) * 1000;
  if (answered.kind === "unreached") return { kind: "retry", code: "unreached", afterMilliseconds };
  if (answered.kind === "silent") return { kind: "unknown" };
  const { status, body, retryAfterSeconds } = answered;
  const code = `http-${status}`;
  if (status >= 200 && status < 300) {
    const wireId = sentSchema.safeParse(body).data?.id;
    return wireId === undefined ? { kind: "sent" } : { kind: "sent", wireId };
  }
  if (status === 401 || status === 403) return { kind: "retry", code, afterMilliseconds: 300_000 };
  if (status === 429 || status === 503 || status === 412)
    return {
      kind: "retry",
      code,
      afterMilliseconds: retryAfterSeconds === undefined ? afterMilliseconds : retryAfterSeconds * 1000,
    };
  return status >= 500 || status === 408 ? { kind: "unknown" } : { kind: "dropped", code };
}
