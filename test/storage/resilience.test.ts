import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { PersonId } from "../../src/terms.ts";
import { startTestEmbedded, startTestRedis, type TestRedis, until } from "../support/redis.ts";
import { aCallbackId, aConversation, anInbound, aPerson, aReply, aRequest } from "../support/samples.ts";
import { type OpenStorage, openTestStorage } from "../support/storage.ts";

const everySecond = ["--appendfsync", "everysec"];
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function redis(settings: readonly string[] = []): Promise<TestRedis> {
  const server = await startTestRedis(settings);
  closers.push(() => server.stop());
  return server;
}

async function storageAt(server: TestRedis): Promise<OpenStorage> {
  const storage = await openTestStorage({ url: server.url });
  closers.push(() => storage.close());
  return storage;
}

/** Power loss: nothing since the start reached the disk. */
async function loseAll(server: TestRedis): Promise<void> {
  await server.kill();
  for (const name of readdirSync(server.directory)) rmSync(join(server.directory, name), { recursive: true });
  await server.start();
}

async function acceptMany(storage: OpenStorage, count: number): Promise<readonly PersonId[]> {
  const persons = Array.from({ length: count }, () => aPerson());
  await Promise.all(persons.map((person) => storage.turnLog.accept([anInbound(person)])));
  return persons;
}

async function claimAll(storage: OpenStorage, count: number): Promise<readonly PersonId[]> {
  const found: PersonId[] = [];
  await until(async () => {
    const claim = await storage.turnLog.claim().catch(() => undefined);
    if (claim !== undefined) {
      found.push(claim.person);
      await storage.turnLog.commit(claim, {
        conversation: aConversation(claim.person),
        reply: undefined,
        intent: undefined,
      });
    }
    return found.length >= count;
  });
  return found;
}

describe.each([
  ["redis", startTestRedis],
  ["the embedded server", startTestEmbedded],
] as const)("when %s is killed", (_, start) => {
  test("what was accepted, committed and opened before is there after", async () => {
    const server = await start();
    closers.push(() => server.stop());
    const storage = await storageAt(server);
    const persons = await acceptMany(storage, 40);
    const id = aCallbackId();
    await storage.callbacks.open(id, aRequest(aPerson()));
    await server.kill();
    await expect(storage.turnLog.accept([anInbound(aPerson())])).rejects.toMatchObject({
      code: "storage.unavailable",
    });
    await server.start();
    expect((await claimAll(storage, 40)).toSorted()).toEqual([...persons].toSorted());
    expect((await storage.callbacks.find(id))?.state).toBe("waiting");
  });
});

test("refuses at once while Redis is away, and takes messages in as soon as it is back", async () => {
  const server = await redis();
  const storage = await storageAt(server);
  await server.kill();
  const before = performance.now();
  await expect(storage.turnLog.accept([anInbound(aPerson())])).rejects.toMatchObject({
    code: "storage.unavailable",
  });
  expect(performance.now() - before).toBeLessThan(1_000);
  expect(await storage.fitness()).toMatchObject({ fit: false, problems: ["Redis does not answer"] });
  await server.start();
  const back = performance.now();
  await until(
    async () =>
      await storage.turnLog.accept([anInbound(aPerson())]).then(
        () => true,
        () => false,
      ),
  );
  expect(performance.now() - back).toBeLessThan(1_000);
});

test("refuses within a second when Redis is there and silent", async () => {
  const server = await redis();
  const storage = await storageAt(server);
  await acceptMany(storage, 1);
  server.freeze();
  const before = performance.now();
  await expect(storage.turnLog.accept([anInbound(aPerson())])).rejects.toMatchObject({
    code: "storage.unavailable",
  });
  expect(performance.now() - before).toBeLessThan(1_000);
  server.thaw();
});

test.each(["Redis answers after we gave up", "no replica confirms"])(
  "what was taken in although nobody could promise it is answered at once, and once: %s",
  async (why) => {
    const server = await redis(why === "no replica confirms" ? everySecond : []);
    let slow = server;
    if (why === "no replica confirms") {
      slow = await redis(["--replicaof", "127.0.0.1", String(server.port)]);
      const first = await storageAt(server);
      await until(async () =>
        String(await first.redis.link.call("a", "INFO", "replication")).includes("state=online"),
      );
    }
    const storage = await openTestStorage({ url: server.url }, { turnLeaseMilliseconds: 600_000 });
    closers.push(() => storage.close());
    closers.push(async () => leave());
    const leave = storage.turnLog.onWaiting(
      () => undefined,
      () => true,
    );
    expect(await storage.fitness()).toMatchObject({ fit: true });
    const message = anInbound(aPerson());
    slow.freeze();
    await expect(storage.turnLog.accept([message])).rejects.toMatchObject({ code: "storage.unavailable" });
    slow.thaw();
    expect(await claimAll(storage, 1)).toEqual([message.person]);
    await until(async () =>
      storage.turnLog.accept([message]).then(
        ([fresh]) => fresh === false,
        () => false,
      ),
    );
    expect(await storage.turnLog.claim()).toBeUndefined();
  },
);

