import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import nock from "nock";
import { readAzureConfig } from "../../../src/channels/azure/config.ts";
import { type AzureConnector, azureConnector } from "../../../src/channels/azure/connector.ts";
import { azureRoutes } from "../../../src/channels/azure/routes.ts";
import { azureSend } from "../../../src/channels/azure/send.ts";
import type { Exchange } from "../../../src/channels/exchange.ts";
import type { Reply } from "../../../src/conversation/inbound.ts";
import type { Outgoing } from "../../../src/conversation/turn-log.ts";
import { Private } from "../../../src/privacy/private.ts";
import { pseudonym } from "../whatsapp/support/door.ts";
import { memoryLog } from "../whatsapp/support/turn-log.ts";

const appId = "11111111-2222-4333-8444-555555555555";
const tenantId = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";
const serviceUrl = "https://smba.example.net/emea/";
const issuer = "https://api.botframework.com";

type Keys = Awaited<ReturnType<typeof generateKeyPair>>;
let keys: Keys;
let foreign: Keys;
let connector: AzureConnector;
let lines: string[];

/** The stand-in for Microsoft hears what `fetch` asks, and nothing below it. */
const exchange: Exchange = async (url, { headers, body, timeoutMilliseconds }) => {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  const answer = await fetch(url, { method: "POST", headers, body, signal, redirect: "manual" });
  const retryAfter = answer.headers.get("retry-after") ?? undefined;
  return { status: answer.status, retryAfter, json: () => answer.json() };
};

const note = (facts: object, message: string) => lines.push(`${JSON.stringify(facts)} ${message}`);
const watch = { metrics: { count: () => {} }, log: { info: note, warn: note, error: note } };

beforeAll(async () => {
  nock.disableNetConnect();
  nock.enableNetConnect("127.0.0.1");
  keys = await generateKeyPair("RS256", { extractable: true });
  foreign = await generateKeyPair("RS256");
  connector = azureConnector({ appId, appPassword: "app-password", appType: "SingleTenant", tenantId });
  serveKeys(await exportJWK(keys.publicKey));
});

beforeEach(() => {
  lines = [];
  jest.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => jest.restoreAllMocks());

afterAll(() => {
  nock.cleanAll();
  nock.enableNetConnect();
  // other files run in this process too, and need the real thing
  nock.restore();
});

function serveKeys(jwk: object): void {
  nock("https://login.botframework.com")
    .persist()
    .get("/v1/.well-known/openidconfiguration")
    .reply(200, { issuer, jwks_uri: "https://login.botframework.com/v1/.well-known/keys" })
    .get("/v1/.well-known/keys")
    .reply(200, { keys: [{ ...jwk, kid: "channel-key", use: "sig", endorsements: ["msteams", "webchat"] }] });
}

/** A token as the Bot Connector signs them, with one thing different at a time. */
function token(change: JWTPayload = {}, { key = keys.privateKey, kid = "channel-key", alg = "RS256" } = {}) {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    aud: appId,
    serviceurl: serviceUrl,
    nbf: now - 10,
    exp: now + 3600,
    ...change,
  };
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(key);
}

const activity = (parts: Record<string, unknown> = {}) => ({
  type: "message",
  id: "1485983408511",
  timestamp: new Date().toISOString(),
  channelId: "msteams",
  serviceUrl,
  from: { id: "29:secret-person", name: "Canary Name" },
  recipient: { id: "28:bot", name: "Naast" },
  conversation: { id: "a:conversation", conversationType: "personal", tenantId: "canary-tenant" },
  text: "mijn kind slaapt niet",
  ...parts,
});

