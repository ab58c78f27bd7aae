/**
 * A stand-in for Meta on this machine: takes what a product sends over WhatsApp, answers as Meta documents it,
 * fails on demand, and sends signed webhooks back.
 *
 * It knows nothing of Naast. It cannot prove that Meta itself would take a message.
 *
 * @module
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../terms.ts";
import {
  type Ask,
  askPlainly,
  deliverWebhook,
  type Json,
  type Line,
  messagesChange,
  type Person,
  statusesChange,
} from "./meta-webhooks.ts";
import { type PairLimit, pairLimiter } from "./pair-limit.ts";

/** What goes wrong with one message. */
export type Fault =
  /** Meta refuses with one of its codes. */
  | { readonly kind: "refuse"; readonly code: number; readonly status?: number; readonly retryAfter?: number }
  /** A gateway in front of Meta answers with a page. */
  | { readonly kind: "gateway"; readonly status: number }
  /** The connection breaks before Meta took the message, or after. */
  | { readonly kind: "cut"; readonly taken: boolean }
  /** Meta takes the message and says only later, by a status, that it failed. */
  | { readonly kind: "fail-later"; readonly code: number }
  /** Nothing is wrong but the time it takes. */
  | { readonly kind: "slow"; readonly milliseconds: number }
  /** No answer ever comes, whether Meta took the message or not. */
  | { readonly kind: "silent"; readonly taken: boolean };

/** One message as it came in. */
export interface Received {
  readonly at: number;
  readonly payload: Json;
  /** The number or id it went to. */
  readonly whom: string;
  readonly opaque: string | undefined;
  /** Meta's id of it; undefined when it was not taken. */
  readonly wireId: string | undefined;
  readonly fault: Fault | undefined;
  /** What the schemas have to say against it. */
  readonly problems: readonly string[];
}

export interface MetaStubOptions {
  readonly phoneNumberId?: string;
  readonly accessToken?: string;
  readonly appSecret?: string;
  readonly webhookUrl?: string;
  readonly version?: string;
  readonly redeliveries?: number;
  readonly clock?: Clock;
  /** Finds faults in a payload; a message with any is refused with 131009, as Meta does. */
  readonly check?: (payload: unknown) => readonly string[];
  readonly pairLimit?: PairLimit;
  /** How long after someone wrote words are let through; what comes later fails later, but a template. */
  readonly windowMilliseconds?: number;
  /** Statuses that follow a message, with the pause before each; none when empty. */
  readonly statuses?: readonly { readonly status: string; readonly afterMilliseconds: number }[];
}

export type MetaStub = Awaited<ReturnType<typeof startMetaStub>>;

