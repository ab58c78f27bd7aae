import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type Exchange, exchange } from "../../../src/channels/exchange.ts";
import type { WhatsAppConfig } from "../../../src/channels/whatsapp/config.ts";
import { whatsAppSend } from "../../../src/channels/whatsapp/send.ts";
import { rules } from "../../../src/channels/whatsapp/send-outcome.ts";
import { templateDefinitions } from "../../../src/channels/whatsapp/templates.ts";
import type { MetaStub } from "../../../src/commands/demo-whatsapp/meta-stub.ts";
import type { Reply } from "../../../src/conversation/inbound.ts";
import type { Outgoing } from "../../../src/conversation/turn-log.ts";
import { Private } from "../../../src/privacy/private.ts";
import { type Locale, locales, type PersonId } from "../../../src/terms.ts";
import { startCheckedStub } from "../../meta-stub/start-checked-stub.ts";
import { memoryLog } from "./support/turn-log.ts";

let meta: MetaStub;
let lines: string[];
let store: ReturnType<typeof memoryLog>;

beforeEach(async () => {
  meta = await startCheckedStub();
  lines = [];
  store = memoryLog();
});

afterEach(() => meta.stop());

const note = (facts: object, message: string) => lines.push(`${JSON.stringify(facts)} ${message}`);

function sender(overrides: Partial<WhatsAppConfig> = {}, way = exchange) {
  const config: WhatsAppConfig = {
    verifyToken: "v",
    appSecrets: [meta.appSecret],
    accessToken: meta.accessToken,
    phoneNumberId: meta.phoneNumberId,
    graphUrl: meta.graphUrl,
    ...overrides,
  };
  return whatsAppSend(config, {
    exchange: way,
    clock: Date.now,
    metrics: { count: () => {} },
    log: { info: note, warn: note, error: note },
    transit: store.transit,
    bringBack: store.bringBack,
  });
}

const reply = (texts: readonly string[], locale: Locale = "nl"): Reply => ({
  bubbles: texts.map((text) => ({ text })),
  choices: [
    { id: "yes", label: "Ja" },
    { id: "no", label: "Nee" },
  ],
  listLabel: "Kies",
  locale,
  turn: 7,
  dialog: "sleep",
  node: "first",
  card: null,
});

const outgoing = (overrides: Partial<Outgoing> = {}): Outgoing => ({
  key: "key-1",
  person: "person-1" as PersonId,
  channel: "whatsapp",
  address: new Private(JSON.stringify({ to: "+31612345678", message: "wamid.IN" })),
  reply: reply(["Slaapt je kind overdag?"]),
  lastInboundAt: Date.now() - 1000,
  attempts: 0,
  unsure: false,
  token: "1",
  ...overrides,
});

test("a reply that Meta takes is sent, and its status can be brought home", async () => {
  const outcome = await sender()(outgoing());
  expect(outcome).toEqual({ kind: "sent", wireId: meta.taken()[0]?.wireId });
  expect(meta.received).toMatchObject([
    { whom: "+31612345678", opaque: "key-1~person-1~nl~7", problems: [] },
  ]);
});

test("a reply that Meta took is kept until a status tells what became of it", async () => {
  await sender()(outgoing());
  expect((await store.transit.find("person-1" as PersonId, "key-1"))?.reply.bubbles).toHaveLength(1);
});

test("a reply goes out although it cannot be kept", async () => {
  store.goAway();
  expect((await sender()(outgoing())).kind).toBe("sent");
});

test("the parent's message is marked as read once it is answered", async () => {
  await sender()(outgoing());
  await new Promise((later) => setTimeout(later, 50));
  expect(meta.marks).toEqual([{ messaging_product: "whatsapp", status: "read", message_id: "wamid.IN" }]);
});

