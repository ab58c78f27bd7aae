import { setTimeout as pause } from "node:timers/promises";
import { bringBack } from "../../src/conversation/bring-back.ts";
import { runTurns, type TurnResult } from "../../src/conversation/run-turns.ts";
import { sendReplies } from "../../src/conversation/send-replies.ts";
import type { Claim, Commit, Outgoing, SendOutcome } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import { retention } from "../../src/privacy/retention.ts";
import { keyClasses, keyClassOf, personKeys } from "../../src/storage/keys.ts";
import type { Storage } from "../../src/storage/open-storage.ts";
import type { PersonId } from "../../src/terms.ts";
import { parents, sightings } from "../support/canaries.ts";
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

let server: TestRedis;
let storage: OpenStorage;

beforeAll(async () => {
  server = await startTestRedis();
});
afterAll(async () => {
  await server.stop();
});
beforeEach(async () => {
  storage = await openTestStorage(
    { url: server.url },
    { sweepMilliseconds: 100, turnLeaseMilliseconds: 1_000 },
  );
  await storage.redis.link.call("a", "FLUSHALL");
});
afterEach(async () => {
  await storage.close();
});

/** Answers every message with its own words and the count of those before it. */
async function echo({ person, inbound, conversation }: Claim): Promise<Commit> {
  const turn = (conversation?.turn ?? 0) + 1;
  return {
    conversation: aConversation(person, { turn }),
    reply: aReply(`${turn}: ${inbound.words.reveal()}`),
    intent: undefined,
  };
}

interface Service {
  readonly sent: Map<PersonId, string[]>;
  readonly results: TurnResult[];
  readonly outcomes: SendOutcome[];
  stop(): Promise<void>;
}

function serve(
  at: Storage,
  given: Partial<Parameters<typeof runTurns>[0]> = {},
  outcomes: SendOutcome[] = [],
): Service {
  const sent = new Map<PersonId, string[]>();
  const results: TurnResult[] = [];
  const made: SendOutcome[] = [];
  const send = async ({ person, reply }: Outgoing): Promise<SendOutcome> => {
    const outcome = outcomes.shift() ?? { kind: "sent" };
    if (outcome.kind === "sent")
      sent.set(person, [...(sent.get(person) ?? []), reply.bubbles[0]?.text ?? ""]);
    return outcome;
  };
  const turns = runTurns({
    turnLog: at.turnLog,
    answer: echo,
    fallback: ({ person }) => ({
      conversation: aConversation(person),
      reply: aReply("sorry"),
      intent: undefined,
    }),
    log: storage.log,
    counted: (result) => void results.push(result),
    ...given,
  });
  const back = bringBack({
    turnLog: at.turnLog,
    outbox: at.outbox,
    isKnown: async () => true,
    tellTeam: at.callbacks.undelivered,
    clock: Date.now,
  });
  const replies = sendReplies({
    outbox: at.outbox,
    send: { whatsapp: send, directline: send, azure: send },
    lost: (outgoing) => back(outgoing, "never"),
    log: storage.log,
    counted: (_, outcome) => void made.push(outcome),
  });
  return {
    sent,
    results,
    outcomes: made,
    async stop() {
      await turns.stop();
      await replies.stop();
    },
  };
}

test("answers each message of many people once and in order, by two processes at once", async () => {
  const one = serve(storage);
  const other = serve(await storage.another({ sweepMilliseconds: 100, turnLeaseMilliseconds: 1_000 }));
  const persons = Array.from({ length: 30 }, () => aPerson());
  const rounds = 10;
  for (let round = 1; round <= rounds; round += 1) {
    const messages = persons.map((person) => anInbound(person, { id: `m${round}`, text: `m${round}` }));
    await storage.turnLog.accept(messages);
    if (round % 3 === 0) await storage.turnLog.accept(messages);
  }
  const all = (): number => [...one.sent.values(), ...other.sent.values()].flat().length;
  await until(() => all() >= persons.length * rounds);
  await pause(200);
  expect(all()).toBe(persons.length * rounds);
  const expected = Array.from({ length: rounds }, (_, at) => `${at + 1}: m${at + 1}`);
  for (const person of persons) {
    const texts = [...(one.sent.get(person) ?? []), ...(other.sent.get(person) ?? [])];
    expect(texts.toSorted()).toEqual(expected.toSorted());
    expect(one.sent.get(person) ?? []).toEqual(
      expected.filter((text) => one.sent.get(person)?.includes(text)),
    );
  }
  await Promise.all([one.stop(), other.stop()]);
});

