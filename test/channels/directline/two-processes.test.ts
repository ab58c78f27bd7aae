import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import WebSocket from "ws";
import { directLine } from "../../../src/channels/directline/direct-line.ts";
import type { Storage } from "../../../src/storage/open-storage.ts";
import { startTestRedis, type TestRedis } from "../../support/redis.ts";
import { type OpenStorage, openTestStorage } from "../../support/storage.ts";
import { replyOf } from "./chat-stand-in.ts";

const key = new TextEncoder().encode("thirty-two bytes for two processes");
let redis: TestRedis;
let storage: OpenStorage;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  redis = await startTestRedis();
  storage = await openTestStorage({ url: redis.url });
});
afterAll(async () => {
  for (const close of closing) await close();
  await storage.close();
  await redis.stop();
});

/** One process of the service: its own server, its own connection, the same Redis. */
async function startProcess({ turnLog, chatLog, names }: Storage) {
  const app = express();
  const server = createServer(app);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const chat = directLine({
    turnLog,
    chatLog,
    keys: [key],
    pseudonym: (user) => names.person("directline", user),
    publicUrl: url,
    embedOrigins: [],
    clock: Date.now,
  });
  app.use("/v3/directline", chat.router);
  chat.attach(server);
  closing.push(async () => {
    chat.close();
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { base: `${url}/v3/directline`, chat };
}

test("a chat that is open at one process gets what another process takes in and answers", async () => {
  const [one, two] = [await startProcess(storage), await startProcess(await storage.another())];
  const ask = async (url: string, token?: string, body?: unknown) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { ...(token ? { authorization: `Bearer ${token}` } : {}), "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<"id" | "conversationId" | "token" | "streamUrl", string>;
  };
  const granted = await ask(`${one.base}/tokens/generate`);
  const { conversationId, token, streamUrl } = await ask(`${one.base}/conversations`, granted.token);
  const socket = new WebSocket(streamUrl);
  const texts: string[] = [];
  socket.on("message", (data) => {
    if (data.toString() === "") return;
    for (const { text } of JSON.parse(data.toString()).activities) texts.push(text);
  });
  await new Promise((opened) => socket.on("open", opened));

  const path = `${two.base}/conversations/${conversationId}/activities`;
  const message = { type: "message", text: "vraag", channelData: { clientActivityID: "same" } };
  const [first, again] = [await ask(path, token, message), await ask(path, token, message)];
  expect(again.id).toBe(first.id);

  const claim = await storage.turnLog.claim();
  expect(claim?.inbound.words.reveal()).toBe("vraag");
  if (claim === undefined) return;
  const { person, channel, address, id } = claim.inbound;
  const outgoing = {
    key: id,
    person,
    channel,
    address,
    reply: replyOf("antwoord"),
    lastInboundAt: Date.now(),
  };
  const sent = { ...outgoing, token: "1", attempts: 0, unsure: false };
  await two.chat.send(sent);
  await one.chat.send(sent);

  while (texts.length < 2) await new Promise((soon) => setTimeout(soon, 10));
  await new Promise((soon) => setTimeout(soon, 100));
  expect(texts).toEqual(["vraag", "antwoord"]);
  socket.close();
});
