import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import express from "express";
import session from "express-session";
import { auditFiles } from "../../src/console/audit-file.ts";
import type { Parking, WayBack } from "../../src/console/parent.ts";
import { type Console, type ConsoleOptions, consoleRoutes } from "../../src/console/routes.ts";
import { ticketKey, writeTicket } from "../../src/console/ticket.ts";
import type { ConsoleWorld } from "../../src/console/world.ts";
import type { NewOutgoing } from "../../src/conversation/turn-log.ts";
import type { CallbackRequest } from "../../src/escalation/callback.ts";
import { readKeyring } from "../../src/privacy/keyring.ts";
import { Private } from "../../src/privacy/private.ts";
import { pseudonyms } from "../../src/privacy/pseudonym.ts";
import { sealer } from "../../src/privacy/seal.ts";
import { burnTickets } from "../../src/storage/burnt-tickets.ts";
import { redisCallbackNotes } from "../../src/storage/callback-notes.ts";
import { redisCallbackQueue } from "../../src/storage/callback-queue.ts";
import { redisReadings } from "../../src/storage/readings.ts";
import { connectRedis, type RedisLink } from "../../src/storage/redis-link.ts";
import { readScripts } from "../../src/storage/scripts.ts";
import { sealed } from "../../src/storage/sealed.ts";
import { redisSessionStore } from "../../src/storage/session-store.ts";
import { redisTimers } from "../../src/storage/timers.ts";
import type { CallbackId, PersonId } from "../../src/terms.ts";
import { organisationWith } from "../escalation/sample.ts";
import { subjectsIn } from "../support/subjects.ts";