test("a message refused because Redis is full is taken in when there is room again", async () => {
  const server = await redis();
  const storage = await storageAt(server);
  await storage.redis.link.call("a", "CONFIG", "SET", "maxmemory", "1");
  const message = anInbound(aPerson());
  await expect(storage.turnLog.accept([message])).rejects.toMatchObject({ code: "storage.unavailable" });
  await storage.redis.link.call("a", "CONFIG", "SET", "maxmemory", "0");
  expect(await storage.turnLog.accept([message])).toEqual([true]);
});

describe("a Redis that writes to disk every second", () => {
  test("gets back from the spool what it lost", async () => {
    const server = await redis(everySecond);
    const storage = await storageAt(server);
    expect(await storage.fitness()).toMatchObject({ fit: true, durability: "spool" });
    const persons = await acceptMany(storage, 20);
    await loseAll(server);
    expect((await claimAll(storage, 20)).toSorted()).toEqual([...persons].toSorted());
  });

  test("gets back what was on its way when its person was erased, by whichever process took it in", async () => {
    const server = await redis(everySecond);
    const storage = await storageAt(server);
    const other = await storage.another();
    const person = aPerson();
    await storage.turnLog.accept([anInbound(person, { text: "eerste" })]);
    await other.turnLog.accept([anInbound(person, { text: "tweede" })]);
    await storage.erase(person);
    await other.turnLog.accept([anInbound(person, { text: "derde" })]);
    await loseAll(server);
    await until(async () => (await other.fitness()).fit && (await storage.fitness()).fit);
    const said: string[] = [];
    await until(async () => {
      const claim = await storage.turnLog.claim();
      if (claim !== undefined) {
        said.push(claim.inbound.words.reveal());
        const conversation = aConversation(person);
        await storage.turnLog.commit(claim, { conversation, reply: undefined, intent: undefined });
      }
      return said.length === 3;
    });
    expect(said.toSorted()).toEqual(["derde", "eerste", "tweede"]);
  });

  test("answers nothing twice when it lost nothing", async () => {
    const server = await redis(everySecond);
    const storage = await storageAt(server);
    await acceptMany(storage, 20);
    await claimAll(storage, 20);
    await server.kill();
    await server.start();
    await until(async () => (await storage.fitness()).fit);
    await acceptMany(storage, 1);
    await claimAll(storage, 1);
    expect(await storage.turnLog.claim()).toBeUndefined();
  });

  test("with a replica promises by it, and only when it confirms", async () => {
    const server = await redis(everySecond);
    const replica = await redis(["--replicaof", "127.0.0.1", String(server.port)]);
    const first = await storageAt(server);
    await until(async () =>
      String(await first.redis.link.call("a", "INFO", "replication")).includes("state=online"),
    );
    const storage = await storageAt(server);
    expect(await storage.fitness()).toMatchObject({ fit: true, durability: "wait-1" });
    await acceptMany(storage, 5);
    replica.freeze();
    await expect(storage.turnLog.accept([anInbound(aPerson())])).rejects.toMatchObject({
      code: "storage.unavailable",
    });
    replica.thaw();
    await until(
      async () =>
        await storage.turnLog.accept([anInbound(aPerson())]).then(
          () => true,
          () => false,
        ),
    );
  });
});

test.each([
  [["--maxmemory-policy", "allkeys-lru"], /noeviction/],
  [["--appendonly", "no"], /appendonly/],
])("a Redis with %j is not fit", async (settings, problem) => {
  const storage = await storageAt(await redis(settings));
  const { fit, problems } = await storage.fitness();
  expect(fit).toBe(false);
  expect(problems.join()).toMatch(problem);
});

test("a reply that was committed is sent by another process after a kill", async () => {
  const server = await redis();
  const dead = await openTestStorage({ url: server.url });
  const person = aPerson();
  await dead.turnLog.accept([anInbound(person)]);
  const claim = await dead.turnLog.claim();
  if (claim === undefined) throw new Error("nothing to claim");
  await dead.turnLog.commit(claim, {
    conversation: aConversation(person),
    reply: aReply("antwoord"),
    intent: { kind: "open", id: aCallbackId(), request: aRequest(person) },
  });
  await dead.close();
  const heir = await storageAt(server);
  await until(async () => (await heir.outbox.claim())?.reply.bubbles[0]?.text === "antwoord");
  expect(await heir.callbacks.findOf(person)).toHaveLength(1);
});
