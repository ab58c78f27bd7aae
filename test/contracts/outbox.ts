import type { NewOutgoing, Outgoing } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import { retention } from "../../src/privacy/retention.ts";
import { personKeys } from "../../src/storage/keys.ts";
import type { Storage } from "../../src/storage/open-storage.ts";
import { until } from "../support/redis.ts";
import { aPerson, aReply } from "../support/samples.ts";
import type { OpenStorage } from "../support/storage.ts";

/** What every outbox owes. */
export function outboxContract(open: () => OpenStorage): void {
  const message = (key: string, given: Partial<NewOutgoing> = {}): NewOutgoing => ({
    key,
    person: aPerson(),
    channel: "whatsapp",
    address: new Private("31612345678"),
    reply: aReply(key),
    lastInboundAt: 1,
    ...given,
  });

  async function claimed({ outbox }: Storage): Promise<Outgoing> {
    let outgoing: Outgoing | undefined;
    await until(async () => {
      outgoing = await outbox.claim();
      return outgoing !== undefined;
    });
    if (outgoing === undefined) throw new Error("nothing to send");
    return outgoing;
  }

  test("gives back what was put, with its address", async () => {
    const put = message("k1");
    expect(await open().outbox.put(put)).toBe(true);
    const outgoing = await claimed(open());
    expect(outgoing).toMatchObject({
      key: "k1",
      person: put.person,
      attempts: 0,
      unsure: false,
      lastInboundAt: 1,
    });
    expect(outgoing.reply).toEqual(put.reply);
    expect(outgoing.address.reveal()).toBe("31612345678");
    await open().outbox.settle(outgoing, { kind: "sent" });
  });

  test("takes a key once, also after it was sent", async () => {
    const { outbox } = open();
    const put = message("once");
    expect(await outbox.put(put)).toBe(true);
    expect(await outbox.put(put)).toBe(false);
    await outbox.settle(await claimed(open()), { kind: "sent" });
    expect(await outbox.put(put)).toBe(false);
    expect(await outbox.claim()).toBeUndefined();
  });

  test("sends a person's replies one after another, in order", async () => {
    const { outbox } = open();
    const person = aPerson();
    for (const key of ["a", "b", "c"]) await outbox.put(message(key, { person }));
    for (const key of ["a", "b", "c"]) {
      const outgoing = await claimed(open());
      expect(outgoing.key).toBe(key);
      expect(await outbox.claim()).toBeUndefined();
      await outbox.settle(outgoing, { kind: "sent", wireId: "w" });
    }
  });

  test("a failed try comes again after its pause, before what follows it", async () => {
    const { outbox } = open();
    const person = aPerson();
    await outbox.put(message("first", { person }));
    await outbox.put(message("second", { person }));
    await outbox.settle(await claimed(open()), { kind: "retry", afterMilliseconds: 120, code: "429" });
    expect(await outbox.claim()).toBeUndefined();
    const again = await claimed(open());
    expect(again).toMatchObject({ key: "first", attempts: 1, unsure: false });
    await outbox.settle(again, { kind: "dropped", code: "131047" });
    const second = await claimed(open());
    expect(second.key).toBe("second");
    await outbox.settle(second, { kind: "sent" });
  });

  test("an unanswered try is not made again when a status tells that it arrived", async () => {
    const { outbox } = open();
    const put = message("unsure");
    await outbox.put(put);
    await outbox.settle(await claimed(open()), { kind: "unknown" });
    expect(await outbox.claim()).toBeUndefined();
    await outbox.arrived(put.person, "unsure");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await outbox.claim()).toBeUndefined();
  });

  test("an unanswered try is made again after its grace when nothing was heard", async () => {
    const { outbox } = open();
    await outbox.put(message("silent"));
    await outbox.settle(await claimed(open()), { kind: "unknown" });
    const again = await claimed(open());
    expect(again).toMatchObject({ key: "silent", attempts: 1, unsure: true });
    await outbox.settle(again, { kind: "sent" });
  });

  test("what may have arrived is not sent again by a process that could not have heard of it", async () => {
    const storage = open();
    await storage.outbox.put(message("away"));
    await storage.outbox.settle(await claimed(storage), { kind: "unknown" });
    const fresh = await storage.another({ presenceMilliseconds: 1_000_000 });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await fresh.outbox.claim()).toBeUndefined();
    const never = message("new");
    await storage.outbox.put(never);
    expect((await claimed(fresh)).key).toBe("new");
  });

  test("what a sender that died was sending waits for its grace, not only its lease", async () => {
    const storage = open();
    const put = message("died");
    await storage.outbox.put(put);
    await claimed(storage);
    const heir = await storage.another({ graceMilliseconds: { whatsapp: 60_000, directline: 0, azure: 0 } });
    await storage.outbox.arrived(put.person, "died");
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await heir.outbox.claim()).toBeUndefined();
  });

  test("that a reply was sent counts even when the sender had lost its lease", async () => {
    const storage = open();
    const person = aPerson();
    await storage.outbox.put(message("slow", { person }));
    const slow = await claimed(storage);
    const heir = await claimed(await storage.another());
    expect(heir).toMatchObject({ key: "slow", unsure: true });
    await storage.outbox.settle(slow, { kind: "sent" });
    await storage.outbox.settle(heir, { kind: "unknown" });
    await new Promise((resolve) => setTimeout(resolve, 700));
    expect(await storage.outbox.claim()).toBeUndefined();
  });

  async function age({ redis }: OpenStorage, { key, person }: NewOutgoing, milliseconds: number) {
    const { outgoing } = personKeys(person);
    const at = String(Date.now() - milliseconds);
    await redis.link.call(outgoing, "HSET", outgoing, `at:${key}`, at);
  }

  test("what waited too long is given as such, also when it was held, and then what follows it", async () => {
    const { outbox, redis } = open();
    const person = aPerson();
    const [old, held] = [message("old", { person }), message("held", { person })];
    for (const put of [old, held, message("new", { person })]) await outbox.put(put);
    await age(open(), old, retention.reply + 1_000);
    await age(open(), held, retention.reply + 1_000);
    await redis.link.call(personKeys(person).outgoing, "HSET", personKeys(person).outgoing, "held:held", "1");
    const given: unknown[] = [];
    while (given.length < 3) {
      const next = await claimed(open());
      given.push([next.key, next.tooLate]);
      await outbox.settle(next, next.tooLate ? { kind: "dropped", code: "too-late" } : { kind: "sent" });
    }
    expect(given).toEqual([
      ["old", true],
      ["held", true],
      ["new", false],
    ]);
  });

  test("a person whose replies outlived their words is noticed, and nobody who merely has none left", async () => {
    const codes: string[] = [];
    const { outbox } = await open().another({}, { dropped: (code) => void codes.push(code) });
    const [gone, read] = [message("gone"), message("read")];
    for (const put of [gone, read]) await outbox.put(put);
    for (const { person } of [gone, read]) {
      const { outbox: list, outgoing } = personKeys(person);
      await open().redis.link.call(list, "DEL", list);
      await open().redis.link.call(outgoing, "DEL", outgoing);
    }
    const { done } = personKeys(read.person);
    await open().redis.link.call(done, "ZADD", done, String(Date.now()), "earlier");
    expect(await outbox.claim()).toBeUndefined();
    expect(codes).toEqual(["gone"]);
    expect(await outbox.claim()).toBeUndefined();
    expect(codes).toEqual(["gone"]);
  });

  test("an emergency card goes before what is being sent, waits or is tried again", async () => {
    const { outbox } = open();
    const person = aPerson();
    await outbox.put(message("slow", { person }));
    const slow = await claimed(open());
    await outbox.put(message("card", { person, reply: aReply("112", { card: "emergency" }) }));
    const card = await claimed(open());
    expect(card.key).toBe("card");
    await outbox.settle(card, { kind: "sent" });
    await outbox.settle(slow, { kind: "retry", afterMilliseconds: 1, code: "500" });
    const again = await claimed(open());
    expect(again.key).toBe("slow");
    await outbox.settle(again, { kind: "sent" });
  });
}
