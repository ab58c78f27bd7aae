import express, { type Request, Router } from "express";
import { KnownError } from "../../errors.ts";
import { answerFailure, unknownChat } from "./answer-failure.ts";
import { crossOrigin } from "./cross-origin.ts";
import type { OriginAllowed } from "./origins.ts";
import { readActivity, readJson, readWatermark } from "./read-activity.ts";
import { type TakeInDesk, takeIn } from "./take-in.ts";
import { type ChatOwner, lifetimeSeconds, newOwner, type Tokens } from "./token.ts";
import { writeEntry } from "./write-activities.ts";

const maxBodyBytes = 64 * 1024;

interface Desk extends TakeInDesk {
  readonly tokens: Tokens;
  readonly originAllowed: OriginAllowed;
}

/** The routes of Direct Line 3.0, with two of our own: `tokens/return` and `DELETE conversations/{id}`. */
export function directLineRoutes(desk: Desk): Router {
  const router = Router();
  router.use(crossOrigin(desk.originAllowed));
  router.use(express.text({ type: () => true, limit: maxBodyBytes }));

  router.post("/tokens/generate", async (_request, response) => {
    response.json(await grant(desk, newOwner()));
  });
  router.post("/tokens/return", async (request, response) => {
    response.json(await grant(desk, await desk.tokens.verify(returnTokenOf(request), "return")));
  });
  router.post("/tokens/refresh", async (request, response) => {
    response.json(await grant(desk, await ownerOf(desk, request)));
  });

  router.post("/conversations", async (request, response) => {
    const owner = await ownerOf(desk, request);
    const isNew = await desk.chatLog.open(desk.pseudonym(owner.user));
    response.status(isNew ? 201 : 200).json(await grantWithStream(desk, owner, request));
  });
  router.get("/conversations/:id", async (request, response) => {
    const owner = await ownerOfConversation(desk, request);
    if ((await desk.chatLog.head(desk.pseudonym(owner.user))) === undefined) throw unknownChat();
    response.json(await grantWithStream(desk, owner, request));
  });
  router.delete("/conversations/:id", async (request, response) => {
    const owner = await ownerOfConversation(desk, request);
    await desk.chatLog.forget(desk.pseudonym(owner.user));
    response.status(204).end();
  });

  router.get("/conversations/:id/activities", async (request, response) => {
    const owner = await ownerOfConversation(desk, request);
    const read = await desk.chatLog.read(
      desk.pseudonym(owner.user),
      readWatermark(request.query["watermark"]),
    );
    if (read === undefined) throw unknownChat();
    response.json({
      activities: read.entries.map((entry) => writeEntry(entry, owner.conversation)),
      watermark: String(read.head),
    });
  });
  router.post("/conversations/:id/activities", async (request, response) => {
    const owner = await ownerOfConversation(desk, request);
    response.json({ id: await takeIn(desk, owner, readActivity(bodyOf(request))) });
  });

  router.use(() => {
    throw unknownChat();
  });
  router.use(answerFailure);
  return router;
}

async function grant(desk: Desk, owner: ChatOwner) {
  return {
    conversationId: owner.conversation,
    token: await desk.tokens.sign(owner, "chat"),
    expires_in: lifetimeSeconds.chat,
    returnToken: await desk.tokens.sign(owner, "return"),
  };
}

async function grantWithStream(desk: Desk, owner: ChatOwner, request: Request) {
  const granted = await grant(desk, owner);
  const query = new URLSearchParams({
    watermark: String(readWatermark(request.query["watermark"])),
    t: granted.token,
  });
  const base = streamBase(desk, request).replace(/^http/, "ws");
  const streamUrl = `${base}${request.baseUrl}/conversations/${owner.conversation}/stream?${query}`;
  return { ...granted, streamUrl, referenceGrammarId: "naast" };
}

/** Where the caller reached us, as far as that can be told safely; else where we are published. */
function streamBase(desk: Desk, request: Request): string {
  const published = new URL(desk.publicUrl);
  const host = request.get("host");
  return host !== undefined && desk.originAllowed(`http://${host}`, undefined)
    ? `${request.protocol}://${host}`
    : published.origin;
}

function ownerOf(desk: Desk, request: Request): Promise<ChatOwner> {
  const [, token] = /^Bearer (.{1,2000})$/i.exec(request.get("authorization") ?? "") ?? [];
  if (token === undefined) throw new KnownError("channel.forbidden", "a token is needed");
  return desk.tokens.verify(token, "chat");
}

async function ownerOfConversation(desk: Desk, request: Request): Promise<ChatOwner> {
  const owner = await ownerOf(desk, request);
  if (request.params["id"] !== owner.conversation) throw unknownChat();
  return owner;
}

function returnTokenOf(request: Request): string {
  const body = readJson(bodyOf(request));
  const token = typeof body === "object" && body !== null && "returnToken" in body ? body.returnToken : "";
  return typeof token === "string" ? token : "";
}

function bodyOf(request: Request): string {
  return typeof request.body === "string" ? request.body : "";
}
