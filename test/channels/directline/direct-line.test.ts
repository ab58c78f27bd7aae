import { SignJWT } from "jose";
import WebSocket from "ws";
import { readAddress } from "../../../src/channels/directline/address.ts";
import type { Reply } from "../../../src/conversation/inbound.ts";
import { Private } from "../../../src/privacy/private.ts";
import { replyOf, type StandIn, startStandIn } from "./chat-stand-in.ts";

const key = new TextEncoder().encode("thirty-two bytes for the tests!!");
let service: StandIn;

beforeAll(async () => {
  service = await startStandIn(
    (inbound, said) => (said === 1 ? firstScreen : replyOf(`heard ${inbound.words.reveal()}`)),
    {
      keys: [key],
      cardWithoutStorage: (inbound) => (/blauw/.test(inbound.words.reveal()) ? card : undefined),
    },
  );
});
afterAll(() => service.close());
afterEach(() => Object.assign(service.state, { away: false, clock: 0 }));

const firstScreen: Reply = replyOf("", {
  bubbles: [{ text: "Hallo" }, { text: "Waar gaat het over?", pictogram: "question" }],
  choices: [
    { id: "sleep", label: "Slapen", pictogram: "moon" },
    { id: "nurse", label: "Vraag een verpleegkundige" },
  ],
  dialog: "start",
  node: "menu",
});
const card = replyOf("Bel nu 112.", { card: "emergency" });

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the tests look into bodies of many shapes
  readonly body: any;
}

