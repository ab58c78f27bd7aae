import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Script } from "../src/conversation/script.ts";
import { loadUnderstanding } from "../src/http/load-understanding.ts";
import type { PersonId } from "../src/terms.ts";
import { productionScript, root } from "./support/content.ts";
import { play } from "./support/play.ts";
import { startTestRedis, type TestRedis } from "./support/redis.ts";
import { type OpenStorage, openTestStorage } from "./support/storage.ts";

// What the service says and does, as a nurse can read it. `UPDATE=1 npx jest test/conversations.test.ts` writes the
// bot's lines anew after a change of content: read the difference before you keep it.
const folder = join(root, "test/conversations");
const files = readdirSync(folder).filter((file) => file.endsWith(".txt"));
const update = process.env["UPDATE"] === "1";

let redis: TestRedis;
let storage: OpenStorage;
let script: Script;

beforeAll(async () => {
  redis = await startTestRedis();
  storage = await openTestStorage({ url: redis.url });
  const plain = productionScript(loadUnderstanding(root));
  // the try-out line on every screen says nothing here, and with one region nobody is asked for theirs
  const regions = plain.organisation.regions.slice(0, 1);
  const organisation = { ...plain.organisation, name: "JGZ Voorbeeld", tryOut: false, regions };
  script = { ...plain, organisation };
}, 120_000);

afterAll(async () => {
  await storage.close();
  await redis.stop();
});

test("there are at least twenty transcripts", () => {
  expect(files.length).toBeGreaterThanOrEqual(20);
});

test.each(files)("%s", async (file) => {
  const [law = "", ...rest] = readFileSync(join(folder, file), "utf8").trim().split("\n\n");
  const expected = rest.join("\n\n").trim();
  const lines = expected.split("\n");
  const heard = await play(lines, script, storage, `transcript ${file}` as PersonId);
  if (update) writeFileSync(join(folder, file), `${law}\n\n${heard}\n`);
  else expect(heard).toBe(expected);
});
