import { randomBytes } from "node:crypto";
import type { MetaStub } from "../demo-whatsapp/meta-stub.ts";
import { stubVariables } from "../demo-whatsapp/stub-variables.ts";
import type { Machine } from "./machines.ts";

/** What a process of the product is given to run on these servers and to talk with Meta's stand-in. */
export function stormEnvironment(redis: readonly Pick<Machine, "port">[], meta: MetaStub) {
  return {
    REDIS_URL: redis.map(({ port }) => `redis://127.0.0.1:${port}`).join(","),
    DATA_KEYS: ["main", "person"].map((id) => `${id}:${randomBytes(32).toString("base64")}`).join(","),
    ...stubVariables(meta),
  };
}
