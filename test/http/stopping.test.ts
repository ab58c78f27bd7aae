import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openWebParent, type WebParent } from "../privacy/support/web-parent.ts";
import { type Product, startProduct } from "../support/product.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";

jest.setTimeout(60_000);

const words = "ikhebeenkanariegezien";
/** Throws, outside of any request, when it is told to; as code of a library might. */
const failing = 'process.on("SIGUSR2", () => { throw new Error(process.env.WORDS) })';
const options = `--import=data:text/javascript,${encodeURIComponent(failing)}`;

let redis: TestRedis;
let folder: string;
let product: Product;
const start = (): Promise<Product> =>
  startProduct({ REDIS_URL: redis.url, DATA_DIR: folder, NODE_OPTIONS: options, WORDS: words });
const ended = (child: Product["process"]): Promise<number | null> =>
  new Promise((done) => child.once("exit", done));

beforeAll(async () => {
  redis = await startTestRedis();
  folder = mkdtempSync(join(tmpdir(), "naast-stopping-"));
  product = await start();
});
afterAll(async () => {
  if (product?.process.exitCode === null) await product.stop();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Seen {
  readonly text?: string;
}

const ask = async ({ conversation, token }: WebParent, body?: object): Promise<Response> =>
  fetch(`${product.url}/v3/directline/conversations/${conversation}/activities`, {
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { method: "POST", body: JSON.stringify(body) }),
  });
const read = async (parent: WebParent): Promise<readonly (string | undefined)[]> => {
  const { activities } = (await (await ask(parent)).json()) as { activities: readonly Seen[] };
  return activities.map(({ text }) => text);
};

test("told to stop amid messages, it ends by itself; each is answered once, now or by the next process", async () => {
  const calm = await openWebParent(product.url);
  await calm.say("hoi");
  const wanted = await read(calm);
  const parents = await Promise.all(Array.from({ length: 40 }, () => openWebParent(product.url)));
  const say = (parent: WebParent): Promise<boolean> =>
    ask(parent, {
      type: "message",
      text: "hoi",
      locale: "nl",
      from: { id: "me" },
      channelData: { clientActivityID: "once" },
    }).then(
      ({ ok }) => ok,
      () => false,
    );
  const over = ended(product.process);
  let taken = 0;
  const said = parents.map(async (parent) => {
    const ok = await say(parent);
    taken += 1;
    if (taken === 3) product.process.kill("SIGTERM");
    return ok;
  });
  const acknowledged = await Promise.all(said);
  expect(await over).toBe(0);
  expect(acknowledged.filter(Boolean).length).toBeGreaterThanOrEqual(3);

  product = await start();
  // as the page does with what was not acknowledged
  await Promise.all(parents.map((parent, n) => acknowledged[n] || say(parent)));
  for (const parent of parents) {
    await until(async () => (await read(parent)).length >= wanted.length);
    expect(await read(parent)).toEqual(wanted);
  }
});

test("a failure that nobody caught ends the process in order, and says where but not a word of what", async () => {
  const over = ended(product.process);
  product.process.kill("SIGUSR2");
  expect(await over).toBe(1);
  expect(product.printed()).toContain("unknown: something failed that nobody caught");
  expect(product.printed()).toMatch(/\n +at /);
  expect(product.printed()).not.toContain(words);
});
