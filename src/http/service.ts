/**
 * Puts the whole product together: the one file that knows every room.
 *
 * @module
 */
import { createHash, randomUUID } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import express, { type Express } from "express";
import helmet from "helmet";
import { azureRoutes } from "../channels/azure/routes.ts";
import { naastBot } from "../channels/bot.ts";
import type { WhatsAppDoor } from "../channels/whatsapp/door.ts";
import { whatsAppRoutes } from "../channels/whatsapp/routes.ts";
import { auditFiles } from "../console/audit-file.ts";
import { withCallbackAsItIs } from "../conversation/callback-as-it-is.ts";
import { withoutShownCard } from "../conversation/card-without-storage.ts";
import { runTurns } from "../conversation/run-turns.ts";
import { sendReplies } from "../conversation/send-replies.ts";
import { takeTurn } from "../conversation/take-turn.ts";
import type { Claim, Commit } from "../conversation/turn-log.ts";
import { createLog } from "../operations/log.ts";
import { createMetrics } from "../operations/metrics.ts";
import { type Keyring, openKeyringFile, readKeyring } from "../privacy/keyring.ts";
import { openRedis } from "../storage/open-redis.ts";
import { openStorage } from "../storage/open-storage.ts";
import { personKeys } from "../storage/person-keys.ts";
import { personNumbers } from "../storage/person-seals.ts";
import type { CallbackId } from "../terms.ts";
import { answerErrors, answerUnknown } from "./answer-errors.ts";
import { askSecondOpinion, azureOpinion } from "./ask-second-opinion.ts";
import type { Config } from "./config.ts";
import { fallbackFor } from "./fallback.ts";
import { healthRoutes } from "./health.ts";
import { keepLoad } from "./keep-load.ts";
import { limitRates } from "./limit-rates.ts";
import { loadContent } from "./load-content.ts";
import { composeScript, loadOrganisation } from "./load-script.ts";
import { loadUnderstanding } from "./load-understanding.ts";
import { withKept } from "./look-up-kept.ts";
import { metaFirst } from "./meta-first.ts";
import { nurseConsole } from "./nurse-console.ts";
import { onlyFrom } from "./only-from.ts";
import { type Channels, openChannels } from "./open-channels.ts";
import { ownHost } from "./own-host.ts";
import { pageTheme } from "./page-theme.ts";
import { parentsPage } from "./parents-page.ts";
import { patience, trustedProxies } from "./patience.ts";
import { policyReports, reportPath } from "./policy-reports.ts";
import { recordErasure } from "./record-erasure.ts";
import { securityTxt } from "./security-txt.ts";
import type { World } from "./world.ts";

/** The product, running. */
export interface Service {
  /** Where it is served on this machine. */
  readonly url: string;
  /** One line on where things are kept. */
  readonly storage: string;
  readonly organisation: string;
  readonly tryOut: boolean;
  /** Takes nothing new, finishes what is in hand, and closes everything. */
  close(): Promise<void>;
}

/**
 * Starts the product.
 *
 * @throws {KnownError} `config.invalid`, `dialog.invalid`, `understanding.invalid` or `storage.*`: before
 *   anything listens.
 */
export async function startService(config: Config, root: string): Promise<Service> {
  const log = createLog(config.LOG_LEVEL);
  const metrics = createMetrics();
  const dataDirectory = resolve(config.DATA_DIR);
  const keyring = openKeyring(config, dataDirectory);
  const organisation = loadOrganisation(root, config.ORGANISATION_FILE, config.production);
  const content = loadContent(root);
  const understand = loadUnderstanding(root);
  const redis = await openRedis(
    { url: config.REDIS_URL, dataDirectory, scriptsDirectory: join(root, "src/storage/scripts") },
    log,
  );
  const secrets = personKeys(resolve(config.PERSON_KEYS_DIR ?? join(dataDirectory, "persons")), keyring);
  const audit = auditFiles(join(dataDirectory, "audit"), Date.now, personNumbers(secrets, keyring));
  const erased = recordErasure(audit, organisation.name, randomUUID());
  const storage = openStorage({
    redis,
    dataDirectory,
    keyring,
    personKeys: secrets,
    log,
    erased,
    dropped: (code) => metrics.count("reply-dropped", code),
  });

  const app = express();
  let answer: RequestListener = app;
  const server = createServer(patience, (request, response) => answer(request, response));
  const url = await listen(server, config);
  const publicUrl = config.PUBLIC_URL ?? url;
  const script = composeScript(root, content, understand, {
    organisation,
    whatsAppHealthText: config.WHATSAPP_HEALTH_TEXT,
    pageUrl: `${publicUrl}/`,
    callbackId: (person, id) =>
      createHash("sha256").update(`${person}/${id}`).digest("hex").slice(0, 32) as CallbackId,
  });

  const load = keepLoad(storage.callbacks, metrics.callbacksOpen);
  const world: World = {
    config,
    root,
    log,
    metrics,
    keyring,
    storage,
    script,
    publicUrl,
    dataDirectory,
    redis,
    audit,
  };
  const decide = (claim: Claim): Commit =>
    takeTurn(claim, script, { now: Date.now(), load: load.now(), spoken: claim.spoken });
  const channels = openChannels(world, decide);
  const bot = naastBot(decide);
  const opinion = await azureOpinion(config, metrics);
  const turns = runTurns({
    turnLog: storage.turnLog,
    log,
    fallback: (claim) => fallbackFor(claim, script),
    async answer(claim) {
      const began = performance.now();
      const known = await withCallbackAsItIs(claim, storage.callbacks);
      const fresh = await withKept(known, storage.callbacks, audit);
      const spoken = await askSecondOpinion(fresh, understand, opinion);
      const commit = await channels.adapters[claim.inbound.channel].answer({ ...fresh, spoken }, bot);
      metrics.turnTook(performance.now() - began);
      if (commit.reply?.card) metrics.count("card", commit.reply.card);
      return await withoutShownCard(claim, commit, storage.shownCards);
    },
    counted: (result) => metrics.count("turn", result),
  });
  const replies = sendReplies({
    outbox: storage.outbox,
    send: channels.send,
    log,
    lost: (outgoing) => channels.bringBack(outgoing, "never"),
    counted(outgoing, outcome) {
      metrics.count(`send-${outgoing.channel}`, outcome.kind);
      if (outcome.kind === "dropped") metrics.count("reply-dropped", outcome.code);
    },
  });
  const nurses = nurseConsole(world);

  const whatsApp = whatsAppDoor(world, channels);
  compose(app, world, { channels, whatsApp, nurses: nurses.router }, redis.describe);
  answer = metaFirst(whatsApp, app);
  channels.web.attach(server);
  return {
    url,
    storage: redis.describe,
    organisation: organisation.name,
    tryOut: organisation.tryOut,
    async close() {
      const closed = new Promise((done) => server.close(done));
      channels.web.close();
      await nurses.close();
      server.closeIdleConnections();
      await turns.stop();
      await replies.stop();
      load.stop();
      server.closeAllConnections();
      await closed;
      await storage.close();
    },
  };
}