/** Starts a stand-in on a free port of this machine. */
export async function startMetaStub(options: MetaStubOptions = {}) {
  const settings = {
    phoneNumberId: "106540352242922",
    accessToken: "stub-access-token",
    appSecret: "stub-app-secret",
    version: "v25.0",
    redeliveries: 3,
    clock: Date.now,
    check: (): readonly string[] => [],
    statuses: [
      { status: "sent", afterMilliseconds: 5 },
      { status: "delivered", afterMilliseconds: 20 },
    ],
    ...options,
  };
  let webhookUrl = (): string => options.webhookUrl ?? "";
  let askWebhook = askPlainly;
  let planned: Fault[] = [];
  let plan: (payload: Json, count: number) => Fault | undefined = () => undefined;
  let written = 0;
  const received: Received[] = [];
  const marks: Json[] = [];
  const wroteAt = new Map<string, number>();
  const listeners = new Set<(message: Received) => void>();
  const hasRoom = settings.pairLimit && pairLimiter(settings.pairLimit, settings.clock);
  let over = false;
  const line: Line = {
    ...settings,
    webhookUrl: () => webhookUrl(),
    ask: (...asked) => askWebhook(...asked),
    isOver: () => over,
  };

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  await listen(server);
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readText(request);
    if (
      request.url !== `/${settings.version}/${settings.phoneNumberId}/messages` ||
      request.method !== "POST"
    )
      return refuse(response, 400, 100);
    if (request.headers.authorization !== `Bearer ${settings.accessToken}`) return refuse(response, 401, 190);
    const payload = readPayload(text);
    if (payload === undefined) return refuse(response, 400, 100);
    if ("status" in payload) {
      marks.push(payload);
      return reply(response, 200, { success: true });
    }
    await answerMessage(payload, response);
  }

  async function answerMessage(payload: Json, response: ServerResponse): Promise<void> {
    const whom = String(payload["to"] ?? payload["recipient"] ?? "");
    const problems = settings.check(payload);
    const fault = faultFor(payload, whom, problems);
    if (fault?.kind === "slow") await pause(fault.milliseconds);
    const taken = isTaken(fault);
    const wireId = taken ? `wamid.STUB${Buffer.from(`${received.length}`).toString("base64url")}` : undefined;
    const opaque = payload["biz_opaque_callback_data"];
    const message: Received = {
      at: settings.clock(),
      payload,
      whom,
      opaque: typeof opaque === "string" ? opaque : undefined,
      wireId,
      fault,
      problems,
    };
    received.push(message);
    answerWith(message, response);
    for (const listener of listeners) listener(message);
    if (wireId !== undefined) void sendStatuses(message);
  }

  function faultFor(payload: Json, whom: string, problems: readonly string[]): Fault | undefined {
    if (problems.length > 0) return { kind: "refuse", code: 131009 };
    if (hasRoom?.(whom) === false) return { kind: "refuse", code: 131056 };
    return planned.shift() ?? plan(payload, received.length) ?? closedFor(payload, whom);
  }

  function closedFor(payload: Json, whom: string): Fault | undefined {
    const { windowMilliseconds = Number.POSITIVE_INFINITY } = options;
    const since = settings.clock() - (wroteAt.get(whom.replace(/^\+/, "")) ?? Number.NEGATIVE_INFINITY);
    const isOpen = windowMilliseconds === Number.POSITIVE_INFINITY || since < windowMilliseconds;
    return isOpen || payload["type"] === "template" ? undefined : { kind: "fail-later", code: 131047 };
  }

  async function sendStatuses(message: Received): Promise<void> {
    if (webhookUrl() === "") return;
    const failsLater = message.fault?.kind === "fail-later" ? message.fault.code : undefined;
    const follow =
      failsLater === undefined ? settings.statuses : [{ status: "failed", afterMilliseconds: 10 }];
    for (const { status, afterMilliseconds } of follow) {
      await pause(afterMilliseconds);
      await deliverWebhook(line, [statusesChange(line, [writeStatus(message, status, failsLater)])]);
    }
  }

  return {
    graphUrl: `${origin}/${settings.version}`,
    phoneNumberId: settings.phoneNumberId,
    accessToken: settings.accessToken,
    appSecret: settings.appSecret,
    /** Every message that came in, taken or not, in order. */
    received: received as readonly Received[],
    /** Messages that Meta took: what parents see. */
    taken: () => received.filter((message) => message.wireId !== undefined),
    /** Read marks and typing marks. */
    marks: marks as readonly Json[],
    /** Says where webhooks go: one address, or another for every try, as behind a load balancer; and how. */
    pointTo: (url: string | (() => string), ask: Ask = askPlainly) => {
      webhookUrl = typeof url === "string" ? () => url : url;
      askWebhook = ask;
    },
    /** Plans what goes wrong with the next messages, one fault each. */
    failNext: (...faults: readonly Fault[]) => {
      planned = [...planned, ...faults];
    },
    /** Plans what goes wrong with every message, by what it is and how many came before. */
    failBy: (rule: (payload: Json, count: number) => Fault | undefined) => {
      plan = rule;
    },
    onReceived: (listener: (message: Received) => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    /** Sends what a parent wrote or tapped; several at once make a batch. @returns the webhook's last status. */
    write: (person: Person, ...messages: readonly Json[]) =>
      deliverWebhook(line, [
        messagesChange(
          line,
          person,
          messages.map((one) => sign(one, person)),
        ),
      ]),
    /** Tells that someone goes by another number or another id from now on. */
    move: (from: Person, to: Person) =>
      deliverWebhook(line, [
        messagesChange(line, to, [sign({ type: "system", system: writeMove(from, to) }, from)]),
      ]),
    /** Sends any changes, as they are. */
    deliver: (...changes: readonly Json[]) => deliverWebhook(line, changes),
    statusChange: (...statuses: readonly Json[]) => statusesChange(line, statuses),
    stop: () =>
      new Promise<void>((stopped) => {
        over = true;
        server.closeAllConnections();
        server.close(() => stopped());
      }),
  };

  /** Puts on a message what every message has: an id, a time, a sender. */
  function sign(message: Json, { phone, userId }: Person): Json {
    written += 1;
    for (const name of [phone, userId]) if (name !== undefined) wroteAt.set(name, settings.clock());
    return {
      id: `wamid.PARENT${written}.${settings.clock()}`,
      timestamp: String(Math.floor(settings.clock() / 1000)),
      ...(phone === undefined ? {} : { from: phone }),
      ...(userId === undefined ? {} : { from_user_id: userId }),
      ...message,
    };
  }
}

