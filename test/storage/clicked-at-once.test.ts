import { KnownError } from "../../src/errors.ts";
import type { Held } from "../../src/escalation/callback-queue.ts";
import type { CallbackId } from "../../src/terms.ts";
import { startTestRedis } from "../support/redis.ts";
import { aCallbackId, aNurse, aPerson, aRequest } from "../support/samples.ts";
import { openTestStorage } from "../support/storage.ts";

const clicks = 1_000;

test("two nurses at two processes who click the same callback 1,000 times: exactly one holds it, every time", async () => {
  const redis = await startTestRedis();
  const storage = await openTestStorage({ url: redis.url }, { callbackLeaseMilliseconds: 60_000 });
  const second = await storage.another({ callbackLeaseMilliseconds: 60_000 });
  const [ann, bea] = [aNurse("ann"), aNurse("bea")];
  const id = aCallbackId();
  try {
    await storage.callbacks.open(id, aRequest(aPerson()));
    const holders: number[] = [];
    for (let click = 0; click < clicks; click += 1) {
      const pair = [() => tried(storage, ann, id), () => tried(second, bea, id)];
      const both = await Promise.all((click % 2 === 0 ? pair : pair.toReversed()).map((claim) => claim()));
      const held = both.filter((one) => one !== undefined);
      holders.push(held.length);
      for (const { hold } of held) await storage.callbacks.release(hold);
    }
    expect(holders.filter((count) => count !== 1)).toEqual([]);
    expect(holders).toHaveLength(clicks);
  } finally {
    await storage.close();
    await redis.stop();
  }
}, 120_000);

async function tried(
  { callbacks }: Pick<Awaited<ReturnType<typeof openTestStorage>>, "callbacks">,
  nurse: ReturnType<typeof aNurse>,
  id: CallbackId,
): Promise<Held | undefined> {
  try {
    return await callbacks.claim(nurse, { id });
  } catch (error) {
    if (error instanceof KnownError && error.code === "escalation.already-claimed") return undefined;
    throw error;
  }
}
