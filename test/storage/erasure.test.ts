/**
 * What stays on disks of somebody who had themselves erased, opened with every key there is and ever was.
 * `test/privacy/rights.test.ts` does the same with the whole product, from the chat.
 */
import type { Claim } from "../../src/conversation/turn-log.ts";
import { personKeys } from "../../src/storage/keys.ts";
import { usualTiming } from "../../src/storage/open-storage.ts";
import { openEverything } from "../privacy/support/open-everything.ts";
import { aviary, placesIn, sightings } from "../support/canaries.ts";
import { startTestEmbedded, startTestRedis, type TestRedis, until } from "../support/redis.ts";
import {
  aCallbackId,
  aConversation,
  anInbound,
  aPerson,
  aReply,
  aRequest,
  keyring,
} from "../support/samples.ts";
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

  /** In which files something can be read again. */
  function readable(salt = ""): readonly string[] {
    const files = [...placesIn(storage.directory, "data"), ...placesIn(server.directory, "redis")];
    const found = sightings(birds.all, openEverything(files, keyring, [salt]));
    return [...new Set(found.map(({ place }) => place))];
  }

  test("no disk holds an erased person's words for more than a minute, whoever opens them", async () => {
    const person = aPerson();
    const { salt: saltKey } = personKeys(person);
    await storage.turnLog.accept([anInbound(person, { text: `hij slaapt niet ${birds.word("words")}` })]);
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
      intent: { kind: "open", id: aCallbackId(), request },
    });
    await until(async () => (await storage.callbacks.findOf(person)).length === 1);
    const salt = String(await storage.redis.link.call(saltKey, "GET", saltKey));
    expect(readable(salt)).toContainEqual(expect.stringContaining("escalations"));

    await storage.erase(person);
    expect(readable(salt)).not.toContainEqual(expect.stringContaining("escalations"));
    await until(() => readable(salt).length === 0);
    expect(usualTiming.spoolMilliseconds * 2).toBeLessThan(60_000);
  });
});