test("a message nobody can answer is set aside after six tries, its person told, and the next answered", async () => {
  const service = serve(storage, {
    answer: async (claim) => {
      if (claim.inbound.words.reveal() === "poison")
        throw new TypeError("cannot read mijn kind heeft koorts");
      return await echo(claim);
    },
  });
  const person = aPerson();
  await storage.turnLog.accept([anInbound(person, { text: "poison" }), anInbound(person, { text: "next" })]);
  await until(() => service.sent.get(person)?.length === 2, 20_000);
  expect(service.sent.get(person)).toEqual(["sorry", "2: next"]);
  expect(service.results.filter((result) => result === "failed")).toHaveLength(5);
  expect(service.results).toContain("set-aside");
  expect(JSON.stringify(storage.log.lines)).not.toContain("koorts");
  const dead = (await storage.redis.link.call("a", "KEYS", "*:dead")) as string[];
  expect(dead).toHaveLength(1);
  await service.stop();
});

/** What a process sees of the log until it dies; from then on nothing it asks for is ever answered. */
function mortal({ turnLog }: Storage) {
  let dead = false;
  const never = new Promise<never>(() => undefined);
  const alive = <Given extends readonly unknown[], Result>(ask: (...given: Given) => Promise<Result>) => {
    return (...given: Given): Promise<Result> => (dead ? never : ask(...given));
  };
  return {
    isDead: () => dead,
    die(): Promise<never> {
      dead = true;
      return never;
    },
    turnLog: {
      ...turnLog,
      claim: alive(turnLog.claim),
      commit: alive(turnLog.commit),
      giveBack: alive(turnLog.giveBack),
      singleOut: alive(turnLog.singleOut),
      setAside: alive(turnLog.setAside),
    },
  };
}

test("of the messages in hand each time a process dies only the one it dies of is set aside", async () => {
  const persons = Array.from({ length: 4 }, () => aPerson());
  const [deadly, ...others] = persons;
  await storage.turnLog.accept(persons.map((person) => anInbound(person)));
  const ended = new Map<PersonId, string>();
  let lives = 0;
  for (; ended.size < persons.length; lives += 1) {
    const life = mortal(await storage.another({ sweepMilliseconds: 0, turnLeaseMilliseconds: 400 }));
    const turns = runTurns({
      turnLog: {
        ...life.turnLog,
        async setAside(claim, commit) {
          ended.set(claim.person, "set aside");
          return await life.turnLog.setAside(claim, commit);
        },
      },
      async answer(claim) {
        if (claim.person === deadly) return await life.die();
        await pause(50);
        if (!life.isDead()) ended.set(claim.person, "answered");
        return await echo(claim);
      },
      fallback: ({ person }) => ({
        conversation: aConversation(person),
        reply: undefined,
        intent: undefined,
      }),
      log: storage.log,
    });
    await until(() => life.isDead() || ended.size === persons.length);
    await turns.stop(0);
  }
  expect(others.map((person) => ended.get(person))).toEqual(others.map(() => "answered"));
  expect(ended.get(deadly as PersonId)).toBe("set aside");
  expect(lives).toBeGreaterThan(5);
});

test("stopping finishes what is in hand and takes nothing new", async () => {
  let answering = 0;
  const service = serve(storage, {
    answer: async (claim) => {
      answering += 1;
      await pause(200);
      return await echo(claim);
    },
  });
  await storage.turnLog.accept([anInbound(aPerson())]);
  await until(() => answering === 1);
  await service.stop();
  expect(service.results).toEqual(["answered"]);
  await storage.turnLog.accept([anInbound(aPerson())]);
  await pause(300);
  expect(answering).toBe(1);
});

test("replies go on after failed and unanswered tries, each in its place", async () => {
  const service = serve(storage, {}, [
    { kind: "retry", afterMilliseconds: 10, code: "429" },
    { kind: "unknown" },
    { kind: "sent" },
  ]);
  const person = aPerson();
  await storage.turnLog.accept(["a", "b", "c"].map((text) => anInbound(person, { text })));
  await until(() => service.sent.get(person)?.length === 3);
  expect(service.sent.get(person)).toEqual(["1: a", "2: b", "3: c"]);
  await service.stop();
});