function writeMove(from: Person, to: Person): Json {
  const moved = to.phone !== undefined && to.phone !== from.phone;
  return {
    body: "The user changed",
    type: moved ? "user_changed_number" : "user_changed_user_id",
    ...(moved ? { wa_id: to.phone } : {}),
    ...(from.userId === undefined ? {} : { previous_user_id: from.userId }),
    ...(to.userId === undefined ? {} : { user_id: to.userId }),
  };
}

/** What a parent types. */
export const typed = (body: string): Json => ({ type: "text", text: { body } });

/** What a tap on a button of a message sends. */
export const tapped = (id: string, title: string): Json => ({
  type: "interactive",
  interactive: { type: "button_reply", button_reply: { id, title } },
});

/** What a tap on a row of a list sends. */
export const picked = (id: string, title: string, description?: string): Json => ({
  type: "interactive",
  interactive: {
    type: "list_reply",
    list_reply: { id, title, ...(description === undefined ? {} : { description }) },
  },
});

function writeStatus({ wireId, whom, opaque }: Received, status: string, code: number | undefined): Json {
  return {
    id: wireId,
    status,
    timestamp: String(Math.floor(Date.now() / 1000)),
    ...(whom.startsWith("+") ? { recipient_id: whom.slice(1) } : { recipient_user_id: whom }),
    ...(opaque === undefined ? {} : { biz_opaque_callback_data: opaque }),
    ...(code === undefined ? {} : { errors: [{ code, title: "failed", message: "failed" }] }),
  };
}

function answerWith({ fault, wireId, whom }: Received, response: ServerResponse): void {
  if (fault?.kind === "refuse") refuse(response, fault.status ?? 400, fault.code, fault.retryAfter);
  else if (fault?.kind === "gateway")
    response.writeHead(fault.status, { "content-type": "text/html" }).end("<h1>gateway</h1>");
  else if (fault?.kind === "cut") response.destroy();
  else if (fault?.kind === "silent") return;
  else
    reply(response, 200, {
      messaging_product: "whatsapp",
      contacts: [{ input: whom, wa_id: whom.replace(/^\+/, "") }],
      messages: [{ id: wireId }],
    });
}

function isTaken(fault: Fault | undefined): boolean {
  if (fault === undefined || fault.kind === "slow" || fault.kind === "fail-later") return true;
  return (fault.kind === "cut" || fault.kind === "silent") && fault.taken;
}

function refuse(response: ServerResponse, status: number, code: number, retryAfter?: number): void {
  if (retryAfter !== undefined) response.setHeader("retry-after", retryAfter);
  const error = { message: `(#${code}) refused`, type: "OAuthException", code, fbtrace_id: "stub" };
  reply(response, status, { error });
}

function reply(response: ServerResponse, status: number, body: Json): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function readPayload(text: string): Json | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? (read as Json) : undefined;
  } catch {
    return undefined;
  }
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function listen(server: Server): Promise<void> {
  return new Promise((ready) => server.listen(0, "127.0.0.1", ready));
}