async function call(path: string, init: RequestInit & { token?: string } = {}): Promise<Answer> {
  const response = await fetch(`${service.url}/v3/directline${path}`, {
    ...init,
    headers: {
      ...(init.token === undefined ? {} : { authorization: `Bearer ${init.token}` }),
      ...(init.body === undefined ? {} : { "content-type": "application/json" }),
      ...(init.headers as Record<string, string>),
    },
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

async function startChat() {
  const { body: granted } = await call("/tokens/generate", { method: "POST" });
  const { body } = await call("/conversations", { method: "POST", token: granted.token });
  return { id: body.conversationId as string, token: body.token as string, ...body };
}
type Chat = Awaited<ReturnType<typeof startChat>>;

function post(chat: Chat, activity: unknown) {
  const body = typeof activity === "string" ? activity : JSON.stringify(activity);
  return call(`/conversations/${chat.id}/activities`, { method: "POST", token: chat.token, body });
}

function read(chat: Chat, watermark = "") {
  return call(`/conversations/${chat.id}/activities?watermark=${watermark}`, { token: chat.token });
}

async function readUntil(chat: Chat, count: number, watermark = "") {
  for (;;) {
    const { body } = await read(chat, watermark);
    if (body.activities.length >= count) return body;
    await new Promise((soon) => setTimeout(soon, 10));
  }
}

function stream(url: string, origin?: string) {
  const socket = new WebSocket(url, origin === undefined ? {} : { origin });
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const groups: any[] = [];
  socket.on("message", (data) => data.toString() && groups.push(JSON.parse(data.toString())));
  const opened = new Promise<number>((settled) => {
    socket.on("open", () => settled(101));
    socket.on("unexpected-response", (_request, response) => settled(response.statusCode ?? 0));
  });
  return { socket, groups, opened };
}

async function until(holds: () => boolean) {
  while (!holds()) await new Promise((soon) => setTimeout(soon, 5));
}

describe("tokens", () => {
  test("are given without a secret, for half an hour, each for a new conversation", async () => {
    const { status, body, headers } = await call("/tokens/generate", { method: "POST" });
    const other = await call("/tokens/generate", { method: "POST" });
    expect(status).toBe(200);
    expect(body.expires_in).toBe(1800);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(other.body.conversationId).not.toBe(body.conversationId);
  });

  test("are renewed while they are valid", async () => {
    const chat = await startChat();
    service.state.clock = 29 * 60_000;
    const { status, body } = await call("/tokens/refresh", { method: "POST", token: chat.token });
    expect(status).toBe(200);
    service.state.clock = 45 * 60_000;
    expect((await read({ ...chat, token: body.token })).status).toBe(200);
  });

  test.each([
    ["missing", async () => undefined],
    ["no token at all", async () => "x"],
    [
      "signed with another key",
      async () => sign(new TextEncoder().encode("another key of 32 bytes, no less")),
    ],
    [
      "without a signature",
      async () => `${btoa('{"alg":"none"}')}.${btoa('{"sub":"a","conv":"b","aud":"chat"}')}.`,
    ],
    ["meant for another use", async () => (await startChat()).returnToken],
  ])("that are forged are refused: %s", async (_how, forge) => {
    const { id } = await startChat();
    const token = await forge();
    const { status, body } = await call(
      `/conversations/${id}/activities`,
      token === undefined ? {} : { token },
    );
    expect([status, body.error.code]).toEqual([403, "channel.forbidden"]);
  });

  test("that expired are refused, on the stream too", async () => {
    const chat = await startChat();
    service.state.clock = 31 * 60_000;
    expect((await read(chat)).status).toBe(403);
    expect((await call("/tokens/refresh", { method: "POST", token: chat.token })).status).toBe(403);
    expect(await stream(chat.streamUrl).opened).toBe(403);
  });

  test("are bought back with a return token after days, into the same conversation", async () => {
    const chat = await startChat();
    await post(chat, { type: "message", text: "hoi" });
    service.state.clock = 3 * 24 * 3_600_000;
    const body = JSON.stringify({ returnToken: chat.returnToken });
    const back = await call("/tokens/return", { method: "POST", body });
    expect(back.body.conversationId).toBe(chat.id);
    expect((await read({ ...chat, token: back.body.token })).status).toBe(200);
    const forged = JSON.stringify({ returnToken: chat.token });
    expect((await call("/tokens/return", { method: "POST", body: forged })).status).toBe(403);
  });
});

function sign(withKey: Uint8Array) {
  return new SignJWT({ conv: "c" })
    .setProtectedHeader({ alg: "HS256" })
    .setSubject("u")
    .setAudience("chat")
    .setExpirationTime("1h")
    .sign(withKey);
}

describe("conversations", () => {
  test("of someone else do not exist", async () => {
    const [mine, theirs] = [await startChat(), await startChat()];
    const { status, body } = await read({ ...mine, id: theirs.id });
    expect([status, body.error.code]).toEqual([404, "channel.not-found"]);
    expect((await post({ ...mine, id: theirs.id }, { type: "message", text: "hoi" })).status).toBe(404);
    const url = mine.streamUrl.replace(mine.id, theirs.id);
    expect(await stream(url).opened).toBe(404);
  });

  test("that were never started do not exist", async () => {
    const { body } = await call("/tokens/generate", { method: "POST" });
    expect((await call(`/conversations/${body.conversationId}`, { token: body.token })).status).toBe(404);
  });

  test("are joined again by id, with a new stream from the watermark on", async () => {
    const chat = await startChat();
    await post(chat, { type: "message", text: "hoi" });
    await readUntil(chat, 3);
    const { status, body } = await call(`/conversations/${chat.id}?watermark=1`, { token: chat.token });
    expect(status).toBe(200);
    const { groups } = stream(body.streamUrl);
    await until(() => groups.length > 0);
    expect(groups[0].activities.map((one: { text: string }) => one.text)).toEqual([
      "Hallo",
      "Waar gaat het over?",
    ]);
  });

  test("keep an address that an earlier version wrote: what is sent there arrives", () => {
    const written = new Private(JSON.stringify({ conversation: "c", answers: 3 }));
    expect(readAddress(written)).toEqual({ conversation: "c", answers: "" });
  });

  test("that were cleared are gone, and their streams end", async () => {
    const chat = await startChat();
    const { socket, opened } = stream(chat.streamUrl);
    await opened;
    const closed = new Promise((ended) => socket.on("close", ended));
    const { status } = await call(`/conversations/${chat.id}`, { method: "DELETE", token: chat.token });
    expect(status).toBe(204);
    await closed;
    expect((await read(chat)).status).toBe(404);
  });
});

describe("activities", () => {
  test("are echoed, then answered one activity for each bubble, with the choices on the last", async () => {
    const chat = await startChat();
    const sent = await post(chat, { type: "message", text: "hoi", from: { id: "someone else" } });
    const { activities, watermark } = await readUntil(chat, 3);
    const [echo, hello, question] = activities;

    expect(watermark).toBe("3");
    expect(echo).toMatchObject({ id: sent.body.id, type: "message", text: "hoi", from: { role: "user" } });
    expect(echo.from.id).not.toBe("someone else");
    expect(hello).toMatchObject({ text: "Hallo", replyToId: sent.body.id, from: { role: "bot" } });
    expect(hello.suggestedActions).toBeUndefined();
    expect(question.suggestedActions.actions[0]).toEqual({
      type: "imBack",
      title: "Slapen",
      value: "Slapen",
      channelData: { choice: "1.sleep", pictogram: "moon" },
    });
    for (const { channelData } of [hello, question]) {
      expect(channelData.naast).toMatchObject({ dialog: "start", node: "menu", card: null });
    }
  });

  test.each([
    [{ type: "event", name: "start" }, "opened"],
    [{ type: "conversationUpdate" }, "opened"],
    [{ type: "typing" }, "opened"],
    [{ type: "something new" }, "opened"],
    [{ type: "message", text: "" }, "opened"],
    [{ type: "message", text: "hoi" }, "message"],
    [{ type: "message", attachments: [{ contentType: "audio/ogg", contentUrl: "x" }] }, "medium"],
  ])("%j comes first and gets the first screen", async (activity, kind) => {
    const chat = await startChat();
    expect((await post(chat, activity)).status).toBe(200);
    const { activities } = await readUntil(chat, 3);
    expect(activities[1].text).toBe("Hallo");
    expect(service.taken.at(-1)?.kind).toBe(kind);
  });

  test.each(["typing", "conversationUpdate", "event", "something new", "messageReaction"])(
    "of type %s are accepted and ignored later on",
    async (type) => {
      const chat = await startChat();
      await post(chat, { type: "message", text: "hoi" });
      await readUntil(chat, 3);
      const before = service.taken.length;
      const { status, body } = await post(chat, { type, channelData: { clientActivityID: "a" } });
      expect([status, typeof body.id]).toEqual([200, "string"]);
      expect(service.taken.length).toBe(before);
      expect((await read(chat)).body.activities).toHaveLength(3);
    },
  );

  test("sent again under the client's own id are answered once", async () => {
    const chat = await startChat();
    const activity = { type: "message", text: "hoi", channelData: { clientActivityID: "abc" } };
    const [first, ...again] = await Promise.all([1, 2, 3].map(() => post(chat, activity)));
    for (const one of again) expect(one.body.id).toBe(first?.body.id);
    await readUntil(chat, 3);
    await post(chat, activity);
    expect((await read(chat)).body.activities).toHaveLength(3);
  });

  test("say which locale is wanted, which choice was tapped and how long they waited", async () => {
    const chat = await startChat();
    await post(chat, {
      type: "message",
      text: "Uyku",
      locale: "tr-TR",
      channelData: { choice: "4.sleep", waitedMilliseconds: 60_000 },
    });
    const inbound = service.taken.at(-1);
    expect(inbound).toMatchObject({ locale: "tr", tapped: "4.sleep", channel: "directline" });
    expect(Date.now() - (inbound?.sentAt ?? 0)).toBeGreaterThanOrEqual(60_000);
    await post(chat, { type: "event", name: "naast/locale", locale: "pl-simple" });
    expect(service.taken.at(-1)).toMatchObject({ kind: "opened", locale: "pl-simple" });
  });

  test.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["null", "null"],
    ["no type", '{"text":"hoi"}'],
    ["a type that is no text", '{"type":{"a":1}}'],
    ["a text that is no text", '{"type":"message","text":{"$gt":""}}'],
    ["too deep", `{"type":"message","channelData":${"[".repeat(5000)}${"]".repeat(5000)}}`],
    ["empty", ""],
  ])("that cannot be read are refused: %s", async (_what, body) => {
    const chat = await startChat();
    const answer = await post(chat, body);
    expect([answer.status, answer.body.error.code]).toEqual([400, "channel.payload-unreadable"]);
  });

  test("too large are refused", async () => {
    const chat = await startChat();
    const answer = await post(chat, { type: "message", text: "x".repeat(70_000) });
    expect([answer.status, answer.body.error.code]).toEqual([413, "channel.payload-too-large"]);
  });

  test("fade from the log soon after they are answered; the answer stays a day", async () => {
    const chat = await startChat();
    await post(chat, { type: "message", text: "mijn baby slaapt niet" });
    await readUntil(chat, 3);
    service.state.clock = 5 * 60_000;
    const { body } = await read(chat);
    expect(body.watermark).toBe("3");
    expect(body.activities.map((one: { text: string }) => one.text)).toEqual([
      "Hallo",
      "Waar gaat het over?",
    ]);
  });

  test("wait for a connection to storage, but the card for a danger sign does not", async () => {
    const chat = await startChat();
    const { groups, opened } = stream(chat.streamUrl);
    await opened;
    service.state.away = true;
    const { status, headers, body } = await post(chat, { type: "message", text: "hij is blauw" });
    expect([status, body.error.code, headers.get("retry-after")]).toEqual([503, "storage.unavailable", "5"]);
    await until(() => groups.length > 0);
    expect(groups[0].activities[0].channelData.naast.card).toBe("emergency");
  });
});

describe("the stream", () => {
  test("carries everything once and in order, to every socket of the conversation", async () => {
    const chat = await startChat();
    const [one, two] = [stream(chat.streamUrl), stream(chat.streamUrl)];
    await Promise.all([one.opened, two.opened]);
    for (let at = 0; at < 20; at++) await post(chat, { type: "message", text: `m${at}` });
    const { activities } = await readUntil(chat, 41);
    const idsOf = (groups: { activities: { id: string }[] }[]) =>
      groups.flatMap((group) => group.activities.map((activity) => activity.id));
    await until(() => idsOf(two.groups).length >= 41 && idsOf(one.groups).length >= 41);
    const all = activities.map((activity: { id: string }) => activity.id);
    expect(idsOf(one.groups)).toEqual(all);
    expect(idsOf(two.groups)).toEqual(all);
  });

  test("is refused to the sixth socket of a conversation", async () => {
    const chat = await startChat();
    const open = Array.from({ length: 5 }, () => stream(chat.streamUrl));
    expect(await Promise.all(open.map((one) => one.opened))).toEqual([101, 101, 101, 101, 101]);
    expect(await stream(chat.streamUrl).opened).toBe(429);
    for (const { socket } of open) socket.close();
  });

  test("says where it is in terms of the address the client came by", async () => {
    const chat = await startChat();
    expect(chat.streamUrl).toMatch(`${service.url.replace("http", "ws")}/v3/directline/conversations/`);
  });
});

describe("origins", () => {
  let published: StandIn;
  beforeAll(async () => {
    published = await startStandIn(() => undefined, {
      publicUrl: "https://naast.example",
      embedOrigins: ["https://gemeente.example"],
    });
  });
  afterAll(() => published.close());

  test.each([
    ["https://naast.example", 200],
    ["https://gemeente.example", 200],
    ["https://elsewhere.example", 403],
    ["http://localhost:3000", 403],
    ["null", 403],
    ["https://gemeente.example.elsewhere.example", 403],
  ])("%s gets %i", async (origin, status) => {
    const url = `${published.url}/v3/directline/tokens/generate`;
    const response = await fetch(url, { method: "POST", headers: { origin } });
    expect(response.status).toBe(status);
    expect(response.headers.get("access-control-allow-origin")).toBe(status === 200 ? origin : null);
  });

  test("that are not allowed get no stream", async () => {
    const url = `${published.url.replace("http", "ws")}/v3/directline/conversations/x/stream?t=x`;
    expect(await stream(url, "https://elsewhere.example").opened).toBe(403);
  });

  test("of another port of the loopback are allowed while the service is only published there", async () => {
    const url = `${service.url}/v3/directline/tokens/generate`;
    const response = await fetch(url, { method: "POST", headers: { origin: "http://localhost:1" } });
    expect(response.status).toBe(200);
  });
});
