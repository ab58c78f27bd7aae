import type { PersonId } from "../../src/terms.ts";
import type { OpenStorage } from "../support/storage.ts";

const [old, now, later] = ["number-one", "number-two", "number-three"] as unknown as PersonId[] as [
  PersonId,
  PersonId,
  PersonId,
];

export function aliasesContract(open: () => OpenStorage): void {
  const person = async (name: PersonId) => (await open().aliases.findPersons([name]))[0];

  test("a name that never changed is the person", async () => {
    expect(await open().aliases.findPersons([old, now])).toEqual([old, now]);
  });

  test("a person goes by their new name, and their old one is somebody else's", async () => {
    await open().aliases.rename(old, now, "event-1");
    expect(await person(now)).toBe(old);
    expect([old, now]).not.toContain(await person(old));
  });

  test("telling of a change twice changes nothing, whatever happened since", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, "event-1");
    const stranger = await person(old);
    await aliases.rename(old, now, "event-1");
    expect([await person(now), await person(old)]).toEqual([old, stranger]);
  });

  test("a person stays the same through several changes", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, "event-1");
    await aliases.rename(now, later, "event-2");
    expect(await person(later)).toBe(old);
    const others = [await person(old), await person(now)];
    expect(new Set([old, ...others]).size).toBe(3);
  });

  test("who takes over an old name and leaves it again takes their own conversation along", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, "event-1");
    const stranger = await person(old);
    await aliases.rename(old, later, "event-2");
    expect([await person(later), await person(now)]).toEqual([stranger, old]);
  });

  test("each message renews the row that keeps strangers out", async () => {
    const { redis, aliases } = open();
    await aliases.rename(old, now, "event-1");
    const keys = (await redis.link.client.keys("*:name:*")) as string[];
    for (const key of keys) await redis.link.call(key, "PEXPIRE", key, "5000");
    await person(now);
    for (const key of keys) expect(Number(await redis.link.call(key, "PTTL", key))).toBeGreaterThan(6000);
  });
}
