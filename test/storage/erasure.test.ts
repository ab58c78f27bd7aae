/**
 * What stays on disks of somebody who had themselves erased, opened with every key there is and ever was.
 * `test/privacy/rights.test.ts` does the same with the whole product, from the chat.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Claim } from "../../src/conversation/turn-log.ts";
import { personKeys } from "../../src/storage/keys.ts";
import { usualTiming } from "../../src/storage/open-storage.ts";
import type { CallbackId, PersonId } from "../../src/terms.ts";
import { openEverything, secretsIn } from "../privacy/support/open-everything.ts";
import { aviary, type Place, placesIn, sightings } from "../support/canaries.ts";
import { startTestEmbedded, startTestRedis, type TestRedis, until } from "../support/redis.ts";
import { aConversation, anInbound, aReply, aRequest, keyring } from "../support/samples.ts";
import { type OpenStorage, openTestStorage } from "../support/storage.ts";

describe.each([
  // may lose its last second, so that what is accepted goes to the spool
  ["redis", () => startTestRedis(["--appendfsync", "everysec"])],
  ["embedded", startTestEmbedded],
] as const)("on %s", (kind, start) => {
  const birds = aviary();
  let server: TestRedis;
  let storage: OpenStorage;

  beforeAll(async () => {
    server = await start();
    storage = await openTestStorage({ url: server.url }, { spoolMilliseconds: 2_000 });
  });
  afterAll(async () => {
    await storage.close();
    await server.stop();
  });

  /** In which files something can be read again, by whoever has all keys and all secrets that are left. */
  function readable(salt = "", files = filesNow()): readonly string[] {
    const secrets = secretsIn(placesIn(storage.directory, "data"), keyring);
    const found = sightings(birds.all, openEverything(files, keyring, [salt, ...secrets]));
    return [...new Set(found.map(({ place }) => place))];
  }

  function filesNow(): readonly Place[] {
    return [...placesIn(storage.directory, "data"), ...placesIn(server.directory, "redis")];
  }

  /** What a copy of the data folder holds that was made now, without the folder that is never copied. */
  function copied(): readonly Place[] {
    const copy = mkdtempSync(join(tmpdir(), "naast-copy-"));
    const persons = join(storage.directory, "persons");
    cpSync(storage.directory, copy, { recursive: true, filter: (from) => !from.startsWith(persons) });
    const places = placesIn(copy, "copy");
    rmSync(copy, { recursive: true, force: true });
    return places;
  }

  test("no disk holds an erased person's words for more than a minute, whoever opens them", async () => {
    const person = birds.word("person") as PersonId;
    const { salt: saltKey } = personKeys(person);
    await storage.turnLog.accept([anInbound(person, { text: `hij slaapt niet ${birds.word("words")}` })]);
    const spooled = copied();
    expect(readable()).toContainEqual(
      expect.stringContaining(kind === "redis" ? "data: spool" : "redis: journal"),
    );
    const claim = (await storage.turnLog.claim()) as Claim;
    const request = aRequest(person, {
      words: birds.word("words of a request"),
      phone: birds.phone("number"),
    });
    await storage.turnLog.commit(claim, {
      conversation: aConversation(person, { said: { view: birds.word("words that are kept") } }),
      reply: aReply("goed"),
      intent: { kind: "open", id: birds.word("callback") as CallbackId, request },
    });
    await until(async () => (await storage.callbacks.findOf(person)).length === 1);
    const salt = String(await storage.redis.link.call(saltKey, "GET", saltKey));
    expect(readable(salt)).toContainEqual(expect.stringContaining("escalations"));
    const promised = copied();
    const copies = [...spooled, ...promised];
    const ours = copies.filter(({ name }) => /spool|escalations/.test(name));
    expect(sightings(birds.all, ours)).toEqual([]);
    expect(readable("", ours)).toContainEqual(expect.stringContaining("escalations"));

    await storage.erase(person);
    // a copy that was made before says nothing from the same moment on
    expect(readable(salt, copies)).toEqual([]);
    expect(readable(salt)).not.toContainEqual(expect.stringMatching(/escalations|spool/));
    await until(() => readable(salt).length === 0);
    expect(usualTiming.spoolMilliseconds * 2).toBeLessThan(60_000);
  });
});