describe("codes of Meta's", () => {
  const expected = { retry: "retry", wait: "retry", drop: "dropped", knock: "sent" } as const;

  test.each(Object.entries(rules).map(([code, rule]) => [Number(code), expected[rule.kind]] as const))(
    "%d: %s",
    async (code, kind) => {
      meta.failNext({ kind: "refuse", code });
      const outcome = await sender()(outgoing());
      expect(outcome.kind).toBe(kind);
      expect(store.back).toEqual(
        kind === "dropped" ? [["key-1", "never"]] : kind === "sent" ? [["key-1", "closed"]] : [],
      );
      if ("code" in outcome) expect(outcome.code).toBe(String(code));
    },
  );

  test("a code that nobody knows yet drops the message and says so", async () => {
    meta.failNext({ kind: "refuse", code: 999999 });
    expect(await sender()(outgoing())).toEqual({ kind: "dropped", code: "999999" });
    expect(lines.join()).toContain("999999");
  });

  test("too much to one person waits 4^X seconds, and shows that an answer is coming", async () => {
    const send = sender();
    meta.failNext(...[1, 2, 3, 4].map(() => ({ kind: "refuse", code: 131056 }) as const));
    const waits: unknown[] = [];
    for (let tried = 0; tried < 4; tried += 1) waits.push(await send(outgoing({ attempts: tried })));
    expect(waits.map((one) => (one as { afterMilliseconds: number }).afterMilliseconds)).toEqual([
      1000, 4000, 16_000, 64_000,
    ]);
    await new Promise((later) => setTimeout(later, 50));
    expect(meta.marks[0]).toMatchObject({ typing_indicator: { type: "text" } });
  });

  test("a code that may be tried once more is dropped at the second no", async () => {
    const send = sender();
    meta.failNext({ kind: "refuse", code: 1 }, { kind: "refuse", code: 1 });
    const kinds = [(await send(outgoing())).kind, (await send(outgoing({ attempts: 1 }))).kind];
    expect(kinds).toEqual(["retry", "dropped"]);
  });

  test("Meta's own pause counts before ours", async () => {
    meta.failNext({ kind: "refuse", code: 130429, status: 429, retryAfter: 42 });
    expect(await sender()(outgoing())).toEqual({ kind: "retry", code: "130429", afterMilliseconds: 42_000 });
  });

  test("a key that no longer works keeps the reply and calls for someone", async () => {
    const outcome = await sender({ accessToken: "expired" })(outgoing());
    expect(outcome).toEqual({ kind: "retry", code: "190", afterMilliseconds: 300_000 });
    expect(lines.join()).toContain("190");
  });
});

describe("no clear answer", () => {
  test.each([
    ["a cut before Meta took it", { kind: "cut", taken: false }],
    ["a cut after Meta took it", { kind: "cut", taken: true }],
    ["a gateway's 502", { kind: "gateway", status: 502 }],
    ["a gateway's 504", { kind: "gateway", status: 504 }],
  ] as const)("%s leaves it open whether it arrived", async (_, fault) => {
    meta.failNext(fault);
    expect(await sender()(outgoing())).toEqual({ kind: "unknown" });
  });

  test("a time-out leaves it open too", async () => {
    meta.failNext({ kind: "slow", milliseconds: 300 });
    const impatient: Exchange = (url, leaving) => exchange(url, { ...leaving, timeoutMilliseconds: 50 });
    expect(await sender({}, impatient)(outgoing())).toEqual({ kind: "unknown" });
  });

  test("a door that is shut is certain: nothing left, so it is tried again", async () => {
    const send = sender();
    await meta.stop();
    expect(await send(outgoing())).toMatchObject({ kind: "retry", code: "unreached" });
  });

  test("a gateway's 429 is slowed down for", async () => {
    meta.failNext({ kind: "gateway", status: 429 });
    expect(await sender()(outgoing())).toMatchObject({ kind: "retry", code: "http-429" });
  });
});

describe("a reply of several messages", () => {
  const long = outgoing({ reply: reply(["woord ".repeat(1000)]) });

  test("goes on where it stopped, so no part comes twice", async () => {
    const send = sender();
    let count = 0;
    meta.failBy(() => {
      count += 1;
      return count === 2 ? { kind: "refuse", code: 131016 } : undefined;
    });
    expect((await send(long)).kind).toBe("retry");
    expect((await send(long)).kind).toBe("sent");
    expect(meta.taken().map(({ payload }) => payload["type"])).toEqual(["text", "interactive"]);
    expect(meta.taken().map(({ opaque }) => opaque !== undefined)).toEqual([false, true]);
  });
});