test("a nurse's message that waited too long is not sent, and she sees that it did not arrive", async () => {
  const { callbacks, outbox, redis, log } = storage;
  const [person, other] = [aPerson(), aPerson()];
  const id = aCallbackId();
  await callbacks.open(id, aRequest(person));
  const message = { channel: "whatsapp", address: new Private("a"), lastInboundAt: 1 } as const;
  await outbox.put({ ...message, key: "old", person, reply: aReply("Tot morgen. Noor", { about: id }) });
  await outbox.put({ ...message, key: "fresh", person: other, reply: aReply("Tot morgen. Noor") });
  const { outgoing } = personKeys(person);
  const before = String(Date.now() - retention.reply - 1_000);
  await redis.link.call(outgoing, "HSET", outgoing, "at:old", before, "held:old", "1");

  const service = serve(storage);
  await until(async () => (await callbacks.find(id))?.history.at(-1)?.kind === "undelivered");
  await until(() => service.sent.size === 1 && service.outcomes.length === 2);
  await service.stop();
  expect((await callbacks.find(id))?.history.at(-1)).toMatchObject({ kind: "undelivered", detail: "lost" });
  expect(service.sent.get(person)).toBeUndefined();
  expect(service.outcomes).toContainEqual({ kind: "dropped", code: "too-late" });
  expect(log.lines.map(({ facts }) => facts["code"])).toEqual(["too-late"]);
});

test("what a channel refuses for good is told to the nurse whose it is, whatever channel it is", async () => {
  const person = aPerson();
  const id = aCallbackId();
  await storage.callbacks.open(id, aRequest(person));
  await storage.outbox.put({
    ...{ key: "k", person, channel: "directline", address: new Private("a"), lastInboundAt: 1 },
    reply: aReply("Tot morgen. Noor", { about: id }),
  });
  const service = serve(storage, {}, [{ kind: "dropped", code: "channel.not-found" }]);
  await until(async () => (await storage.callbacks.find(id))?.history.at(-1)?.kind === "undelivered");
  await service.stop();
});

test("every accepted message is answered and sent without anybody looking for it", async () => {
  let sent = 0;
  const service = serve(storage);
  const replies = sendReplies({
    outbox: storage.outbox,
    log: storage.log,
    lost: async () => undefined,
    send: {
      whatsapp: async () => ({ kind: "sent" }),
      azure: async () => ({ kind: "sent" }),
      directline: async () => {
        sent += 1;
        return { kind: "sent" };
      },
    },
  });
  for (let round = 0; round < 100; round += 1) {
    await storage.turnLog.accept([anInbound(aPerson(), { channel: "directline" })]);
    await pause(5);
  }
  await until(() => sent + [...service.sent.values()].flat().length >= 100);
  await replies.stop();
  await service.stop();
});

test("survives kills of Redis without losing, doubling or mixing up an answer", async () => {
  const service = serve(storage);
  const persons = Array.from({ length: 20 }, () => aPerson());
  const accepted = new Map<PersonId, string[]>(persons.map((person) => [person, []]));
  const kills = (async () => {
    for (let kill = 0; kill < 3; kill += 1) {
      await pause(250);
      await server.kill();
      await server.start();
    }
  })();
  for (let round = 1; round <= 15; round += 1) {
    await Promise.all(
      persons.map(async (person) => {
        const message = anInbound(person, { id: `m${round}`, text: `m${round}` });
        // as Meta does: the same message again until it was taken
        await until(
          async () =>
            await storage.turnLog.accept([message]).then(
              () => true,
              () => pause(20, false),
            ),
        );
        accepted.get(person)?.push(`m${round}`);
      }),
    );
    await pause(50);
  }
  await kills;
  const count = (): number => [...service.sent.values()].flat().length;
  await until(() => count() >= 300, 20_000);
  await pause(1_000);
  await service.stop();
  for (const person of persons) {
    const texts = service.sent.get(person) ?? [];
    const once = texts.filter((text, at) => texts.indexOf(text) === at);
    expect(once).toEqual(accepted.get(person)?.map((text, at) => `${at + 1}: ${text}`));
  }
  // a send whose settling was cut off cannot be told from one that never left; nothing else may double, and
  // each kill cuts off at most one send of each person
  expect(count() - 300).toBeLessThanOrEqual(3 * persons.length);
}, 60_000);

