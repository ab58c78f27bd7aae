import { createHmac } from "node:crypto";
import { KnownError } from "../../../src/errors.ts";
import { asked, type Control } from "./control.ts";
import { standIn } from "./stand-in.ts";

const signed = (body: string) => `sha256=${createHmac("sha256", "secret-1").update(body).digest("hex")}`;

function aWebhook(phoneNumberId: string): object {
  const timestamp = String(Math.floor(Date.now() / 1000));
  const messages = [{ id: "w", from: "31612345678", timestamp, type: "text", text: { body: "x" } }];
  const value = { messaging_product: "whatsapp", metadata: { phone_number_id: phoneNumberId }, messages };
  const entry = [{ id: "e", changes: [{ field: "messages", value }] }];
  return { object: "whatsapp_business_account", entry };
}

/** Controls of what Meta sends, or seems to send. */
export const ofWebhooks: readonly Control[] = [
  {
    row: 1,
    threat: "a forged webhook",
    file: "src/channels/whatsapp/verify-signature.ts",
    without: ["return fits.includes(true);", "return true;"],
    holds: ({ verifySignature }) =>
      verifySignature(Buffer.from("{}"), signed("{}"), ["secret-1"]) === true &&
      verifySignature(Buffer.from("{ }"), signed("{}"), ["secret-1"]) === false,
  },
  {
    row: 2,
    threat: "a secret that is being rotated refuses what Meta signs",
    file: "src/channels/whatsapp/verify-signature.ts",
    without: ["appSecrets.map(", "appSecrets.slice(0, 1).map("],
    holds: ({ verifySignature }) =>
      verifySignature(Buffer.from("{}"), signed("{}"), ["secret-2", "secret-1"]),
  },
  {
    row: 3,
    threat: "a signed message is sent again after nine days",
    file: "src/channels/whatsapp/accept-webhook.ts",
    without: ["if (now - readTime(message.timestamp, now) > oldestMilliseconds)", "if (false)"],
    async holds({ acceptWebhook }) {
      const nineDaysAgo = String(Math.floor(Date.now() / 1000) - 9 * 86_400);
      const message = {
        id: "w",
        from: "31612345678",
        timestamp: nineDaysAgo,
        type: "text",
        text: { body: "x" },
      };
      const door = standIn();
      await acceptWebhook({ delivered: [{ message, contacts: [] }], statuses: [], left: [] }, "1", door);
      return door.taken.length === 0;
    },
  },
  {
    row: 4,
    threat: "a signed message for another organisation's number",
    file: "src/channels/whatsapp/read-webhook.ts",
    without: [
      "else if (read.metadata.phone_number_id !== phoneNumberId)",
      "else if (phoneNumberId === undefined)",
    ],
    holds: ({ readWebhook }) => readWebhook(aWebhook("2"), "1").delivered.length === 0,
  },
  {
    row: 5,
    threat: "Meta's question brings a page to show",
    file: "src/channels/whatsapp/routes.ts",
    without: ["/^\\d{1,64}$/.test(challenge)", "true"],
    async holds({ whatsAppRoutes }) {
      const query = "hub.mode=subscribe&hub.verify_token=verify&hub.challenge=%3Cscript%3E";
      return (await asked(whatsAppRoutes(standIn()), `/webhooks/whatsapp?${query}`)).status === 400;
    },
  },
  {
    row: 16,
    threat: "a message is acknowledged that could not be kept",
    file: "src/channels/whatsapp/receive-webhook.ts",
    without: [
      '"a webhook could not be kept; Meta tries again",\n    );\n    refuse(response, "storage.unavailable", door);',
      '"a webhook could not be kept",\n    );\n    acknowledge(response);',
    ],
    also: ["src/channels/whatsapp/routes.ts"],
    async holds({ whatsAppRoutes }) {
      const body = JSON.stringify(aWebhook("1"));
      const away = async () => {
        throw new KnownError("storage.unavailable", "away");
      };
      const headers = { "x-hub-signature-256": signed(body) };
      const door = whatsAppRoutes({ ...standIn(), turnLog: { accept: away } });
      return (await asked(door, "/webhooks/whatsapp", { method: "POST", headers, body })).status === 503;
    },
  },
];
