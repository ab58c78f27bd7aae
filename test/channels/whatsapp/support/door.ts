import { createHash, createHmac } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import type { WhatsAppConfig } from "../../../../src/channels/whatsapp/config.ts";
import type { WhatsAppDoor } from "../../../../src/channels/whatsapp/door.ts";
import { whatsAppRoutes } from "../../../../src/channels/whatsapp/routes.ts";
import type { Private } from "../../../../src/privacy/private.ts";
import type { PersonId } from "../../../../src/terms.ts";
import { memoryLog } from "./turn-log.ts";

export const config: WhatsAppConfig = {
  verifyToken: "agreed-with-meta",
  appSecrets: ["new-secret", "old-secret"],
  accessToken: "token-of-meta",
  phoneNumberId: "106540352242922",
  graphUrl: "http://127.0.0.1:1/v25.0",
};

export const pseudonym = (name: string): PersonId =>
  createHash("sha256").update(name).digest("hex").slice(0, 24) as PersonId;

/** The person behind a number or an id of Meta's, as the door names them. */
export const personOf = (name: string, phoneNumberId = config.phoneNumberId): PersonId =>
  pseudonym(`${phoneNumberId}:${name}`);

/** The door on a real port, with everything behind it in sight. */
export async function openDoor(overrides: Partial<WhatsAppDoor> = {}) {
  const log = memoryLog();
  const counts: Record<string, number> = {};
  const lines: string[] = [];
  const deadLetters: Private<Uint8Array>[] = [];
  const note = (facts: object, message: string) => lines.push(`${JSON.stringify(facts)} ${message}`);
  const app = express();
  app.use(
    whatsAppRoutes({
      config,
      turnLog: log.turnLog,
      outbox: log.outbox,
      transit: log.transit,
      bringBack: log.bringBack,
      pseudonym,
      clock: Date.now,
      log: { info: note, warn: note, error: note },
      metrics: {
        count: (event, by) => {
          counts[`${event} ${by}`] = (counts[`${event} ${by}`] ?? 0) + 1;
        },
      },
      deadLetter: async (body) => {
        deadLetters.push(body);
      },
      ...overrides,
    }),
  );
  const server = createServer(app);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/whatsapp`;
  return {
    ...log,
    url,
    counts,
    lines,
    deadLetters,
    deliver: (body: unknown) => deliver(url, JSON.stringify(body)),
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

export function sign(bytes: string | Uint8Array, secret = "new-secret"): string {
  return `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
}

export type OpenDoor = Awaited<ReturnType<typeof openDoor>>;

/** Sends bytes as Meta would, signed unless told otherwise. */
export function deliver(url: string, body: string | Uint8Array, headers: Record<string, string> = {}) {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": sign(body), ...headers },
    body: typeof body === "string" ? body : Buffer.from(body),
  });
}
