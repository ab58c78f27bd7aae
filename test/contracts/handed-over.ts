import type { Claim, Outgoing } from "../../src/conversation/turn-log.ts";
import type { Storage } from "../../src/storage/open-storage.ts";
import type { PersonId } from "../../src/terms.ts";
import { until } from "../support/redis.ts";
import { aCallbackId, aConversation, anInbound, aPerson, aReply, aRequest } from "../support/samples.ts";
import type { OpenStorage } from "../support/storage.ts";

const nobodyWakes = (): void => undefined;
const always = (): boolean => true;

/** What is accepted or committed where somebody has room is claimed for them in the same move. */
export function handedOverContract(open: () => OpenStorage): void {
  const asked = (person: PersonId, text: string) => anInbound(person, { text });

  async function claimed(at: Storage): Promise<Claim> {
    const found: Claim[] = [];
    await until(async () => {
      const claim = await at.turnLog.claim();
      if (claim !== undefined) found.push(claim);
      return found.length > 0;
    });
    return found[0] as Claim;
  }

  /** Commits a reply to the next message that waits. */
  async function answer(at: Storage, words: string): Promise<void> {
    const claim = await claimed(at);
    const conversation = aConversation(claim.person);
    await at.turnLog.commit(claim, { conversation, reply: aReply(words), intent: undefined });
  }

  /** All that two processes find when each looks until nothing is left. */
  async function replies(...stores: readonly Storage[]): Promise<Outgoing[]> {
    const found: Outgoing[] = [];
    for (const store of stores) {
      for (let next = await store.outbox.claim(); next; next = await store.outbox.claim()) {
        found.push(next);
        await store.outbox.settle(next, { kind: "sent" });
      }
    }
    return found;
  }

  describe("handing over at once", () => {
    test("a message accepted where somebody has room is theirs, and nobody else's", async () => {
      const { turnLog } = open();
      const other = await open().another();
      const leave = turnLog.onWaiting(nobodyWakes, always);
      await turnLog.accept([asked(aPerson(), "mijn baby huilt")]);
      expect(await other.turnLog.claim()).toBeUndefined();
      const claim = await claimed(open());
      expect(claim.inbound.words.reveal()).toBe("mijn baby huilt");
      expect(claim.attempts).toBe(0);
      leave();
    });

    test("where all hands are full it is anybody's", async () => {
      const { turnLog } = open();
      const other = await open().another();
      const leave = turnLog.onWaiting(nobodyWakes, () => false);
      await turnLog.accept([asked(aPerson(), "mijn baby huilt")]);
      expect((await claimed(other)).inbound.words.reveal()).toBe("mijn baby huilt");
      leave();
    });

    test("a batch is answered in its order, with the conversation as the message before left it", async () => {
      const { turnLog } = open();
      const leave = turnLog.onWaiting(nobodyWakes, always);
      const person = aPerson();
      await turnLog.accept([asked(person, "een"), asked(person, "twee")]);
      await turnLog.accept([asked(person, "drie")]);
      const said: string[] = [];
      for (let turn = 1; turn <= 3; turn += 1) {
        const claim = await claimed(open());
        said.push(`${claim.inbound.words.reveal()} after ${claim.conversation?.turn ?? 0}`);
        const conversation = aConversation(person, { turn });
        await turnLog.commit(claim, { conversation, reply: undefined, intent: undefined });
      }
      expect(said).toEqual(["een after 0", "twee after 1", "drie after 2"]);
      leave();
    });

    test("the same message again is not handed over again", async () => {
      const { turnLog } = open();
      const leave = turnLog.onWaiting(nobodyWakes, always);
      const inbound = asked(aPerson(), "een");
      expect(await turnLog.accept([inbound])).toEqual([true]);
      expect(await turnLog.accept([inbound])).toEqual([false]);
      await claimed(open());
      expect(await turnLog.claim()).toBeUndefined();
      leave();
    });

    test("what nobody took before they left can be claimed by others at once", async () => {
      const { turnLog } = open();
      const other = await open().another({ turnLeaseMilliseconds: 60_000 });
      const leave = turnLog.onWaiting(nobodyWakes, always);
      await turnLog.accept([asked(aPerson(), "een")]);
      leave();
      await claimed(other);
    });

    test("a reply committed where somebody has room is theirs to send, and nobody else's", async () => {
      const { turnLog, outbox } = open();
      const other = await open().another();
      const leave = outbox.onDue(nobodyWakes, always);
      await turnLog.accept([asked(aPerson(), "een")]);
      await answer(open(), "antwoord");
      expect(await other.outbox.claim()).toBeUndefined();
      const [reply, ...more] = await replies(open(), other);
      expect(reply?.reply.bubbles[0]?.text).toBe("antwoord");
      expect(reply).toMatchObject({ attempts: 0, unsure: false });
      expect(more).toEqual([]);
      leave();
    });

    test("a reply waits for the one before it", async () => {
      const { turnLog, outbox } = open();
      const person = aPerson();
      await turnLog.accept([asked(person, "een"), asked(person, "twee")]);
      await answer(open(), "eerst");
      const leave = outbox.onDue(nobodyWakes, always);
      await answer(open(), "daarna");
      const found = await replies(open());
      expect(found.map(({ reply }) => reply.bubbles[0]?.text)).toEqual(["eerst", "daarna"]);
      leave();
    });

    test("a reply that tells of a callback is handed to nobody before the callback is there", async () => {
      const { turnLog, outbox, callbacks } = open();
      const leave = outbox.onDue(nobodyWakes, always);
      const person = aPerson();
      await turnLog.accept([asked(person, "een")]);
      const claim = await claimed(open());
      const id = aCallbackId();
      const intent = { kind: "open", id, request: aRequest(person) } as const;
      await turnLog.commit(claim, {
        conversation: aConversation(person),
        reply: aReply("we bellen"),
        intent,
      });
      await until(async () => (await outbox.claim()) !== undefined);
      expect(await callbacks.find(id)).toBeDefined();
      leave();
    });

    test("a reply nobody sent before they left is sent by others, as one that was never tried", async () => {
      const { turnLog, outbox } = open();
      const other = await open().another({ sendLeaseMilliseconds: 60_000 });
      const leave = outbox.onDue(nobodyWakes, always);
      await turnLog.accept([asked(aPerson(), "een")]);
      await answer(open(), "antwoord");
      leave();
      const found: Outgoing[] = [];
      await until(async () => {
        found.push(...(await replies(other)));
        return found.length > 0;
      });
      expect(found.map(({ unsure }) => unsure)).toEqual([false]);
    });
  });
}
