import type { PersonId } from "../../src/terms.ts";
import type { OpenStorage } from "../support/storage.ts";

const [old, now, later] = ["number-one", "number-two", "number-three"] as unknown as PersonId[] as [
  PersonId,
  PersonId,
  PersonId,
];

export function aliasesContract(open: () => OpenStorage): void {
  const at = async (name: PersonId, ...times: number[]) => await open().aliases.findPersons(name, times);
  const person = async (name: PersonId) => (await at(name, 9_000))[0];
  const event1 = { id: "event-1", at: 1_000 };
  const event2 = { id: "event-2", at: 2_000 };

  test("a name that never changed is the person", async () => {
    expect([await person(old), await person(now)]).toEqual([old, now]);
  });

  test("a person goes by their new name, and their old one is somebody else's", async () => {
    await open().aliases.rename(old, now, event1);
    expect(await person(now)).toBe(old);
    expect([old, now]).not.toContain(await person(old));
  });

  test("telling of a change twice changes nothing, whatever happened since", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, event1);
    const stranger = await person(old);
    await aliases.rename(old, now, event1);
    expect([await person(now), await person(old)]).toEqual([old, stranger]);
  });

  test("a person stays the same through several changes", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, event1);
    await aliases.rename(now, later, event2);
    expect(await person(later)).toBe(old);
    const others = [await person(old), await person(now)];
    expect(new Set([old, ...others]).size).toBe(3);
  });

  test("who takes over an old name and leaves it again takes their own conversation along", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, event1);
    const stranger = await person(old);
    await aliases.rename(old, later, event2);
    expect([await person(later), await person(now)]).toEqual([stranger, old]);
  });

  test("before a change a name stood for whoever had it then", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, event1);
    const stranger = await person(old);
    await aliases.rename(old, later, event2);
    expect(await at(now, 999, 1_000)).toEqual([now, old]);
    expect((await at(old, 999, 1_000, 1_999, 2_000)).slice(0, 3)).toEqual([old, stranger, stranger]);
    expect(await at(later, 1_999, 2_000)).toEqual([later, stranger]);
  });

  test("a change that is told again after a later one of the same name changes nothing", async () => {
    const { aliases } = open();
    await aliases.rename(old, now, event1);
    await aliases.rename(old, later, event2);
    const before = [await at(old, 0, 1_500, 9_000), await at(now, 9_000), await at(later, 9_000)];
    await aliases.rename(old, now, event1);
    expect([await at(old, 0, 1_500, 9_000), await at(now, 9_000), await at(later, 9_000)]).toEqual(before);
  });

  test("who had a name is kept for as long as a message of then can come, and no longer", async () => {
    const { aliases, redis } = open();
    const month = 30 * 24 * 3_600_000;
    for (const round of [1, 2, 3]) {
      await aliases.rename(old, now, { id: `there-${round}`, at: round * month });
      await aliases.rename(now, old, { id: `back-${round}`, at: round * month + 1_000 });
    }
    expect(await at(old, 3 * month - 1_000, 3 * month + 1_000)).toEqual([old, old]);
    const keys = (await redis.link.client.keys("*:name:*")) as string[];
    for (const key of keys)
      expect(JSON.parse(String(await redis.link.call(key, "GET", key)))).toHaveLength(3);
  });

  test("each message renews the row that keeps strangers out", async () => {
    const { redis, aliases } = open();
    await aliases.rename(old, now, event1);
    const keys = (await redis.link.client.keys("*:name:*")) as string[];
    for (const key of keys) await redis.link.call(key, "PEXPIRE", key, "5000");
    await person(now);
    for (const key of keys) expect(Number(await redis.link.call(key, "PTTL", key))).toBeGreaterThan(6000);
  });
}
