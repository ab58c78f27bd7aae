import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { ChatEntry } from "../../conversation/chat-log.ts";
import type { PersonId } from "../../terms.ts";
import type { DirectLineOptions } from "./options.ts";
import type { OriginAllowed } from "./origins.ts";
import { readWatermark } from "./read-activity.ts";
import type { Tokens } from "./token.ts";
import { writeEntry } from "./write-activities.ts";

const maxPerConversation = 5;
const maxBufferedBytes = 1024 * 1024;
const heartbeatMilliseconds = 25_000;
const streamPath = /^\/v3\/directline\/conversations\/([\w-]{1,100})\/stream$/;

interface StreamDesk extends DirectLineOptions {
  readonly tokens: Tokens;
  readonly originAllowed: OriginAllowed;
}

/** The WebSocket side of the chat: a reader of the log, woken by whoever appends to it. */
export interface Streams {
  /** Answers upgrades to a stream on this server; others are refused unless somebody else listens for them. */
  attach(server: Server): void;
  showAtOnce(conversation: string, activities: readonly object[]): boolean;
  close(): void;
}

export function chatStreams(desk: StreamDesk): Streams {
  const sockets = new Map<string, Set<WebSocket>>();
  const upgrader = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });
  const heartbeat = setInterval(() => beat(sockets), heartbeatMilliseconds).unref();

  const upgrade = async (
    request: IncomingMessage,
    tcp: Duplex,
    head: Buffer,
    isOnlyListener: () => boolean,
  ) => {
    const url = new URL(request.url ?? "/", "http://stream");
    const [, conversation] = streamPath.exec(url.pathname) ?? [];
    if (conversation === undefined) return isOnlyListener() ? refuse(tcp, 404) : undefined;
    tcp.on("error", () => tcp.destroy());
    const admitted = await admit(desk, request, url, conversation).catch(() => 503 as const);
    if (typeof admitted === "number") return refuse(tcp, admitted);
    if ((sockets.get(conversation)?.size ?? 0) >= maxPerConversation) return refuse(tcp, 429);

    upgrader.handleUpgrade(request, tcp, head, (socket) => {
      remember(sockets, conversation, socket);
      void serve(desk, socket, conversation, admitted, readWatermark(url.searchParams.get("watermark")));
    });
  };

  return {
    attach: (server) => {
      const isOnlyListener = () => server.listenerCount("upgrade") === 1;
      server.on("upgrade", (request, tcp, head) => void upgrade(request, tcp, head, isOnlyListener));
    },
    showAtOnce: (conversation, activities) => {
      const open = sockets.get(conversation) ?? [];
      for (const socket of open) socket.send(JSON.stringify({ activities }));
      return sockets.has(conversation);
    },
    close: () => {
      clearInterval(heartbeat);
      for (const open of sockets.values()) for (const socket of open) socket.terminate();
      upgrader.close();
    },
  };
}

/** Lets in who holds the conversation's token and comes from an allowed page, or says with which status not. */
async function admit(
  desk: StreamDesk,
  request: IncomingMessage,
  url: URL,
  conversation: string,
): Promise<PersonId | 403 | 404> {
  if (!desk.originAllowed(request.headers.origin, request.headers.host)) return 403;
  const owner = await desk.tokens.verify(url.searchParams.get("t") ?? "", "chat").catch(() => undefined);
  if (owner === undefined) return 403;
  if (owner.conversation !== conversation) return 404;
  const person = desk.pseudonym(owner.user);
  return (await desk.chatLog.head(person)) === undefined ? 404 : person;
}

const reasons = { 403: "Forbidden", 404: "Not Found", 429: "Too Many Requests", 503: "Service Unavailable" };

function refuse(tcp: Duplex, status: keyof typeof reasons): void {
  tcp.end(`HTTP/1.1 ${status} ${reasons[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

function remember(sockets: Map<string, Set<WebSocket>>, conversation: string, socket: WebSocket): void {
  const open = sockets.get(conversation) ?? new Set();
  sockets.set(conversation, open.add(socket));
  socket.on("error", () => socket.terminate());
  socket.on("close", () => {
    open.delete(socket);
    if (open.size === 0 && sockets.get(conversation) === open) sockets.delete(conversation);
  });
}

/**
 * Carries the log to one socket, from its watermark on.
 *
 * A wake-up only says that there may be more, and every reading starts where the last one ended. So nothing
 * is skipped or doubled, whichever process appended it and however wake-ups overlap. What a wake-up brings along
 * needs no reading when it follows on what was shown.
 */
async function serve(
  desk: StreamDesk,
  socket: WebSocket,
  conversation: string,
  person: PersonId,
  watermark: number,
): Promise<void> {
  let shown = watermark;
  let woken = false;
  let reading = false;

  const pump = async () => {
    woken = true;
    if (reading) return;
    reading = true;
    try {
      while (woken && socket.readyState === socket.OPEN) {
        woken = false;
        const read = await desk.chatLog.read(person, shown);
        if (read === undefined) return socket.close(1000);
        if (read.head > shown) show(socket, conversation, read);
        shown = read.head;
      }
    } finally {
      reading = false;
    }
  };
  const wake = (appended: readonly ChatEntry[] = []) => {
    const next = appended.at(-1)?.sequence;
    if (next !== undefined && next <= shown) return;
    if (next !== undefined && !reading && appended[0]?.sequence === shown + 1) {
      shown = next;
      if (socket.readyState === socket.OPEN) show(socket, conversation, { entries: appended, head: next });
      return;
    }
    void pump().catch(() => desk.warn?.("a chat stream could not read the log"));
  };

  try {
    const end = await desk.chatLog.subscribe(person, wake);
    socket.on("close", () => void end());
    if (socket.readyState !== socket.OPEN) return end();
    wake();
  } catch {
    socket.close(1013);
  }
}

function show(
  socket: WebSocket,
  conversation: string,
  read: { readonly entries: readonly ChatEntry[]; readonly head: number },
): void {
  const activities = read.entries.map((entry) => writeEntry(entry, conversation));
  socket.send(JSON.stringify({ activities, watermark: String(read.head) }));
  if (socket.bufferedAmount > maxBufferedBytes) socket.terminate();
}

/** Ends sockets that did not answer since the last beat. The empty message is for browsers, which see no pings. */
function beat(sockets: Map<string, Set<WebSocket>>): void {
  for (const open of sockets.values()) {
    for (const socket of open) {
      if (silent.has(socket)) {
        socket.terminate();
        continue;
      }
      silent.add(socket);
      socket.once("pong", () => silent.delete(socket));
      socket.ping();
      socket.send("");
    }
  }
}

const silent = new WeakSet<WebSocket>();
