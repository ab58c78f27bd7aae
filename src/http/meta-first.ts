import type { RequestListener } from "node:http";
import type { WhatsAppDoor } from "../channels/whatsapp/door.ts";
import { receiveWebhook, webhookPath } from "../channels/whatsapp/receive-webhook.ts";

/** Answers Meta's webhooks before anything that only pages need; all else goes on to `others`. */
export function metaFirst(door: WhatsAppDoor, others: RequestListener): RequestListener {
  const { config } = door;
  if (config === undefined) return others;
  const receive = receiveWebhook(config, door);
  return (request, response) => {
    if (request.method === "POST" && request.url === webhookPath) void receive(request, response);
    else others(request, response);
  };
}