async function openDoor({ configured = true } = {}) {
  const through = configured ? connector : undefined;
  const log = memoryLog();
  const app = express();
  app.use(azureRoutes({ connector: through, turnLog: log.turnLog, pseudonym, clock: Date.now, ...watch }));
  const server = createServer(app);
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`;
  return {
    ...log,
    post: (body: unknown, jwt?: string) =>
      fetch(url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(jwt === undefined ? {} : { authorization: `Bearer ${jwt}` }),
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    close: () =>
      new Promise<void>((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

type Door = Awaited<ReturnType<typeof openDoor>>;
let door: Door;
beforeEach(async () => {
  door = await openDoor();
});
afterEach(() => door.close());

describe("a genuine token", () => {
  test("lets a message in, under a pseudonym, with the way back closed away", async () => {
    expect((await door.post(activity(), await token())).status).toBe(200);
    const [inbound] = door.inbounds();
    expect(inbound).toMatchObject({ id: "1485983408511", channel: "azure", kind: "message" });
    expect(inbound?.words.reveal()).toBe("mijn kind slaapt niet");
    expect(JSON.parse(inbound?.address.reveal() ?? "")).toEqual({
      serviceUrl,
      channelId: "msteams",
      conversation: "a:conversation",
      bot: "28:bot",
      person: "29:secret-person",
      activity: "1485983408511",
    });
    expect(JSON.stringify(inbound)).not.toMatch(/secret-person|Canary|slaapt/);
  });

  test("lets a message in once", async () => {
    const message = activity();
    for (const jwt of [await token(), await token()])
      expect((await door.post(message, jwt)).status).toBe(200);
    expect(door.inbounds()).toHaveLength(1);
  });

  test.each([
    [
      "somebody joins",
      { type: "conversationUpdate", membersAdded: [{ id: "28:bot" }, { id: "29:a" }] },
      "opened",
    ],
    ["a photo", { text: "", attachments: [{ contentType: "image/png", contentUrl: "https://x" }] }, "medium"],
    [
      "words with their HTML twin",
      { attachments: [{ contentType: "text/html", content: "<p>" }] },
      "message",
    ],
  ])("%s", async (_, parts, kind) => {
    await door.post(activity(parts), await token());
    expect(door.inbounds().map((one) => one.kind)).toEqual([kind]);
  });

  test.each([
    ["only the bot joins", { type: "conversationUpdate", membersAdded: [{ id: "28:bot" }] }],
    ["typing", { type: "typing" }],
    ["an event", { type: "event", name: "x" }],
    ["a group", { conversation: { id: "g", isGroup: true } }],
  ])("%s is acknowledged and calls for no answer", async (_, parts) => {
    expect((await door.post(activity(parts), await token())).status).toBe(200);
    expect(door.inbounds()).toEqual([]);
  });

  test("asks for it again when it cannot be kept", async () => {
    door.goAway();
    const answer = await door.post(activity(), await token());
    expect([answer.status, await answer.json()]).toEqual([503, { code: "storage.unavailable" }]);
  });
});

describe("is refused", () => {
  const refused = async (answer: Response) => {
    expect([401, 403]).toContain(answer.status);
    expect(door.inbounds()).toEqual([]);
  };

  test("no token", async () => refused(await door.post(activity())));

  test.each([
    ["for another bot", { aud: "99999999-2222-4333-8444-555555555555" }],
    ["of another issuer", { iss: "https://evil.example" }],
    ["that is past", { exp: Math.floor(Date.now() / 1000) - 3600, nbf: 0 }],
    ["that is not yet", { nbf: Math.floor(Date.now() / 1000) + 3600 }],
    ["for another address", { serviceurl: "https://evil.example/" }],
    ["without an address", { serviceurl: undefined }],
  ])("a token %s", async (_, change) => refused(await door.post(activity(), await token(change))));

  test("a token signed by somebody else", async () =>
    refused(await door.post(activity(), await token({}, { key: foreign.privateKey }))));

  test("a token of a key nobody knows", async () =>
    refused(await door.post(activity(), await token({}, { kid: "other" }))));

  test("a token signed with the public key as a password", async () => {
    const secret = new TextEncoder().encode(JSON.stringify(await exportJWK(keys.publicKey)));
    const jwt = await new SignJWT({ iss: issuer, aud: appId, serviceurl: serviceUrl })
      .setProtectedHeader({ alg: "HS256", kid: "channel-key" })
      .sign(secret);
    await refused(await door.post(activity(), jwt));
  });

  test("a token that is not signed", async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const claims = { iss: issuer, aud: appId, serviceurl: serviceUrl, exp: 9_999_999_999 };
    const jwt = `${part({ alg: "none", kid: "channel-key" })}.${part(claims)}.`;
    await refused(await door.post(activity(), jwt));
  });

  test("a token changed after signing", async () => {
    const [head, claims = "", signature] = (await token()).split(".");
    const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), extra: 1 };
    const jwt = [head, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
    await refused(await door.post(activity(), jwt));
  });

  test("a token of our own app, which the SDK would take for the Emulator's", async () => {
    const jwt = await token({
      iss: `https://sts.windows.net/${tenantId}/`,
      appid: appId,
      ver: "1.0",
      aud: issuer,
    });
    await refused(await door.post(activity(), jwt));
  });

  test.each([
    ["a channel the key does not speak for", { channelId: "telegram" }],
    ["an activity that claims to need no token", { channelId: "AseChannel" }],
  ])("%s", async (_, parts) => refused(await door.post(activity(parts), await token())));

  test("an activity without an address, which the SDK would not compare", async () => {
    const answer = await door.post(activity({ serviceUrl: "" }), await token());
    expect([answer.status, door.inbounds()]).toEqual([400, []]);
  });

  test.each(["", "x", "a.b", "a.b.c.d", "a.b.c d", "..."])("%o as a token", async (jwt) =>
    refused(await door.post(activity(), jwt)),
  );

  test("a body that cannot be read", async () => {
    expect((await door.post("{", await token())).status).toBe(400);
    expect((await door.post("[".repeat(100_000), await token())).status).toBe(400);
    expect((await door.post("x".repeat(300_000), await token())).status).toBe(413);
  });
});