test("every key in a used Redis is declared, and lives no longer than its class", async () => {
  const service = serve(storage, {
    answer: async (claim) =>
      claim.inbound.words.reveal() === "bel"
        ? {
            ...(await echo(claim)),
            intent: { kind: "open", id: aCallbackId(), request: aRequest(claim.person) },
          }
        : await echo(claim),
  });
  const person = aPerson();
  await storage.chatLog.open(person);
  await storage.chatLog.append(person, "k", [
    { activity: anInbound(person).words, lifetimeMilliseconds: 9_000 },
  ]);
  await storage.turnLog.accept([anInbound(person), anInbound(person, { text: "bel" })]);
  await storage.timers.set({
    id: "check-back-1",
    kind: "check-back",
    dueAt: Date.now() + 9_000,
    person,
    channel: "whatsapp",
    locale: "nl",
    callback: null,
  });
  await until(() => service.sent.get(person)?.length === 2);
  await service.stop();
  await storage.turnLog.accept([anInbound(person)]);
  let left: Claim | undefined;
  await until(async () => {
    left = await storage.turnLog.claim();
    return left !== undefined;
  });
  if (left !== undefined) await storage.turnLog.setAside(left, await echo(left));
  await storage.turnLog.accept([anInbound(person)]);
  await storage.callbacks.open(aCallbackId(), aRequest(aPerson()));
  const held = await storage.callbacks.claim(aNurse("ann"));
  if (held !== undefined)
    await storage.callbacks.close(held.hold, { outcome: "referred", parentInformed: true });
  const { link } = storage.redis;
  const keys = (await link.call("a", "KEYS", "*")) as string[];
  const seen = new Set<string>();
  for (const key of keys) {
    const name = keyClassOf(key);
    expect([key, name]).toEqual([key, expect.any(String)]);
    if (name === undefined) continue;
    seen.add(name);
    const left = Number(await link.call(key, "PTTL", key));
    const { lifetime } = keyClasses[name];
    if (lifetime === null) continue;
    expect([name, left > 0 && left <= lifetime]).toEqual([name, true]);
    expect(key).not.toContain("612345678");
  }
  expect([...seen]).toEqual(
    expect.arrayContaining([
      "seen",
      "inbox",
      "conversation",
      "salt",
      "outbox",
      "outgoing",
      "done",
      "dead",
      "chat",
      "chatPart",
      "alias",
      "phone",
      "closed",
      "callback",
      "timer",
    ]),
  );
});

test("nothing a person wrote, and no address, can be read in Redis", async () => {
  const person = aPerson();
  const secret = parents.word("words that come again");
  await storage.turnLog.accept([anInbound(person, { text: secret }), anInbound(person, { text: secret })]);
  const claim = (await storage.turnLog.claim()) as Claim;
  await storage.turnLog.setAside(claim, {
    conversation: aConversation(person, { said: { view: secret } }),
    reply: aReply(secret),
    intent: undefined,
  });
  await storage.callbacks.open(aCallbackId(), aRequest(person, { words: secret }));
  await storage.chatLog.open(person);
  await storage.chatLog.append(person, "k", [
    { activity: anInbound(person, { text: secret }).words, lifetimeMilliseconds: 9_000 },
  ]);
  const { link } = storage.redis;
  const dump: string[] = [];
  for (const key of (await link.call("a", "KEYS", "*")) as string[]) {
    const type = (await link.call(key, "TYPE", key)) as "string" | "list" | "hash" | "zset" | "set";
    const read = {
      string: ["GET", key],
      list: ["LRANGE", key, "0", "-1"],
      hash: ["HGETALL", key],
      zset: ["ZRANGE", key, "0", "-1"],
      set: ["SMEMBERS", key],
    }[type];
    dump.push(key, JSON.stringify(await link.call(key, ...read)));
  }
  expect(dump.length).toBeGreaterThan(20);
  expect(sightings(parents.all, [{ name: "redis", bytes: Buffer.from(dump.join("\n")) }])).toEqual([]);
});
