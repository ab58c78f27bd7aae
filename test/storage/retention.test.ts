/**
 * The clock of Redis is run forward over everything that is kept: every key loses as much of its lifetime as would have
 * passed, and what has none left is gone. What then is there must be what `src/privacy/retention.ts` says.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Claim, Commit } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import { retention } from "../../src/privacy/retention.ts";
import { type KeyClassName, keyClasses, keyClassOf } from "../../src/storage/keys.ts";
import { locales, type PersonId } from "../../src/terms.ts";
import { root } from "../support/content.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";
import {
  aCallbackId,
  aConversation,
  aNurse,
  anInbound,
  aPerson,
  aReply,
  aRequest,
} from "../support/samples.ts";
import { type OpenStorage, openTestStorage } from "../support/storage.ts";

jest.setTimeout(60_000);

const hour = 3_600_000;
const day = 24 * hour;
const [closed, waiting] = [aPerson(), aPerson()];
let server: TestRedis;
let storage: OpenStorage;

beforeAll(async () => {
  server = await startTestRedis();
  storage = await openTestStorage({ url: server.url });
  await use();
}, 30_000);
afterAll(async () => {
  await storage.close();
  await server.stop();
});

/** Everything two parents can leave behind: one whose callback was closed, and one who still waits for theirs. */
async function use(): Promise<void> {
  const id = aCallbackId();
  await turn(closed, { kind: "open", id, request: aRequest(closed, { phone: "+31612345678" }) });
  await until(async () => (await storage.callbacks.findOf(closed)).length === 1);
  await storage.callbacks.open(
    aCallbackId(),
    aRequest(waiting, { phone: "+31612345678", preferredNurse: "local:roos-de-wit" }),
  );
  const held = await storage.callbacks.claim(aNurse("ann"), { id });
  if (held === undefined) throw new Error("nothing to claim");
  await storage.notes.add(id, { at: Date.now(), by: "ann", name: "Ann", words: "a note" });
  await storage.callbacks.close(held.hold, { outcome: "advice_given", parentInformed: true });
  await storage.chatLog.open(closed);
  await storage.chatLog.append(closed, "k", [{ activity: new Private("{}"), lifetimeMilliseconds: day }]);
  await storage.rateLimits.count("sign-in-by-range", "203.0.113.1");
  await storage.readings.note("local:ann-de-boer", id);
  await storage.turnLog.accept([anInbound(closed)]);
  const claim = await claimed();
  await storage.turnLog.setAside(claim, { ...answerTo(closed), intent: undefined });
  await storage.turnLog.accept([anInbound(closed)]);
}

const answerTo = (person: PersonId) => ({ conversation: aConversation(person), reply: aReply("goed") });

async function turn(person: PersonId, intent: Commit["intent"]): Promise<void> {
  await storage.turnLog.accept([anInbound(person)]);
  await storage.turnLog.commit(await claimed(), { ...answerTo(person), intent });
}

async function claimed(): Promise<Claim> {
  let claim: Claim | undefined;
  await until(async () => {
    claim = await storage.turnLog.claim();
    return claim !== undefined;
  });
  return claim as Claim;
}

const call = (...command: readonly string[]) => storage.redis.link.call("a", ...command);

async function forward(milliseconds: number): Promise<void> {
  for (const key of (await call("KEYS", "*")) as string[]) {
    const left = Number(await call("PTTL", key));
    if (left < 0) continue;
    if (left <= milliseconds) await call("DEL", key);
    else await call("PEXPIRE", key, String(left - milliseconds));
  }
}

async function kinds(): Promise<ReadonlySet<KeyClassName>> {
  const keys = (await call("KEYS", "*")) as string[];
  return new Set(
    keys.map((key) => {
      const kind = keyClassOf(key);
      if (kind === undefined) throw new Error(`nobody declared ${key}`);
      return kind;
    }),
  );
}

test("at first there is a key of nearly every class", async () => {
  const there = await kinds();
  for (const kind of [
    ...["seen", "inbox", "conversation", "salt", "outbox", "outgoing", "dead", "chat", "chatPart"],
    ...["callback", "history", "callbacksOf", "notes", "phone", "alias", "closed", "readings", "rate"],
    "askingFor",
  ] as const)
    expect(there).toContain(kind);
});

test("no name of anybody stands in the name of a key", async () => {
  const names = ((await call("KEYS", "*")) as string[]).join("\n");
  for (const name of ["roos-de-wit", "ann-de-boer", "31612345678", "203.0.113"])
    expect(names).not.toContain(name);
});

test("a day later no words on their way are left", async () => {
  await forward(25 * hour);
  const there = await kinds();
  for (const kind of ["inbox", "outbox", "outgoing", "chatPart", "rate", "readings"] as const)
    expect(there).not.toContain(kind);
  expect(there).toContain("conversation");
});

test("nine days later nothing tells any more that a message came, and what nobody could answer is gone", async () => {
  await forward(8 * day);
  const there = await kinds();
  for (const kind of ["seen", "done", "dead"] as const) expect(there).not.toContain(kind);
});

test("a month later the conversation and the closed callback are gone; the one that waits is not", async () => {
  await forward(23 * day);
  const there = await kinds();
  for (const kind of ["conversation", "salt", "chat", "notes", "phone"] as const)
    expect(there).not.toContain(kind);
  expect(await storage.callbacks.findOf(closed)).toEqual([]);
  expect(await storage.callbacks.findOf(waiting)).toMatchObject([{ state: "waiting" }]);
  const keys = (await call("KEYS", "*")) as string[];
  expect(keys.filter((key) => key.includes(closed))).toEqual([]);
});

test("in the end only what may not be lost is there, each class with its reason", async () => {
  await forward(400 * day);
  for (const kind of await kinds()) {
    const { lifetime, ...more } = keyClasses[kind];
    expect([kind, lifetime, "why" in more]).toEqual([kind, null, true]);
  }
});

test.each(locales)("in %s a parent is told for how many days their place is kept", (locale) => {
  const { show } = JSON.parse(readFileSync(join(root, `locales/${locale}/rights.json`), "utf8")) as Record<
    string,
    string
  >;
  expect(show).toMatch(new RegExp(`\\b${retention.conversation / day}\\b`));
});
