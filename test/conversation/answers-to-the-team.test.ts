import { withCallbackAsItIs } from "../../src/conversation/callback-as-it-is.ts";
import type { Reply } from "../../src/conversation/inbound.ts";
import { takeTurn } from "../../src/conversation/take-turn.ts";
import { Private } from "../../src/privacy/private.ts";
import { type CallbackId, type Locale, locales, type PersonId } from "../../src/terms.ts";
import { hearsNothing } from "../support/calm.ts";
import { productionScript } from "../support/content.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";
import { aCallbackId, aConversation, aNurse, aPerson, aRequest } from "../support/samples.ts";
import { type OpenStorage, openTestStorage } from "../support/storage.ts";

const script = productionScript(hearsNothing);
const noon = Date.UTC(2026, 10, 23, 11);

let redis: TestRedis;
let storage: OpenStorage;

beforeAll(async () => {
  redis = await startTestRedis();
  storage = await openTestStorage({ url: redis.url });
}, 30_000);
afterAll(async () => {
  await storage.close();
  await redis.stop();
});

async function closedCallback(person: PersonId): Promise<CallbackId> {
  const id = aCallbackId();
  await storage.callbacks.open(id, aRequest(person, { lane: "routine", promisedAt: noon - 1 }));
  const held = await storage.callbacks.claim(aNurse("ann"), { id });
  if (held === undefined) throw new Error("nothing to claim");
  await storage.callbacks.close(held.hold, { outcome: "advice_given", parentInformed: true });
  return id;
}

/** Delivers one message and takes its turn as the product does. */
async function say(person: PersonId, words: string, more: object = {}): Promise<Reply | undefined> {
  const inbound = { id: `m-${words}`, person, channel: "directline", kind: "message" } as const;
  await storage.turnLog.accept([
    { ...inbound, words: new Private(words), sentAt: noon, address: new Private(""), ...more },
  ]);
  const found = await storage.turnLog.claim();
  if (found === undefined) return undefined;
  const claim = await withCallbackAsItIs(found, storage.callbacks);
  const commit = takeTurn(claim, script, { now: noon, load: { ahead: 0, open: 0 } });
  await storage.turnLog.commit(found, commit);
  return commit.reply;
}

const ask = (person: PersonId, asks: string, about: CallbackId, locale: Locale) =>
  say(person, "", { id: `due-${asks}`, kind: "due", asks, about, locale });
const textOf = (reply: Reply | undefined): string => reply?.bubbles.map(({ text }) => text).join("\n") ?? "";
const stateOf = async (id: CallbackId) => (await storage.callbacks.find(id))?.state;

describe("an answer to a question of ours", () => {
  test.each(locales)('a no to "were you called?" reopens the callback and says so (%s)', async (locale) => {
    const person = aPerson();
    const id = await closedCallback(person);
    const asked = await ask(person, "called", id, locale);
    const no = asked?.choices[1]?.label ?? "";
    const reply = await say(person, no);
    expect(textOf(reply)).toContain("17:00");
    await until(async () => (await stateOf(id)) === "waiting");
    const callback = await storage.callbacks.find(id);
    expect(callback).toMatchObject({ lane: "today", closedAt: null });
    expect(callback?.history.filter(({ kind }) => kind === "answered")).toEqual([
      expect.objectContaining({ by: "parent", detail: "called=no" }),
    ]);
  });

  test("a no that is delivered twice is one no", async () => {
    const person = aPerson();
    const id = await closedCallback(person);
    await ask(person, "called", id, "nl");
    await say(person, "Nee, nog niet");
    await say(person, "Nee, nog niet");
    await until(async () => (await stateOf(id)) === "waiting");
    expect(
      (await storage.callbacks.find(id))?.history.filter(({ kind }) => kind === "answered"),
    ).toHaveLength(1);
  });

  test("a yes and a check-back are seen by the nurses and open nothing", async () => {
    const person = aPerson();
    const id = await closedCallback(person);
    await ask(person, "called", id, "nl");
    await say(person, "Ja, dat is gelukt");
    await ask(person, "how-was-it", id, "nl");
    await say(person, "Het gaat beter");
    const answers = async () =>
      (await storage.callbacks.find(id))?.history.flatMap(({ kind, detail }) =>
        kind === "answered" ? detail : [],
      );
    await until(async () => (await answers())?.length === 2);
    expect(await answers()).toEqual(["called=yes", "helped=better"]);
    expect(await stateOf(id)).toBe("closed");
  });

  test("a parent who took the request back is not told that a nurse will call", async () => {
    const withdrawn = aConversation(aPerson(), { slots: { about: "none" } });
    const place = [{ dialog: "called", node: "were-you" }];
    const conversation = { ...withdrawn, channel: "directline" as const, place, offered: ["yes", "no"] };
    const words = new Private("Nee, nog niet");
    const inbound = { id: "m", person: withdrawn.person, channel: "directline", kind: "message" } as const;
    const claim = {
      person: withdrawn.person,
      token: "1",
      attempts: 0,
      conversation,
      inbound: { ...inbound, words, sentAt: noon, address: new Private("") },
    };
    const commit = takeTurn(claim, script, { now: noon, load: { ahead: 0, open: 0 } });
    expect(commit.intent).toBeUndefined();
    expect(commit.reply).toMatchObject({ dialog: "my-callback", node: "none" });
  });
});

test("a parent whose callback was closed is told of no promise, and can ask anew", async () => {
  const person = aPerson();
  const id = await closedCallback(person);
  const claim = {
    person,
    token: "1",
    attempts: 0,
    conversation: aConversation(person, { callback: id, slots: { callback: "open", promise: "1" } }),
    inbound: {} as never,
  };
  expect((await withCallbackAsItIs(claim, storage.callbacks)).conversation?.callback).toBeNull();
});

describe('"when will I be called?"', () => {
  const cases = [
    ["in time", noon + 1, undefined, "status"],
    ["whose promise has passed", noon - 1, undefined, "late"],
    ["who was not reached", noon - 1, "not_reached", "missed"],
    ["who was spoken to", noon - 1, "called", "spoken"],
  ] as const;

  test.each(cases)("a parent %s is told what is so", async (_who, promisedAt, tried, node) => {
    const person = aPerson();
    const id = aCallbackId();
    await storage.callbacks.open(id, aRequest(person, { promisedAt }));
    const held = await storage.callbacks.claim(aNurse("ann"), { id });
    if (held === undefined) throw new Error("nothing to claim");
    if (tried !== undefined) await storage.callbacks.attempt(held.hold, tried);
    const claim = {
      person,
      token: "1",
      attempts: 0,
      conversation: aConversation(person, { callback: id }),
      inbound: {
        ...{ id: "m", person, channel: "directline", kind: "message" as const, sentAt: noon },
        ...{ words: new Private("wanneer word ik gebeld"), address: new Private("") },
      },
    };
    const known = await withCallbackAsItIs(
      { ...claim, inbound: { ...claim.inbound } } as never,
      storage.callbacks,
    );
    const { reply } = takeTurn(known, script, { now: noon, load: { ahead: 0, open: 0 } });
    expect(reply).toMatchObject({ dialog: "my-callback", node });
    expect(textOf(reply).includes("{{")).toBe(false);
    // a time is only named where it still holds, or where it is owned up to
    expect(textOf(reply).includes("vóór")).toBe(node === "status" || node === "late");
  });
});
