import { createServer, type Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import express, { type Express } from "express";
import { type DirectLine, directLine } from "../../../src/channels/directline/direct-line.ts";
import type { DirectLineOptions } from "../../../src/channels/directline/options.ts";
import type { ChatEntry, ChatLog } from "../../../src/conversation/chat-log.ts";
import type { Inbound, Reply } from "../../../src/conversation/inbound.ts";
import { KnownError } from "../../../src/errors.ts";
import type { PersonId } from "../../../src/terms.ts";

/** The chat log in one process, with a switch that takes storage away. */
function memoryChatLog(clock: () => number) {
  interface Chat {
    head: number;
    readonly entries: (ChatEntry & { until: number })[];
    readonly keys: Map<string, readonly number[]>;
  }
  const chats = new Map<PersonId, Chat>();
  const listeners = new Map<PersonId, Set<() => void>>();
  const state = { away: false };
  const reach = async <T>(work: () => T): Promise<T> => {
    if (state.away) throw new KnownError("storage.unavailable", "storage is away");
    return work();
  };

  const chatLog: ChatLog = {
    open: (person) =>
      reach(() => {
        if (chats.has(person)) return false;
        chats.set(person, { head: 0, entries: [], keys: new Map() });
        return true;
      }),
    head: (person) => reach(() => chats.get(person)?.head),
    append: (person, key, entries) =>
      reach(() => {
        const chat = chats.get(person);
        if (chat === undefined) return undefined;
        const earlier = chat.keys.get(key);
        if (earlier !== undefined) return earlier;
        const numbers = entries.map(({ activity, lifetimeMilliseconds }) => {
          chat.head += 1;
          chat.entries.push({
            sequence: chat.head,
            at: clock(),
            activity,
            until: clock() + lifetimeMilliseconds,
          });
          return chat.head;
        });
        chat.keys.set(key, numbers);
        for (const changed of listeners.get(person) ?? []) changed();
        return numbers;
      }),
    read: (person, after) =>
      reach(() => {
        const chat = chats.get(person);
        if (chat === undefined) return undefined;
        return {
          head: chat.head,
          entries: chat.entries.filter((entry) => entry.sequence > after && entry.until > clock()),
        };
      }),
    find: (person, key) => reach(() => chats.get(person)?.keys.get(key)?.[0]),
    fade: (person, key, milliseconds) =>
      reach(() => {
        const chat = chats.get(person);
        const entry = chat?.entries.find((one) => one.sequence === chat.keys.get(key)?.[0]);
        if (entry !== undefined) entry.until = Math.min(entry.until, clock() + milliseconds);
      }),
    forget: (person) =>
      reach(() => {
        chats.delete(person);
        for (const changed of listeners.get(person) ?? []) changed();
      }),
    subscribe: async (person, changed) => {
      const all = listeners.get(person) ?? new Set();
      listeners.set(person, all.add(changed));
      return async () => void all.delete(changed);
    },
  };
  return { chatLog, state, isOpen: (person: PersonId) => chats.has(person) };
}

/** Answers one message; undefined for no answer. */
export type Script = (inbound: Inbound, said: number) => Reply | undefined;

export interface StandIn {
  readonly url: string;
  readonly app: Express;
  readonly server: Server;
  readonly chat: DirectLine;
  readonly taken: Inbound[];
  /** Set `away` to take storage away, `hold` to keep answers back, add to `clock` to let time pass. */
  readonly state: { away: boolean; hold: boolean; clock: number };
  /** Breaks every connection, as a lost line does. */
  readonly cut: () => void;
  readonly release: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Serves a web chat on a free port, answered by a script where the centre of the product would be. */
export async function startStandIn(
  script: Script,
  options: Partial<DirectLineOptions> = {},
  furnish: (app: Express, url: string) => void = () => {},
  port = 0,
): Promise<StandIn> {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });

  const started = Date.now();
  const log = memoryChatLog(() => Date.now() + state.clock);
  const state = Object.assign(log.state, { hold: false, clock: 0 });
  const taken: Inbound[] = [];
  const seen = new Set<string>();
  const held: Inbound[] = [];

  const answer = async (inbound: Inbound) => {
    const reply = script(inbound, taken.filter((one) => one.person === inbound.person).length);
    if (reply === undefined) return;
    const { person, address, channel } = inbound;
    const lastInboundAt = Date.now() + state.clock;
    const outgoing = { key: inbound.id, person, channel, address, reply, lastInboundAt };
    await chat.send({ ...outgoing, token: "1", attempts: 0, unsure: false });
  };
  const accept: DirectLineOptions["turnLog"]["accept"] = async (messages, where) => {
    if (state.away) throw new KnownError("storage.unavailable", "storage is away");
    return messages.map((inbound) => {
      if (where === "open-chat" && !log.isOpen(inbound.person)) return false;
      const key = `${inbound.person}:${inbound.id}`;
      if (seen.has(key)) return false;
      seen.add(key);
      taken.push(inbound);
      if (state.hold) held.push(inbound);
      else setImmediate(() => void answer(inbound));
      return true;
    });
  };

  const chat = directLine({
    turnLog: { accept },
    chatLog: log.chatLog,
    keys: [new TextEncoder().encode(`a key of this test run, ${started}, long enough`)],
    pseudonym: (user) => `person-of-${user}` as PersonId,
    publicUrl: url,
    embedOrigins: [],
    clock: () => Date.now() + state.clock,
    ...options,
  });
  app.use("/v3/directline", chat.router);
  chat.attach(server);
  furnish(app, url);

  return {
    url,
    app,
    server,
    chat,
    taken,
    state,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    release: async () => {
      state.hold = false;
      for (const inbound of held.splice(0)) await answer(inbound);
    },
    close: async () => {
      chat.close();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

/** A plain reply, to be changed where a test needs it. */
export function replyOf(text: string, change: Partial<Reply> = {}): Reply {
  return {
    bubbles: [{ text }],
    choices: [],
    listLabel: "Kies",
    locale: "nl",
    turn: 1,
    dialog: "test",
    node: "test",
    card: null,
    ...change,
  };
}