test("without configuration the door says so", async () => {
  const closed = await openDoor({ configured: false });
  const answer = await closed.post(activity());
  expect([answer.status, await answer.json()]).toEqual([503, { code: "channel.not-configured" }]);
  await closed.close();
});

describe("configuration", () => {
  const told = { appId, appPassword: "p", appType: undefined, tenantId: undefined };

  test("without an app id there is none", () => {
    expect(readAzureConfig({ ...told, appId: undefined })).toBeUndefined();
    expect(readAzureConfig({ ...told, appId: "" })).toBeUndefined();
  });

  test("is read whatever the case of its type", () => {
    expect(readAzureConfig({ ...told, appType: "singletenant", tenantId })?.appType).toBe("SingleTenant");
    expect(readAzureConfig(told)?.appType).toBe("MultiTenant");
  });

  test.each([
    ["a type nobody knows", { appType: "Tenant" }],
    ["one tenant that is not named", { appType: "SingleTenant" }],
    ["no password", { appPassword: "" }],
  ])("with %s is refused", (_, change) => {
    expect(() => readAzureConfig({ ...told, ...change })).toThrow(
      expect.objectContaining({ code: "config.invalid" }),
    );
  });
});

describe("a reply", () => {
  const reply: Reply = {
    bubbles: [{ text: "Dat is zwaar." }, { text: "Hoe oud is je kind?" }],
    choices: [{ id: "p1", label: "0 tot 3 maanden" }],
    listLabel: "Kies",
    locale: "nl",
    turn: 2,
    dialog: "sleep",
    node: "age",
    card: null,
  };
  const address = {
    serviceUrl,
    channelId: "msteams",
    conversation: "a:conversation",
    bot: "28:bot",
    person: "29:secret-person",
    activity: "1485983408511",
  };
  const outgoing: Outgoing = {
    key: "k",
    person: pseudonym("p"),
    channel: "azure",
    address: new Private(JSON.stringify(address)),
    reply,
    lastInboundAt: Date.now(),
    attempts: 0,
    unsure: false,
    token: "1",
  };
  const send = () => azureSend(connector, { exchange, ...watch });
  const path = "/emea/v3/conversations/a%3Aconversation/activities/1485983408511";

  beforeAll(() => {
    const login = `https://login.microsoftonline.com`;
    nock(login)
      .persist()
      .get(/openid-configuration/)
      .query(true)
      .reply(200, {
        token_endpoint: `${login}/${tenantId}/oauth2/v2.0/token`,
        authorization_endpoint: `${login}/${tenantId}/oauth2/v2.0/authorize`,
        issuer: `${login}/${tenantId}/v2.0`,
        jwks_uri: `${login}/${tenantId}/discovery/v2.0/keys`,
      })
      .get(/discovery\/instance/)
      .query(true)
      .reply(200, { tenant_discovery_endpoint: "", metadata: [] })
      .post(/oauth2\/v2.0\/token/, /client_secret=app-password/)
      .query(true)
      .reply(200, { token_type: "Bearer", expires_in: 3600, access_token: "our-token" });
  });

  test("leaves as one activity, with a token that Microsoft gave us", async () => {
    let sent: Record<string, unknown> = {};
    nock("https://smba.example.net", { reqheaders: { authorization: "Bearer our-token" } })
      .post(path, (body) => {
        sent = body;
        return true;
      })
      .reply(200, { id: "reply-1" });
    expect(await send()(outgoing)).toEqual({ kind: "sent", wireId: "reply-1" });
    expect(sent).toMatchObject({
      type: "message",
      text: "Dat is zwaar.\n\nHoe oud is je kind?",
      replyToId: "1485983408511",
      suggestedActions: { actions: [{ type: "imBack", title: "0 tot 3 maanden", value: "0 tot 3 maanden" }] },
      channelData: { naast: { dialog: "sleep", node: "age", card: null } },
    });
  });

  test.each([
    [400, "dropped"],
    [401, "retry"],
    [403, "retry"],
    [404, "dropped"],
    [429, "retry"],
    [500, "unknown"],
    [502, "unknown"],
    [503, "retry"],
  ])("that is answered with %d: %s, after one try", async (status, kind) => {
    const scope = nock("https://smba.example.net").post(path).reply(status, {});
    expect((await send()(outgoing)).kind).toBe(kind);
    expect(scope.isDone()).toBe(true);
    expect(nock.pendingMocks().filter((mock) => mock.includes("smba"))).toEqual([]);
  });

  const failure = (code: string) => Object.assign(new Error(code), { code });

  test("that is not answered may have arrived", async () => {
    nock("https://smba.example.net").post(path).replyWithError(failure("ECONNRESET"));
    expect(await send()(outgoing)).toEqual({ kind: "unknown" });
  });

  test("to an address of another channel is dropped", async () => {
    const elsewhere = { ...outgoing, address: new Private('{"to":"+31612345678"}') };
    expect(await send()(elsewhere)).toEqual({ kind: "dropped", code: "no-address" });
  });

  test.each(["http://smba.example.net/", "file:///etc", "not an address"])(
    "never goes to %s",
    async (unsafe) => {
      const there = { ...outgoing, address: new Private(JSON.stringify({ ...address, serviceUrl: unsafe })) };
      expect(await send()(there)).toEqual({ kind: "dropped", code: "no-address" });
    },
  );

  test("without a key from Microsoft waits for one", async () => {
    const keyless = { ...connector, token: () => Promise.reject(new Error("sign-in is down")) };
    const outcome = await azureSend(keyless, { exchange, ...watch })(outgoing);
    expect(outcome).toMatchObject({ kind: "retry", code: "no-token" });
  });

  test("shows neither key nor person in a log line", async () => {
    nock("https://smba.example.net").post(path).reply(401, {});
    await send()(outgoing);
    expect(lines.join()).toContain("http-401");
    expect(lines.join()).not.toMatch(/our-token|app-password|secret-person/);
  });
});
