import type { IncomingMessage, ServerResponse } from "node:http";
import { type ErrorCode, errorCodes, KnownError } from "../../errors.ts";
import { Private } from "../../privacy/private.ts";
import { readBody } from "../read-body.ts";
import { readJson } from "../read-json.ts";
import { acceptWebhook } from "./accept-webhook.ts";
import type { WhatsAppConfig } from "./config.ts";
import type { WhatsAppDoor } from "./door.ts";
import { holdForgeries } from "./hold-forgeries.ts";
import { readWebhook } from "./read-webhook.ts";
import { looksLikeSignature, verifySignature } from "./verify-signature.ts";

export const webhookPath = "/webhooks/whatsapp";
/** Meta sends up to three megabytes. */
const largestBytes = 4 * 1024 * 1024;

/**
 * Takes in what comes through Meta's door, once it has proved whose it is.
 *
 * A webhook is answered 200 when what it brought is safe, or when sending it again could not help. 503 says
 * "again, please", and only storage makes us say it. Nothing is decided here and nothing is sent.
 *
 * It needs nothing of what stands before the pages, so that a flood of forgeries costs little.
 */
export function receiveWebhook(config: WhatsAppConfig, door: WhatsAppDoor) {
  const hold = holdForgeries();
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const signed = await readSigned(request, config);
      if (signed === "channel.signature-mismatch") await hold();
      if (signed === "channel.payload-too-large") hangUp(request, response, door);
      else if (typeof signed === "string") refuse(response, signed, door);
      else await takeInSigned(signed, response, config, door);
    } catch (error) {
      door.log.error({ channel: "whatsapp", code: codeOf(error) }, "a webhook could not be read");
      refuse(response, "storage.unavailable", door);
    }
  };
}

/** The body as Meta signed it, or why it is refused. */
async function readSigned(
  request: IncomingMessage,
  { appSecrets }: WhatsAppConfig,
): Promise<Uint8Array | ErrorCode> {
  const refusal = refusalByHeaders(request);
  if (refusal !== undefined) return refusal;
  const bytes = await readBody(request, largestBytes);
  if (bytes === undefined) return "channel.payload-too-large";
  return verifySignature(bytes, signatureOf(request), appSecrets) ? bytes : "channel.signature-mismatch";
}

/** What can be refused without reading a body, so that a flood of forgeries costs little. */
function refusalByHeaders(request: IncomingMessage): ErrorCode | undefined {
  const { headers } = request;
  if (Number(headers["content-length"]) > largestBytes) return "channel.payload-too-large";
  // only bytes as they came can be verified, and Meta never compresses
  if ((headers["content-encoding"] ?? "identity") !== "identity") return "channel.payload-unreadable";
  return looksLikeSignature(signatureOf(request)) ? undefined : "channel.signature-mismatch";
}

function signatureOf({ headers }: IncomingMessage): string | undefined {
  const signature = headers["x-hub-signature-256"];
  return typeof signature === "string" ? signature : undefined;
}

function hangUp(request: IncomingMessage, response: ServerResponse, door: WhatsAppDoor): void {
  response.setHeader("connection", "close").once("finish", () => request.destroy());
  refuse(response, "channel.payload-too-large", door);
}

async function takeInSigned(
  bytes: Uint8Array,
  response: ServerResponse,
  config: WhatsAppConfig,
  door: WhatsAppDoor,
): Promise<void> {
  const webhook = readWebhook(readJson(bytes), config.phoneNumberId);
  if (webhook === undefined || webhook.left.includes("unreadable")) await keepUnreadable(bytes, door);
  try {
    if (webhook !== undefined) await acceptWebhook(webhook, config.phoneNumberId, door);
    acknowledge(response);
  } catch (error) {
    door.log.error(
      { channel: "whatsapp", code: codeOf(error) },
      "a webhook could not be kept; Meta tries again",
    );
    refuse(response, "storage.unavailable", door);
  }
}

async function keepUnreadable(bytes: Uint8Array, { deadLetter, log, metrics }: WhatsAppDoor): Promise<void> {
  metrics.count("webhook", "unreadable");
  log.warn({ channel: "whatsapp", count: bytes.length }, "Meta signed a body that cannot be read");
  try {
    await deadLetter?.(new Private(bytes));
  } catch (error) {
    log.error({ channel: "whatsapp", code: codeOf(error) }, "an unreadable body could not be kept");
  }
}

function acknowledge(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/plain", "content-length": 0 }).end();
}

export function refuse(response: ServerResponse, code: ErrorCode, { metrics }: WhatsAppDoor): void {
  metrics.count("webhook", code);
  if (response.headersSent) return;
  const body = JSON.stringify({ code });
  response
    .writeHead(errorCodes[code].status, {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    })
    .end(body);
}

function codeOf(error: unknown): string {
  return error instanceof KnownError ? error.code : "unexpected";
}
