/**
 * Leases are ten minutes long here: whatever can be claimed within the patience of a test was released because its process
 * died. What is not to happen is looked for once something that takes as long has happened beside it.
 */
import type { Claim } from "../../src/conversation/turn-log.ts";
import { personKeys, processesKey } from "../../src/storage/keys.ts";
import type { Storage } from "../../src/storage/open-storage.ts";
import type { PersonId } from "../../src/terms.ts";
import { startTestCluster, startTestRedis, type TestRedis, until } from "../support/redis.ts";
import { aConversation, anInbound, aPerson } from "../support/samples.ts";
import { type OpenStorage, openTestStorage } from "../support/storage.ts";
import { buildTurnTaker, startTurnTaker, type TurnTaker } from "../support/turn-taker.ts";

jest.setTimeout(60_000);

const long = { turnLeaseMilliseconds: 600_000 };
const nobodyWakes = (): void => undefined;
const takers: TurnTaker[] = [];
let server: Pick<TestRedis, "url" | "stop"> & Partial<TestRedis>;
let storage: OpenStorage;

beforeAll(buildTurnTaker);

async function open(kind: "redis" | "cluster"): Promise<void> {
  server = await (kind === "redis" ? startTestRedis() : startTestCluster());
  storage = await openTestStorage({ url: server.url }, long);
}

afterEach(async () => {
  for (const taker of takers.splice(0)) await taker.kill();
  await storage.close();
  await server.stop();
});

async function taker(messages = 0): Promise<TurnTaker> {
  const started = await startTurnTaker(server.url, messages);
  takers.push(started);
  return started;
}

const entries = async (): Promise<readonly string[]> =>
  (await storage.redis.link.call(processesKey, "ZRANGE", processesKey, "0", "-1")) as string[];

async function areListed(count: number): Promise<void> {
  await until(async () => (await entries()).length === count);
}

/** Has a process look after the others, without taking a turn of its own accord. */
function watch(at: Storage): void {
  at.turnLog.onWaiting(nobodyWakes, () => false);
}

/** Claims until everyone's turn was claimed; gives all that was, also of anybody else. */
async function claimsOf(persons: ReadonlySet<PersonId>, at: Storage = storage): Promise<readonly Claim[]> {
  const claims: Claim[] = [];
  await until(async () => {
    const claim = await at.turnLog.claim();
    if (claim !== undefined) claims.push(claim);
    return [...persons].every((person) => claims.some((one) => one.person === person));
  });
  return claims;
}

const answer = ({ person }: Claim) => ({
  conversation: aConversation(person),
  reply: undefined,
  intent: undefined,
});

describe.each(["redis", "cluster"] as const)("on %s", (kind) => {
  beforeEach(() => open(kind));

  test("what a killed process had in hand, handed to it or found, is claimed by another long before its lease runs out", async () => {
    const dies = await taker(3);
    const found = aPerson();
    await storage.turnLog.accept([anInbound(found)]);
    await until(() => dies.holds.has(found));
    watch(storage);
    await areListed(2);
    await dies.kill();
    const claims = await claimsOf(dies.holds);
    expect(claims.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    for (const claim of claims) expect(await storage.turnLog.commit(claim, answer(claim))).toBe("committed");
    expect(await storage.turnLog.claim()).toBeUndefined();
    await areListed(1);
  });
});

describe("of several processes", () => {
  beforeEach(() => open("redis"));

  test("one that stands still keeps its turns while another's are taken over", async () => {
    const [still, dies] = [await taker(1), await taker(1)];
    watch(storage);
    await areListed(3);
    still.freeze();
    await dies.kill();
    const claims = await claimsOf(dies.holds);
    expect(claims.map(({ person }) => person)).toEqual([...dies.holds]);
    expect(await storage.turnLog.claim()).toBeUndefined();
    still.thaw();
  });

  test("one that stands still while Redis is started anew is not missed for having no connection", async () => {
    const [still, dies] = [await taker(1), await taker(1)];
    watch(storage);
    await areListed(3);
    const before = await entries();
    still.freeze();
    await server.kill?.();
    await server.start?.();
    // itself, and the one that can come back
    const isNew = (entry: string): boolean => !before.includes(entry);
    await until(async () => (await entries().catch(() => [])).filter(isNew).length === 2);
    await dies.kill();
    const claims = await claimsOf(dies.holds);
    expect(claims.map(({ person }) => person)).toEqual([...dies.holds]);
    expect(await storage.turnLog.claim()).toBeUndefined();
    still.thaw();
  });

  test("one whose connections are cut for a moment keeps its turns, also when it is the one that looks", async () => {
    const away = await storage.another(long);
    const person = aPerson();
    await storage.turnLog.accept([anInbound(person)]);
    const [claim] = await claimsOf(new Set([person]), away);
    watch(storage);
    watch(away);
    const dies = await taker(1);
    await areListed(3);
    await storage.redis.link.call("a", "CLIENT", "KILL", "TYPE", "pubsub");
    await dies.kill();
    const claims = await claimsOf(dies.holds);
    expect(claims.map(({ person }) => person)).toEqual([...dies.holds]);
    expect(await away.turnLog.commit(claim as Claim, answer(claim as Claim))).toBe("committed");
    await areListed(2);
  });

  test("one alone takes over what another leaves, and each turn is claimed once", async () => {
    const others = [await storage.another(long), await storage.another(long)];
    const all = [storage, ...others];
    for (const one of all) watch(one);
    const dies = await taker(5);
    await areListed(4);
    await dies.kill();
    const claims = await claimsOf(dies.holds);
    await areListed(3);
    for (const one of all) expect(await one.turnLog.claim()).toBeUndefined();
    expect(claims).toHaveLength(5);
    expect(storage.log.lines.filter(({ message }) => message.startsWith("a process is gone"))).toMatchObject([
      { facts: { count: 5 } },
    ]);
  });

  test("what was in hand of one that died before waits for its lease: they do not die of it one by one", async () => {
    const dies = await taker(2);
    const [again, first] = [...dies.holds] as [PersonId, PersonId];
    const { attempts } = personKeys(again).shared;
    await storage.redis.link.call(attempts, "HSET", attempts, again, "2");
    watch(storage);
    await areListed(2);
    await dies.kill();
    const claims = await claimsOf(new Set([first]));
    expect(claims.map(({ person }) => person)).toEqual([first]);
    expect(await storage.turnLog.claim()).toBeUndefined();
  });

  test("one that stops in good order takes itself off the list, and one taken off by mistake is put on it again", async () => {
    const leaves = await openTestStorage({ url: server.url }, long);
    watch(leaves);
    watch(storage);
    await areListed(2);
    await leaves.close();
    await areListed(1);
    const [own = ""] = await entries();
    await storage.redis.link.call(processesKey, "ZREM", processesKey, own);
    await until(async () => (await entries()).includes(own));
  });

  test("one that lives and was taken for dead can write nothing more", async () => {
    const person = aPerson();
    await storage.turnLog.accept([anInbound(person)]);
    const [lost] = await claimsOf(new Set([person]));
    const { ready, leases, attempts } = personKeys(person).shared;
    const release = (process: string) =>
      storage.redis.link.run("release-turns", [ready, leases, attempts], [process]);
    expect(await release("another")).toEqual([]);
    expect(await release((lost as Claim).token.split(":")[1] ?? "")).toEqual([person]);
    expect(await storage.turnLog.commit(lost as Claim, answer(lost as Claim))).toBe("stale");
    const [heir] = await claimsOf(new Set([person]));
    expect(await storage.turnLog.commit(heir as Claim, answer(heir as Claim))).toBe("committed");
  });
});
