import { callbackQueueContract } from "../contracts/callback-queue.ts";
import { chatLogContract } from "../contracts/chat-log.ts";
import { handedOverContract } from "../contracts/handed-over.ts";
import { outboxContract } from "../contracts/outbox.ts";
import { turnLogContract } from "../contracts/turn-log.ts";
import { startTestCluster, startTestEmbedded, startTestRedis, type TestRedis } from "../support/redis.ts";
import { type OpenStorage, openTestStorage } from "../support/storage.ts";

describe.each(["redis", "embedded", "cluster"] as const)("on %s", (kind) => {
  let server: Pick<TestRedis, "url" | "stop"> | undefined;
  let storage: OpenStorage | undefined;
  const open = (): OpenStorage => {
    if (storage === undefined) throw new Error("not open");
    return storage;
  };

  beforeAll(async () => {
    server = await { redis: startTestRedis, embedded: startTestEmbedded, cluster: startTestCluster }[kind]();
    storage = await openTestStorage({ url: server.url });
  });

  afterAll(async () => {
    await storage?.close();
    await server?.stop();
  });

  afterEach(async () => {
    const { link } = open().redis;
    await Promise.all(link.everywhere.map((key) => link.call(key, "FLUSHALL")));
  });

  describe("the turn log", () => {
    turnLogContract(open);
    handedOverContract(open);
  });
  describe("the outbox", () => outboxContract(open));
  describe("the callback queue", () => callbackQueueContract(open));
  describe("the chat log", () => chatLogContract(open));
});