function whatsAppDoor({ storage, log, metrics }: World, channels: Channels): WhatsAppDoor {
  return {
    config: channels.whatsApp,
    turnLog: storage.turnLog,
    outbox: storage.outbox,
    transit: storage.transit,
    bringBack: channels.bringBack,
    aliases: storage.aliases,
    pseudonym: (name) => storage.names.person("whatsapp", name),
    withoutStorage: channels.withoutStorage.whatsapp,
    deadLetter: storage.deadLetters.keep,
    clock: Date.now,
    log,
    metrics,
  };
}

interface Doors {
  readonly channels: Channels;
  readonly whatsApp: WhatsAppDoor;
  readonly nurses: express.Router;
}

function compose(
  app: Express,
  world: World,
  { channels, whatsApp, nurses }: Doors,
  storageLine: string,
): void {
  const { config, log, metrics, storage, script, publicUrl, root } = world;
  app.disable("x-powered-by");
  app.set("trust proxy", trustedProxies(config.TRUST_PROXY));
  app.use(
    helmet({
      contentSecurityPolicy: {
        directives: { defaultSrc: ["'none'"], reportUri: [reportPath] },
        useDefaults: false,
      },
      strictTransportSecurity: publicUrl.startsWith("https:"),
    }),
  );
  app.use((_request, response, next) => {
    // what may be kept says so itself
    response.set("Cache-Control", "no-store");
    next();
  });
  app.use(ownHost(config.CONSOLE_URL));
  app.use(limitRates(storage.rateLimits, (rate) => metrics.count("too-many", rate)));
  app.use(
    healthRoutes({
      fitness: () => storage.fitness(),
      metrics: () => metrics.registry.metrics(),
      metricsToken: config.METRICS_TOKEN,
      storage: storageLine,
    }),
  );
  app.use(policyReports((directive) => metrics.count("policy-kept", directive)));
  app.use(whatsAppRoutes(whatsApp));
  app.use(
    azureRoutes({
      connector: channels.azure,
      turnLog: storage.turnLog,
      pseudonym: (name) => storage.names.person("azure", name),
      withoutStorage: channels.withoutStorage.azure,
      clock: Date.now,
      log,
      metrics,
    }),
  );
  app.use("/v3/directline", channels.web.router);
  app.use(
    "/nurse",
    onlyFrom(config.CONSOLE_ADDRESSES, () => metrics.count("console-refused", "address")),
    nurses,
  );
  app.use(securityTxt(script.organisation.security, publicUrl));
  app.use(
    parentsPage({
      root,
      publicUrl,
      embedOrigins: config.EMBED_ORIGINS,
      organisation: script.organisation,
      theme: pageTheme(script.organisation, config.ORGANISATION_FILE ?? root),
    }),
  );
  app.use(answerUnknown);
  app.use(answerErrors(log));
}

function openKeyring(config: Config, dataDirectory: string): Keyring {
  return config.DATA_KEYS === undefined
    ? openKeyringFile(join(dataDirectory, "keys"))
    : readKeyring(config.DATA_KEYS);
}

function listen(server: Server, { HOST, PORT }: Config): Promise<string> {
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(PORT, HOST, () => {
      const { address, port, family } = server.address() as AddressInfo;
      done(`http://${family === "IPv6" ? `[${address}]` : address}:${port}`);
    });
  });
}