const quietLog = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** A Redis of its own on a socket, gone with `stop`. */
async function startRedis(): Promise<{ link: RedisLink; folder: string; stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "naast-console-"));
  const path = join(folder, "redis.sock");
  const server: ChildProcess = spawn(
    "redis-server",
    ["--port", "0", "--unixsocket", path, "--save", "", "--dir", folder, "--maxmemory-policy", "noeviction"],
    { stdio: "ignore" },
  );
  const link = await connectRedis({ kind: "socket", path }, readScripts("src/storage/scripts"), quietLog);
  for (let tries = 0; tries < 100 && !link.ready; tries += 1)
    await new Promise((done) => setTimeout(done, 50));
  return {
    link,
    folder,
    async stop() {
      await link.close();
      server.kill("SIGKILL");
      await new Promise((done) => server.once("exit", done));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const keyring = readKeyring(
  `first:${randomBytes(32).toString("base64")},person:${randomBytes(32).toString("base64")}`,
);

function queueOn(link: RedisLink, leaseMilliseconds = 60_000) {
  const seal = sealer(keyring);
  return {
    notes: redisCallbackNotes(link, seal),
    queue: redisCallbackQueue({
      link,
      sealed: sealed(seal),
      names: pseudonyms(keyring),
      log: quietLog,
      durable: async () => undefined,
      leaseMilliseconds,
    }),
  };
}

export interface Bench {
  readonly url: string;
  readonly world: Omit<ConsoleWorld, "signedIn" | "signOut">;
  readonly sent: NewOutgoing[];
  readonly parked: Parking[];
  readonly alerted: number[];
  readonly ways: Map<PersonId, WayBack>;
  readonly folder: string;
  readonly link: RedisLink;
  /** Moves the console's clock, not the store's. */
  pass(milliseconds: number): void;
  /** Signs in through a link and gives the cookie. */
  signIn(
    who?: Partial<{ name: string; role: "nurse" | "lead" | "auditor"; region: string }>,
  ): Promise<Visitor>;
  /** Puts a callback in line. */
  ask(changes?: Partial<CallbackRequest>): Promise<CallbackId>;
  stop(): Promise<void>;
}

/** Somebody with a session. */
export interface Visitor {
  readonly cookie: string;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers field by field
  readonly body: any;
}

/** The whole console on a real server with a real Redis; only the clock and the channels are ours. */
export async function startBench(
  changes: Partial<ConsoleOptions> & { memorySessions?: boolean } = {},
): Promise<Bench> {
  const redis = await startRedis();
  const { link, folder } = redis;
  const key = ticketKey(folder);
  const sent: NewOutgoing[] = [];
  const parked: Parking[] = [];
  const alerted: number[] = [];
  const ways = new Map<PersonId, WayBack>();
  let passed = 0;
  const clock = () => Date.now() + passed;
  const audit = auditFiles(join(folder, "audit"), clock, subjectsIn(folder));
  const world: Omit<ConsoleWorld, "signedIn" | "signOut"> = {
    ...queueOn(link),
    timers: redisTimers(link),
    audit,
    organisation: organisationWith(),
    readings: redisReadings(link, pseudonyms(keyring)),
    alert: async (opened) => void alerted.push(opened),
    clock,
    instance: "test",
    transcript: (path) => path.map((text) => ({ by: "naast" as const, text })),
    parent: {
      wayBack: async (person) => ways.get(person),
      park: async (message) => {
        const first = !parked.some(({ key: known }) => known === message.key);
        if (first) parked.push(message);
        return first;
      },
      knockText: (knock, language) => `${knock} in ${language}`,
      clock,
      say: (locale, text, values) => `${locale} ${text} ${JSON.stringify(values ?? {})}`,
      outbox: {
        claim: async () => undefined,
        settle: async () => undefined,
        arrived: async () => undefined,
        put: async (message: NewOutgoing) => {
          const first = !sent.some(({ key: known }) => known === message.key);
          if (first) sent.push(message);
          return first;
        },
      } as unknown as ConsoleWorld["parent"]["outbox"],
    },
  };
  const options: ConsoleOptions = {
    world,
    signIn: { kind: "local", key, burn: burnTickets(link) },
    sessionStore: changes.memorySessions === true ? new session.MemoryStore() : redisSessionStore(link),
    sessionSecrets: ["a secret of the test"],
    files: { assets: "test/console/assets", locales: "locales" },
    heard: (error) => {
      throw error;
    },
    ...changes,
  };
  const made = consoleRoutes(options);
  const { server, url } = await listen(made);
  const visit = (cookie: string): Visitor => ({
    cookie,
    get: (path, headers = {}) => ask(`${url}${path}`, { headers: { cookie, ...headers } }),
    post: (path, body = {}, headers = {}) =>
      ask(`${url}${path}`, {
        method: "POST",
        headers: { cookie, origin: url, "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
  });

  return {
    url,
    world,
    sent,
    parked,
    alerted,
    ways,
    folder,
    link,
    pass: (milliseconds) => {
      passed += milliseconds;
    },
    async signIn({ name = "Noor", role = "nurse", region = "all" } = {}) {
      const ticket = await writeTicket(key, { name, role, region });
      const answer = await fetch(`${url}/nurse/sign-in?ticket=${ticket}`, { redirect: "manual" });
      return visit((answer.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "");
    },
    async ask(changed = {}) {
      const id = randomUUID() as unknown as CallbackId;
      const request = requestFor(changed, clock());
      ways.set(request.person, {
        channel: request.channel,
        address: new Private("address"),
        locale: request.locale,
        lastInboundAt: clock(),
      });
      return (await world.queue.open(id, request)).id;
    },
    async stop() {
      await made.close();
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
      await audit.close();
      await redis.stop();
    },
  };
}

export function requestFor(changes: Partial<CallbackRequest>, now: number): CallbackRequest {
  return {
    person: randomUUID() as unknown as PersonId,
    channel: "directline",
    locale: "pl-simple",
    lane: "soon",
    reason: "sleep",
    words: "Mój syn budzi się co godzinę.",
    ageBand: "P1",
    phone: "+31612345678",
    moment: "morning",
    voicemailSafe: false,
    interpreter: true,
    meeting: "call",
    preferredNurse: null,
    region: "noord",
    path: ["sleep:first", "sleep:second"],
    rules: ["worn-out"],
    consents: ["passing-on"],
    consentVersion: "2026-11",
    requestedAt: now,
    promisedAt: now + 4 * 3_600_000,
    ...changes,
  };
}

async function ask(url: string, init: RequestInit): Promise<Answer> {
  const answer = await fetch(url, { redirect: "manual", ...init });
  const text = await answer.text();
  const isJson = /json/.test(answer.headers.get("content-type") ?? "");
  return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
}

async function listen(made: Console): Promise<{ server: Server; url: string }> {
  const app = express();
  app.use("/nurse", made.router);
  const server = createServer(app);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}
