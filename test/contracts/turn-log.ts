import type { Commit } from "../../src/conversation/turn-log.ts";
import { Private } from "../../src/privacy/private.ts";
import type { Storage } from "../../src/storage/open-storage.ts";
import { until } from "../support/redis.ts";
import { aCallbackId, aConversation, anInbound, aPerson, aReply, aRequest } from "../support/samples.ts";
import type { OpenStorage } from "../support/storage.ts";

/** What every turn log owes, whichever server stands behind it. */
export function turnLogContract(open: () => OpenStorage): void {
  const answered = (person = aPerson(), text = "antwoord"): Commit => ({
    conversation: aConversation(person),
    reply: aReply(text),
    intent: undefined,
  });

  async function claimed(storage: Storage) {
    let claim: Awaited<ReturnType<Storage["turnLog"]["claim"]>>;
    await until(async () => {
      claim = await storage.turnLog.claim();
      return claim !== undefined;
    });
    if (claim === undefined) throw new Error("nothing to claim");
    return claim;
  }

  test("gives back what was accepted, word for word", async () => {
    const { turnLog } = open();
    const person = aPerson();
    const inbound = anInbound(person, { text: "żółć 👶 'quote\" \u0000 end", address: new Private("to") });
    expect(await turnLog.accept([inbound])).toEqual([true]);
    const claim = await claimed(open());
    expect(claim.inbound.words.reveal()).toBe(inbound.words.reveal());
    expect(claim.inbound.address.reveal()).toBe("to");
    expect({ ...claim.inbound, words: null, address: null }).toEqual({
      ...inbound,
      words: null,
      address: null,
    });
    expect(claim.conversation).toBeUndefined();
    expect(claim.attempts).toBe(0);
    await turnLog.commit(claim, answered(person));
  });

  test("takes a message in for whoever goes by the name it came under, and once", async () => {
    const { turnLog, aliases } = open();
    const [person, name] = [aPerson(), aPerson()];
    await aliases.rename(person, name, { id: "event-1", at: 1_000 });
    const inbound = anInbound(name);
    expect(await turnLog.accept([inbound, inbound])).toEqual([true, false]);
    expect(await turnLog.accept([inbound])).toEqual([false]);
    const claim = await claimed(open());
    expect([claim.person, claim.inbound.person]).toEqual([person, person]);
    await turnLog.commit(claim, answered(person));
    expect(await turnLog.claim()).toBeUndefined();
  });

  test("takes nothing in from a web chat that was forgotten, and from an open one once", async () => {
    const { turnLog, chatLog } = open();
    const person = aPerson();
    const inbound = anInbound(person, { channel: "directline" });
    expect(await turnLog.accept([inbound], "open-chat")).toEqual([false]);
    expect(await turnLog.claim()).toBeUndefined();
    await chatLog.open(person);
    expect(await turnLog.accept([inbound], "open-chat")).toEqual([true]);
    expect(await turnLog.accept([inbound], "open-chat")).toEqual([false]);
    const claim = await claimed(open());
    expect(claim.inbound.id).toBe(inbound.id);
    await turnLog.commit(claim, answered(person));
  });

  test("what we tell a person who changed their name reaches them, and no stranger of that name", async () => {
    const { turnLog, aliases } = open();
    const [person, name] = [aPerson(), aPerson()];
    await aliases.rename(person, name, { id: "event-1", at: 1_000 });
    await turnLog.accept([anInbound(person, { kind: "told" })]);
    const told = await claimed(open());
    expect(told.person).toBe(person);
    await turnLog.commit(told, answered(person));
    await turnLog.accept([anInbound(person)]);
    const stranger = await claimed(open());
    expect(stranger.person).not.toBe(person);
    await turnLog.commit(stranger, answered(stranger.person));
  });

  test("a message from before a name changed hands is its writer's, in one batch with those after", async () => {
    const { turnLog, aliases } = open();
    const [person, name] = [aPerson(), aPerson()];
    await aliases.rename(person, name, { id: "event-1", at: 5_000 });
    const [before, after] = [4_000, 6_000].map((sentAt) => anInbound(person, { sentAt }));
    if (before === undefined || after === undefined) throw new Error("there are two");
    expect(await turnLog.accept([after, before])).toEqual([true, true]);
    expect(await turnLog.accept([before, after])).toEqual([false, false]);
    const claims = [await claimed(open()), await claimed(open())];
    const whose = new Map(claims.map((claim) => [claim.inbound.id, claim.person]));
    expect(whose.get(before.id)).toBe(person);
    expect([person, name, undefined]).not.toContain(whose.get(after.id));
    for (const claim of claims) await turnLog.commit(claim, answered(claim.person));
  });

  test("takes a message in once, however often and in whatever batch it comes", async () => {
    const { turnLog } = open();
    const person = aPerson();
    const [one, two] = [anInbound(person), anInbound(person)];
    expect(await turnLog.accept([one, two, one])).toEqual([true, true, false]);
    expect(await turnLog.accept([two, anInbound(person)])).toEqual([false, true]);
    for (let left = 3; left > 0; left -= 1) await turnLog.commit(await claimed(open()), answered(person));
    expect(await turnLog.accept([one])).toEqual([false]);
    expect(await turnLog.claim()).toBeUndefined();
  });

  test("the same message id of two people is two messages", async () => {
    const { turnLog } = open();
    const [one, other] = [aPerson(), aPerson()];
    expect(await turnLog.accept([anInbound(one, { id: "1" }), anInbound(other, { id: "1" })])).toEqual([
      true,
      true,
    ]);
    for (let left = 2; left > 0; left -= 1) {
      const claim = await claimed(open());
      await turnLog.commit(claim, answered(claim.person));
    }
  });

  test("hands a person's messages out one at a time, in the order they were accepted", async () => {
    const { turnLog } = open();
    const person = aPerson();
    const sent = Array.from({ length: 12 }, (_, at) => anInbound(person, { text: String(at) }));
    await turnLog.accept(sent.slice(0, 5));
    for (const message of sent.slice(5)) await turnLog.accept([message]);
    const seen: string[] = [];
    for (const _ of sent) {
      const claim = await claimed(open());
      expect(await turnLog.claim()).toBeUndefined();
      seen.push(claim.inbound.words.reveal());
      expect(await turnLog.commit(claim, answered(person))).toBe("committed");
    }
    expect(seen).toEqual(sent.map(({ words }) => words.reveal()));
  });

  test("who writes without end is answered in turn with everyone else", async () => {
    const { turnLog } = open();
    const [talker, other] = [aPerson(), aPerson()];
    await turnLog.accept(Array.from({ length: 20 }, () => anInbound(talker)));
    await turnLog.accept([anInbound(other)]);
    const answeredTo: string[] = [];
    for (let turn = 0; turn < 21; turn += 1) {
      const claim = await claimed(open());
      await turnLog.commit(claim, answered(claim.person));
      answeredTo.push(claim.person);
    }
    expect(answeredTo.indexOf(other)).toBeLessThanOrEqual(1);
    expect(answeredTo.filter((person) => person === talker)).toHaveLength(20);
  });

  test("the next message meets the conversation of the last commit", async () => {
    const { turnLog } = open();
    const person = aPerson();
    await turnLog.accept([anInbound(person), anInbound(person)]);
    await turnLog.commit(await claimed(open()), {
      ...answered(person),
      conversation: aConversation(person, { locale: "pl-simple", slots: { view: "głodny" } }),
    });
    const claim = await claimed(open());
    expect(claim.conversation).toMatchObject({ locale: "pl-simple", slots: { view: "głodny" } });
    await turnLog.commit(claim, answered(person));
  });

  test("a late commit of a lost lease changes nothing", async () => {
    const { turnLog } = open();
    const person = aPerson();
    await turnLog.accept([anInbound(person)]);
    const zombie = await claimed(open());
    const heir = await claimed(await open().another());
    expect(heir.inbound.id).toBe(zombie.inbound.id);
    expect(heir.attempts).toBe(1);
    expect(await turnLog.commit(zombie, answered(person, "zombie"))).toBe("stale");
    expect(await turnLog.commit(heir, answered(person, "heir"))).toBe("committed");
    expect(await turnLog.commit(zombie, answered(person, "zombie"))).toBe("stale");
    const sent = await open().outbox.claim();
    expect(sent?.reply.bubbles[0]?.text).toBe("heir");
  });

  test("what was given back comes again after the pause, and counts as a try", async () => {
    const { turnLog } = open();
    const person = aPerson();
    await turnLog.accept([anInbound(person)]);
    await turnLog.giveBack(await claimed(open()), 100);
    expect(await turnLog.claim()).toBeUndefined();
    const again = await claimed(open());
    expect(again.attempts).toBe(1);
    await turnLog.commit(again, answered(person));
  });

  test("what is tried alone is known by it when it comes again, and its claim is renewed", async () => {
    const { turnLog } = open();
    const person = aPerson();
    await turnLog.accept([anInbound(person)]);
    const first = await claimed(open());
    expect([await turnLog.singleOut(first), first.triedAlone]).toEqual(["noted", false]);
    const heir = await claimed(await open().another());
    expect(heir).toMatchObject({ attempts: 1, triedAlone: true });
    expect(await turnLog.singleOut(first)).toBe("stale");
    await turnLog.commit(heir, answered(person));
  });

  test("a message set aside leaves its place to the next, and its person hears the fallback", async () => {
    const { turnLog, outbox } = open();
    const person = aPerson();
    await turnLog.accept([anInbound(person, { text: "poison" }), anInbound(person, { text: "next" })]);
    expect(await turnLog.setAside(await claimed(open()), answered(person, "sorry"))).toBe("committed");
    const next = await claimed(open());
    expect(next.inbound.words.reveal()).toBe("next");
    expect(next.attempts).toBe(0);
    expect((await outbox.claim())?.reply.bubbles[0]?.text).toBe("sorry");
    await turnLog.commit(next, { ...answered(person), reply: undefined });
  });

  test("wakes whoever waits as soon as a message is accepted, also in another process", async () => {
    const second = await open().another();
    const person = aPerson();
    let woken = 0;
    const ignore = second.turnLog.onWaiting(() => {
      woken += 1;
    });
    await until(async () => {
      await open().turnLog.accept([anInbound(person)]);
      return woken > 0;
    });
    ignore();
    for (
      let claim = await second.turnLog.claim();
      claim !== undefined;
      claim = await second.turnLog.claim()
    ) {
      await second.turnLog.commit(claim, { ...answered(person), reply: undefined });
    }
  });

  describe("a reply that promises a callback", () => {
    test("goes out after the callback is in line, and never without", async () => {
      const { turnLog, outbox, callbacks } = open();
      const person = aPerson();
      const id = aCallbackId();
      await turnLog.accept([anInbound(person)]);
      const claim = await claimed(open());
      await turnLog.commit(claim, {
        ...answered(person, "we bellen"),
        intent: { kind: "open", id, request: aRequest(person) },
      });
      await until(async () => (await outbox.claim())?.reply.bubbles[0]?.text === "we bellen");
      expect((await callbacks.find(id))?.request.words).toMatch(/^Mijn kind slaapt slecht/);
    });

    test("an emergency card does not wait behind it", async () => {
      const storage = open();
      const person = aPerson();
      await storage.turnLog.accept([anInbound(person), anInbound(person)]);
      const first = await claimed(storage);
      await storage.turnLog.commit(first, answered(person, "gewoon"));
      expect((await storage.outbox.claim())?.reply.bubbles[0]?.text).toBe("gewoon");
      const second = await claimed(storage);
      await storage.turnLog.commit(second, {
        ...answered(person),
        reply: aReply("bel 112", { card: "emergency" }),
      });
      expect((await storage.outbox.claim())?.reply.bubbles[0]?.text).toBe("bel 112");
    });

    test("is taken back by a later message in the right order", async () => {
      const storage = open();
      const person = aPerson();
      const id = aCallbackId();
      await storage.turnLog.accept([anInbound(person), anInbound(person)]);
      await storage.turnLog.commit(await claimed(storage), {
        ...answered(person),
        intent: { kind: "open", id, request: aRequest(person) },
      });
      await storage.turnLog.commit(await claimed(storage), {
        ...answered(person),
        intent: { kind: "withdraw", id, person },
      });
      await until(async () => (await storage.callbacks.find(id))?.outcome === "withdrawn");
    });
  });

  test("erasing leaves nothing of a person but the reply that says so", async () => {
    const storage = open();
    const person = aPerson();
    const id = aCallbackId();
    await storage.callbacks.open(id, aRequest(person));
    await storage.chatLog.open(person);
    await storage.chatLog.append(person, "k", [{ activity: new Private("{}"), lifetimeMilliseconds: 9_000 }]);
    await storage.turnLog.accept([anInbound(person)]);
    await storage.turnLog.commit(await claimed(storage), {
      ...answered(person, "alles is weg"),
      intent: { kind: "erase", person, receipt: "N-1" },
    });
    let sent: Awaited<ReturnType<typeof storage.outbox.claim>>;
    await until(async () => {
      sent = await storage.outbox.claim();
      return sent !== undefined;
    });
    expect(sent?.reply.bubbles[0]?.text).toBe("alles is weg");
    if (sent !== undefined) await storage.outbox.settle(sent, { kind: "sent" });
    expect(await storage.callbacks.find(id)).toBeUndefined();
    expect(await storage.callbacks.findOf(person)).toEqual([]);
    expect(await storage.chatLog.read(person, 0)).toEqual({ entries: [], head: 1 });
    await storage.turnLog.accept([anInbound(person)]);
    const claim = await claimed(storage);
    expect(claim.conversation).toBeUndefined();
    await storage.turnLog.commit(claim, { ...answered(person), reply: undefined });
  });
}