describe("after 24 hours", () => {
  const late = (locale: Locale) =>
    outgoing({ lastInboundAt: Date.now() - 25 * 3600_000, reply: reply(["Hoe gaat het nu?"], locale) });

  test.each(locales)("a knock is sent in %s, and nothing of what it is about", async (locale) => {
    const knock = { ...reply(["Hoe gaat het nu?"], locale), knock: "ready" } as const;
    expect((await sender()({ ...late(locale), reply: knock })).kind).toBe("sent");
    const [sent] = meta.received;
    expect(sent?.problems).toEqual([]);
    expect(sent?.payload["template"]).toMatchObject({
      language: { code: locale.slice(0, 2) },
      components: [{ parameters: [{ payload: "7.read" }] }],
    });
    expect(JSON.stringify(sent?.payload)).not.toContain("Hoe gaat");
  });

  test("words are handed back without being tried", async () => {
    expect((await sender()(late("nl"))).kind).toBe("sent");
    expect([meta.received.length, store.back]).toEqual([0, [["key-1", "closed"]]]);
  });

  test("that only Meta had noticed, words are handed back", async () => {
    meta.failNext({ kind: "refuse", code: 131047 });
    expect((await sender()(outgoing())).kind).toBe("sent");
    expect([meta.received.length, store.back]).toEqual([1, [["key-1", "closed"]]]);
    expect(await store.transit.find("person-1" as PersonId, "key-1")).toBeUndefined();
  });

  test("words that cannot be handed back yet are tried again", async () => {
    store.goAway();
    expect(await sender()(late("nl"))).toMatchObject({ kind: "retry", code: "storage.unavailable" });
  });

  test("a knock that is refused for the same reason ends there", async () => {
    meta.failNext({ kind: "refuse", code: 131047 });
    const knock = outgoing({ reply: { ...reply([]), knock: "ready" } });
    expect(await sender()(knock)).toEqual({ kind: "dropped", code: "131047" });
  });

  test.each([
    ["tried", "naast_call_tried", "7.callback"],
    ["still-wanted", "naast_call_still_wanted", "7.callback"],
    ["ready", "naast_message_ready", "7.read"],
  ] as const)(
    "the knock %s goes alone, also while words would still be taken",
    async (knock, name, payload) => {
      const fixed = outgoing({ reply: { ...reply([]), knock } });
      expect((await sender()(fixed)).kind).toBe("sent");
      const [sent] = meta.received;
      expect(sent?.problems).toEqual([]);
      expect(sent?.payload["template"]).toMatchObject({ name, components: [{ parameters: [{ payload }] }] });
    },
  );

  test("every template is written in four languages, within Meta's limits, without a word on health", () => {
    const definitions = JSON.parse(JSON.stringify(templateDefinitions()));
    expect(definitions).toHaveLength(12);
    for (const name of new Set(definitions.map((one: { name: string }) => one.name)))
      expect(
        definitions.flatMap((one: { name: string; language: string }) =>
          one.name === name ? one.language : [],
        ),
      ).toEqual(["nl", "en", "pl", "tr"]);
    for (const { components } of definitions) {
      const [body, { buttons }] = components;
      expect(body.text.length).toBeLessThanOrEqual(1024);
      expect(buttons[0].text.length).toBeLessThanOrEqual(20);
      expect(body.text).not.toMatch(
        /baby|kind|child|dzieck|çocuk|arts|nurse|verpleeg|pielęg|hemşire|gezond|health/i,
      );
    }
  });
});

describe("the access token", () => {
  test.each([
    "http://graph.facebook.com/v25.0",
    "https://user:pass@graph.facebook.com/v25.0",
    "ftp://graph.facebook.com",
    "graph.facebook.com",
    "http://127.0.0.1.evil.example/v25.0",
    "http://localhost.evil.example/",
  ])("is never sent to %s", (graphUrl) => {
    expect(() => sender({ graphUrl })).toThrow(expect.objectContaining({ code: "config.invalid" }));
  });

  test.each(["../../me", "1/2", "", "12a"])("is never sent on behalf of the number %o", (phoneNumberId) => {
    expect(() => sender({ phoneNumberId })).toThrow(expect.objectContaining({ code: "config.invalid" }));
  });

  test("follows no redirect", async () => {
    let followed = 0;
    const elsewhere = createServer((_request, response) => {
      followed += 1;
      response.end("{}");
    });
    await new Promise<void>((ready) => elsewhere.listen(0, "127.0.0.1", ready));
    const target = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`;
    const redirecting = createServer((_request, response) =>
      response.writeHead(307, { location: target }).end(),
    );
    await new Promise<void>((ready) => redirecting.listen(0, "127.0.0.1", ready));
    const graphUrl = `http://127.0.0.1:${(redirecting.address() as AddressInfo).port}/v25.0`;
    expect(await sender({ graphUrl })(outgoing())).toMatchObject({ kind: "retry", code: "http-307" });
    expect(followed).toBe(0);
    for (const server of [elsewhere, redirecting]) {
      server.closeAllConnections();
      server.close();
    }
  });

  test("reaches no log line and no outcome, whatever fails", async () => {
    const send = sender();
    const outcomes: unknown[] = [];
    for (const code of [190, 100, 131009, 132001]) {
      meta.failNext({ kind: "refuse", code });
      outcomes.push(await send(outgoing()));
    }
    expect(JSON.stringify([outcomes, lines])).not.toContain(meta.accessToken);
    expect(JSON.stringify([outcomes, lines])).not.toContain("31612345678");
  });
});

test("an address of another channel is dropped, not guessed at", async () => {
  const outcome = await sender()(outgoing({ address: new Private("{}") }));
  expect(outcome).toEqual({ kind: "dropped", code: "no-address" });
  expect(meta.received).toEqual([]);
});
