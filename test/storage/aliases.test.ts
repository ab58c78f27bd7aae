import { aliasesContract } from "../contracts/aliases.ts";
import { transitContract } from "../contracts/transit.ts";
import { startTestEmbedded, startTestRedis, type TestRedis } from "../support/redis.ts";
import { type OpenStorage, openTestStorage } from "../support/storage.ts";

describe.each(["redis", "embedded"] as const)("on %s", (kind) => {
  let server: TestRedis | undefined;
  let storage: OpenStorage | undefined;

  beforeAll(async () => {
    server = await (kind === "redis" ? startTestRedis() : startTestEmbedded());
    storage = await openTestStorage({ url: server.url });
  });
  afterAll(async () => {
    await storage?.close();
    await server?.stop();
  });
  afterEach(async () => {
    await storage?.redis.link.call("{p00}", "FLUSHALL");
  });

  const open = (): OpenStorage => {
    if (storage === undefined) throw new Error("not open");
    return storage;
  };
  describe("names", () => aliasesContract(open));
  describe("what is on its way", () => transitContract(open));
});
