import { createHash, timingSafeEqual } from "node:crypto";
import express, { type Request, type Response, type Router } from "express";
import type { ErrorCode } from "../../errors.ts";
import type { WhatsAppConfig } from "./config.ts";
import type { WhatsAppDoor } from "./door.ts";
import { receiveWebhook, refuse, webhookPath } from "./receive-webhook.ts";

/** Meta's door among the routes of the product: the challenge with which Meta makes sure of it, and its webhooks. */
export function whatsAppRoutes(door: WhatsAppDoor): Router {
  const router = express.Router();
  const { config } = door;
  if (config === undefined) {
    router.all(webhookPath, (_request, response) => refuse(response, "channel.not-configured", door));
    return router;
  }
  router.get(webhookPath, (request, response) => answerChallenge(request, response, config, door));
  router.post(webhookPath, receiveWebhook(config, door));
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
