import { Private } from "../../src/privacy/private.ts";
import { retention } from "../../src/privacy/retention.ts";
import { personKeys } from "../../src/storage/keys.ts";
import { aPerson, aReply } from "../support/samples.ts";
import type { OpenStorage } from "../support/storage.ts";

/** What every keeper of replies on their way must do. */
export function transitContract(open: () => OpenStorage): void {
  const outgoing = (person = aPerson()) => ({
    key: "k",
    person,
    channel: "whatsapp" as const,
    address: new Private("+31612345678"),
    reply: aReply("Tot morgen. Noor"),
    lastInboundAt: 5,
  });

  test("a reply is found until it is dropped, as it was sent", async () => {
    const { transit } = open();
    const sent = outgoing();
    await transit.keep(sent);
    const found = await transit.find(sent.person, "k");
    expect([found?.reply, found?.address.reveal(), found?.lastInboundAt]).toEqual([
      sent.reply,
      "+31612345678",
      5,
    ]);
    await transit.drop(sent.person, "k");
    expect(await transit.find(sent.person, "k")).toBeUndefined();
  });

  test("a reply is kept sealed, and no longer than it might have waited to be sent", async () => {
    const { transit, redis } = open();
    const sent = outgoing();
    await transit.keep(sent);
    const key = personKeys(sent.person).transit;
    expect(JSON.stringify(await redis.link.call(key, "HGETALL", key))).not.toMatch(/Noor|612345678/);
    const left = Number(await redis.link.call(key, "PTTL", key));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThanOrEqual(retention.outbox);
  });

  test("a person who is erased leaves none", async () => {
    const { transit, erase } = open();
    const sent = outgoing();
    await transit.keep(sent);
    await erase(sent.person);
    expect(await transit.find(sent.person, "k")).toBeUndefined();
  });
}
