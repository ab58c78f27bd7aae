import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Router } from "express";
import { knockText } from "../channels/whatsapp/templates.ts";
import { alertByWebhook } from "../console/alert.ts";
import { keepPromises } from "../console/keep-promises.ts";
import { oidc } from "../console/oidc.ts";
import type { ParentLine } from "../console/parent.ts";
import { consoleRoutes } from "../console/routes.ts";
import { noteServedAt } from "../console/served-at.ts";
import type { SignIn } from "../console/sign-in.ts";
import { ticketKey } from "../console/ticket.ts";
import { deriveKeys } from "../privacy/derive-key.ts";
import { Private } from "../privacy/private.ts";
import { sealer } from "../privacy/seal.ts";
import { burnTickets } from "../storage/burnt-tickets.ts";
import { findConversation } from "../storage/find-conversation.ts";
import { redisSessionStore } from "../storage/session-store.ts";
import { egress } from "./egress.ts";
import { readTranscript } from "./transcript.ts";
import type { World } from "./world.ts";

/** The nurses' side: the console, and what the passing of time asks for. */
export interface NurseConsole {
  readonly router: Router;
  close(): Promise<void>;
}

export function nurseConsole(world: World): NurseConsole {
  const { config, root, log, metrics, keyring, storage, script, publicUrl, dataDirectory, redis, audit } =
    world;
  const { timers } = storage;
  const consoleUrl = config.CONSOLE_URL ?? publicUrl;
  const conversation = findConversation(redis.link, sealer(keyring));
  const parent: ParentLine = {
    outbox: storage.outbox,
    say: (locale, key, values) => script.catalogue.text(locale, `followup:${key}`, values),
    async wayBack(person) {
      const known = await conversation(person);
      return known === undefined ? undefined : { ...known, address: new Private(known.address) };
    },
    async park({ key, person, channel, words, told, address }) {
      const sentAt = Date.now();
      const [isNew = false] = await storage.turnLog.accept([
        { id: key, person, channel, kind: "told", words, told, sentAt, address },
      ]);
      return isNew;
    },
    knockText,
    clock: Date.now,
  };
  const alerts = alertByWebhook(
    config.ALERT_WEBHOOK_URL,
    `${consoleUrl}/nurse`,
    log,
    egress<RequestInit, Response>(config, globalThis.fetch),
  );
  const site = consoleRoutes({
    world: {
      queue: storage.callbacks,
      notes: storage.notes,
      readings: storage.readings,
      alert: alerts.bulkReading,
      timers,
      audit,
      parent,
      organisation: script.organisation,
      transcript: (path, language) => readTranscript(path, language, script.book, script.catalogue),
      clock: Date.now,
      instance: randomUUID(),
    },
    signIn: signInWith(world),
    sessionStore: redisSessionStore(redis.link),
    sessionSecrets: deriveKeys(keyring, "console-session").map((key) => Buffer.from(key).toString("base64")),
    publicUrl: config.CONSOLE_URL ?? config.PUBLIC_URL,
    files: { assets: join(root, "dist/web/console"), locales: join(root, "locales") },
    heard: () => log.error({ code: "unknown" }, "the console failed"),
  });
  const promises = keepPromises({
    queue: storage.callbacks,
    timers,
    parent,
    async alert(broken) {
      for (let n = 0; n < broken; n += 1) metrics.count("promise", "broken");
      await alerts.brokenPromises(broken);
    },
    clock: Date.now,
    log,
    async ask({ key, person, dialog, about }) {
      const known = await conversation(person);
      if (known === undefined) return;
      await storage.turnLog.accept([
        {
          id: key,
          person,
          channel: known.channel,
          kind: "due",
          asks: dialog,
          ...(about === null ? {} : { about }),
          words: new Private(""),
          sentAt: Date.now(),
          address: new Private(known.address),
        },
      ]);
    },
  });
  const forgetServedAt = noteServedAt(dataDirectory, consoleUrl);
  return {
    router: site.router,
    async close() {
      forgetServedAt();
      await promises.stop();
      await site.close();
      await audit.close();
    },
  };
}

function signInWith({ config, dataDirectory, redis }: World): SignIn {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET, OIDC_FACTORS } = config;
  if (OIDC_ISSUER !== undefined && OIDC_CLIENT_ID !== undefined && OIDC_CLIENT_SECRET !== undefined) {
    return {
      kind: "oidc",
      oidc: oidc({
        issuer: OIDC_ISSUER,
        clientId: OIDC_CLIENT_ID,
        clientSecret: OIDC_CLIENT_SECRET,
        factors: OIDC_FACTORS,
      }),
    };
  }
  return { kind: "local", key: ticketKey(dataDirectory), burn: burnTickets(redis.link) };
}
