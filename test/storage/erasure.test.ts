/**
 * What stays on the disks of this machine of somebody who had themselves erased, opened with every key there is.
 * `test/privacy/rights.test.ts` does the same with the whole product, on a Redis that needs no spool.
 */
import type { Claim } from "../../src/conversation/turn-log.ts";
import { usualTiming } from "../../src/storage/open-storage.ts";
import { openEverything } from "../privacy/support/open-everything.ts";
import { aviary, placesIn, sightings } from "../support/canaries.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";
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

const birds = aviary();
let server: TestRedis;
let storage: OpenStorage;

beforeAll(async () => {
  // a Redis that may lose its last second, so that what is accepted goes to the spool
  server = await startTestRedis(["--appendfsync", "everysec"]);
  storage = await openTestStorage({ url: server.url }, { spoolMilliseconds: 2_000 });
});
afterAll(async () => {
  await storage.close();
  await server.stop();
});

/** In which files something can be read again. */
const readable = (): readonly string[] => {
  const files = placesIn(storage.directory, "data");
  const found = sightings(birds.all, openEverything(files, keyring, []));
  return [...new Set(found.map(({ place }) => place))];
};

test("spool and journal hold an erased person's words for a minute at most, whoever opens them", async () => {
  const person = aPerson();
  await storage.turnLog.accept([anInbound(person, { text: `hij slaapt niet ${birds.word("words")}` })]);
  expect(readable()).toEqual([expect.stringContaining("spool")]);
  const claim = (await storage.turnLog.claim()) as Claim;
  const request = aRequest(person, { words: birds.word("words of a request"), phone: birds.phone("number") });
  await storage.turnLog.commit(claim, {
    conversation: aConversation(person),
    reply: aReply("goed"),
    intent: { kind: "open", id: aCallbackId(), request },
  });
  await until(async () => (await storage.callbacks.findOf(person)).length === 1);
  expect(readable()).toContainEqual(expect.stringContaining("escalations"));

  await storage.erase(person);
  expect(readable().filter((place) => !place.includes("spool"))).toEqual([]);
  await until(() => readable().length === 0);
  expect(usualTiming.spoolMilliseconds * 2).toBeLessThan(60_000);
});
