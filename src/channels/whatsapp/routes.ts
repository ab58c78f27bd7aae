import { createHash, timingSafeEqual } from "node:crypto";
import express, { type Request, type Response, type Router } from "express";
import { type ErrorCode, errorCodes, KnownError } from "../../errors.ts";
import { Private } from "../../privacy/private.ts";
import { readBody } from "../read-body.ts";
import { readJson } from "../read-json.ts";
import { acceptWebhook } from "./accept-webhook.ts";
import type { WhatsAppConfig } from "./config.ts";
import type { WhatsAppDoor } from "./door.ts";
import { readWebhook } from "./read-webhook.ts";
import { looksLikeSignature, verifySignature } from "./verify-signature.ts";

const path = "/webhooks/whatsapp";
/** Meta sends up to three megabytes. */
const largestBytes = 4 * 1024 * 1024;

/**
 * Meta's door: proves whose it is, and takes in what comes.
 *
 * A webhook is answered 200 when what it brought is safe, or when sending it again could not help. 503 says
 * "again, please", and only storage makes us say it. Nothing is decided here and nothing is sent.
 */
export function whatsAppRoutes(door: WhatsAppDoor): Router {
  const router = express.Router();
  const { config } = door;
  if (config === undefined) {
    router.all(path, (_request, response) => refuse(response, "channel.not-configured", door));
    return router;
  }
  router.get(path, (request, response) => answerChallenge(request, response, config, door));
  router.post(path, (request, response) => takeIn(request, response, config, door));
  return router;
}

function answerChallenge(
  request: Request,
  response: Response,
  { verifyToken }: WhatsAppConfig,
  door: WhatsAppDoor,
): void {
  const query = new Map(Object.entries(request.query));
  const refusal = refusalOfChallenge(query, verifyToken);
  if (refusal !== undefined) refuse(response, refusal, door);
  else response.status(200).type("text/plain").send(query.get("hub.challenge"));
}

/** What is given back is digits only: nobody gets to write on our pages by way of it. */
function refusalOfChallenge(query: ReadonlyMap<string, unknown>, verifyToken: string): ErrorCode | undefined {
  const token = query.get("hub.verify_token");
  const challenge = query.get("hub.challenge");
  if (query.get("hub.mode") !== "subscribe" || typeof token !== "string" || !isSame(token, verifyToken))
    return "channel.forbidden";
  const isChallenge = typeof challenge === "string" && /^\d{1,64}$/.test(challenge);
  return isChallenge ? undefined : "channel.payload-unreadable";
}

/** Compares hashes, which are equally long, so that neither length nor first letters can be measured. */
function isSame(told: string, expected: string): boolean {
  const hash = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(hash(told), hash(expected));
}

async function takeIn(
  request: Request,
  response: Response,
  config: WhatsAppConfig,
  door: WhatsAppDoor,
): Promise<void> {
  const refusal = refusalByHeaders(request);
  if (refusal !== undefined) return refuse(response, refusal, door);
  const bytes = await readBody(request, largestBytes);
  if (bytes === undefined) return hangUp(request, response, door);
  if (!verifySignature(bytes, request.get("x-hub-signature-256"), config.appSecrets))
    return refuse(response, "channel.signature-mismatch", door);
  await takeInSigned(bytes, response, config, door);
}

/** What can be refused without reading a body, so that a flood of forgeries costs little. */
function refusalByHeaders(request: Request): ErrorCode | undefined {
  if (Number(request.get("content-length")) > largestBytes) return "channel.payload-too-large";
  // only bytes as they came can be verified, and Meta never compresses
  if ((request.get("content-encoding") ?? "identity") !== "identity") return "channel.payload-unreadable";
  return looksLikeSignature(request.get("x-hub-signature-256")) ? undefined : "channel.signature-mismatch";
}

function hangUp(request: Request, response: Response, door: WhatsAppDoor): void {
  response.set("connection", "close").once("finish", () => request.destroy());
  refuse(response, "channel.payload-too-large", door);
}

async function takeInSigned(
  bytes: Uint8Array,
  response: Response,
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

function acknowledge(response: Response): void {
  response.writeHead(200, { "content-type": "text/plain", "content-length": 0 }).end();
}

function refuse(response: Response, code: ErrorCode, { metrics }: WhatsAppDoor): void {
  metrics.count("webhook", code);
  if (!response.headersSent) response.status(errorCodes[code].status).json({ code });
}

function codeOf(error: unknown): string {
  return error instanceof KnownError ? error.code : "unexpected";
}
