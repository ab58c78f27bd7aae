/**
 * Mutated inputs at every door of two running processes of the product: 100,000 of them, or as many as `FUZZ` says.
 * `FUZZ=1000000 npx jest test/fuzz.test.ts` is the long form.
 *
 * The seed is printed; `FUZZ_SEED` takes it again. Input n depends on the seed and n alone.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { Agent, createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "redis";
import { partitionKeys, partitions } from "../src/storage/keys.ts";
import { openWebParent } from "./privacy/support/web-parent.ts";
import { root } from "./support/content.ts";
import { type Knock, knocksAt } from "./support/knocks.ts";
import { type Product, startProduct } from "./support/product.ts";
import { startTestRedis, type TestRedis, until } from "./support/redis.ts";

const environment = process["env"];
const total = Number(environment["FUZZ"] ?? 100_000);
const seed = Number(environment["FUZZ_SEED"] ?? 20_261_122);
const atOnce = 32;
const appSecret = "fuzz-app-secret";
const phoneNumberId = "106540352242922";

jest.setTimeout(300_000 + total * 6);

let redis: TestRedis;
let meta: Server;
let issuer: ReturnType<typeof spawn>;
/** Two processes that share Redis and keys, as in production; nurses sign in at the first by links, at the second by OIDC. */
let products: readonly [Product, Product];
let knock: (number: number) => Knock;

beforeAll(async () => {
  redis = await startTestRedis();
  meta = createServer((incoming, response) => {
    incoming.resume().on("end", () => response.end('{"messages":[{"id":"wamid.X"}]}'));
  });
  await new Promise<void>((ready) => meta.listen(0, "127.0.0.1", ready));
  issuer = spawn(process.execPath, ["test/console/oidc-issuer.mjs", "http://127.0.0.1/nurse/oidc/return"], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const address = await new Promise<string>((told) =>
    issuer.stdout?.once("data", (line) => told(`${line}`.trim())),
  );
  const key = (): string => randomBytes(32).toString("base64");
  const shared = {
    REDIS_URL: redis.url,
    DATA_KEYS: `k1:${key()},person:${key()}`,
    WHATSAPP_VERIFY_TOKEN: "fuzz-verify-token",
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_ACCESS_TOKEN: "fuzz-access-token",
    WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
    WHATSAPP_GRAPH_URL: `http://127.0.0.1:${(meta.address() as AddressInfo).port}`,
    LOG_LEVEL: "silent",
  };
  const oidc = {
    OIDC_ISSUER: address,
    OIDC_CLIENT_ID: "naast",
    OIDC_CLIENT_SECRET: "a secret of the test",
  };
  const first = await startProduct({ ...shared, ...watched(0) });
  products = [first, await startProduct({ ...shared, ...oidc, ...watched(1) })];
  const signedIn = await fetch(first.consoleLink("Fuzz"), { redirect: "manual" });
  const cookie = (signedIn.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
  const chat = await openWebParent(first.url);
  await chat.say("hoi");
  knock = knocksAt({ appSecret, phoneNumberId, cookie, chat }, seed);
});
afterAll(async () => {
  await Promise.all((products ?? []).map((product) => product.stop()));
  agent.destroy();
  issuer?.kill();
  meta?.close();
  await redis?.stop();
});

const fileOf = (at: number): string => join(redis.directory, `watched-${at}.json`);

function watched(at: number): Record<string, string> {
  return {
    NODE_OPTIONS: `--expose-gc --import ${join(root, "test/support/watched.mjs")}`,
    WATCHED_FILE: fileOf(at),
  };
}

interface State {
  readonly clean: boolean;
  readonly heapUsed: number;
}

/** What both processes say of themselves once nothing waits any more and what was used is collected. */
async function states(): Promise<readonly State[]> {
  await until(nothingWaits, 120_000);
  return await Promise.all(products.map(stateOf));
}

async function nothingWaits(): Promise<boolean> {
  const client = await createClient({ url: redis.url }).connect();
  try {
    const keys = partitions.map(partitionKeys);
    const ready = keys.flatMap(({ ready, outready, leases }) => [ready, outready, leases]);
    const waiting = await Promise.all([
      ...ready.map((key) => client.zCard(key)),
      ...keys.map(({ intents }) => client.lLen(intents)),
    ]);
    return waiting.every((count) => count === 0);
  } finally {
    client.destroy();
  }
}

/** Asked until two answers agree: answers on their way and timers of the last request hold memory for a moment. */
async function stateOf({ process: child }: Product, at: number): Promise<State> {
  const file = fileOf(at);
  let last: State | undefined;
  for (let tries = 0; tries < 30; tries += 1) {
    rmSync(file, { force: true });
    child.kill("SIGUSR2");
    await until(() => existsSync(file), 60_000);
    const state = JSON.parse(readFileSync(file, "utf8")) as State;
    if (last !== undefined && Math.abs(state.heapUsed - last.heapUsed) < 300_000) return state;
    last = state;
    await pause(1_000);
  }
  return last as State;
}

/** Requests that got no answer, by why: a door may hang up on who goes on sending what it refused. */
const unanswered = new Map<string, number>();
const hungUp = ["ECONNRESET", "EPIPE"];

function noAnswer({ code = "unknown" }: NodeJS.ErrnoException): Answer {
  unanswered.set(code, (unanswered.get(code) ?? 0) + 1);
  return { status: 0, body: "" };
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: atOnce });

function send({ method, path, headers, body }: Knock, to: Product): Promise<Answer> {
  const { hostname, port, origin } = new URL(to.url);
  const sent = {
    ...headers,
    ...(headers["origin"] === "own" ? { origin } : {}),
    // of a GET, too: without it what follows would count as another request, and never reach a door
    "content-length": String(Buffer.byteLength(body)),
  };
  return new Promise((answered) => {
    const asked = request({ hostname, port, method, path, headers: sent, agent }, (response) => {
      const parts: Buffer[] = [];
      response
        .on("data", (bytes: Buffer) => parts.push(bytes))
        .on("end", () => answered({ status: response.statusCode ?? 0, body: String(Buffer.concat(parts)) }))
        .on("error", (error) => answered(noAnswer(error)));
    });
    asked.on("error", (error) => answered(noAnswer(error)));
    // neither an answer nor an error: the line was closed, as for an upgrade that nobody here wants
    asked.on("close", () => setImmediate(() => answered({ status: 0, body: "" })));
    asked.end(body);
  });
}

let comeAgain = 0;

/**
 * Sends one input. "Come again" is what a door must say while Redis answers late, as on a machine that others use:
 * the input does come again, and only when that is all it ever hears has it brought the product down.
 */
async function knockAt(number: number): Promise<Answer> {
  const input = knock(number);
  const to = products[input.door === "oidc" ? 1 : number % 2] as Product;
  for (let tries = 0; ; tries += 1) {
    const answer = await send(input, to);
    if (answer.status !== 503 || !answer.body.includes("storage.unavailable") || tries === 8) return answer;
    comeAgain += 1;
    await pause(250 * 2 ** tries);
  }
}

/** Sends inputs from one number to another; gives how often each status came, and the inputs that failed. */
async function knockAll(from: number, to: number) {
  const counts = new Map<number, number>();
  const failed: { readonly number: number; readonly status: number; readonly path: string }[] = [];
  let next = from;
  const one = async (): Promise<void> => {
    while (next < to) {
      const number = next;
      next += 1;
      const { status } = await knockAt(number);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status >= 500) failed.push({ number, status, path: knock(number).path.slice(0, 80) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { counts, failed };
}

test(`${total} mutated inputs at every door: no failure of ours, no crash, no leak, nothing polluted`, async () => {
  const began = performance.now();
  const warm = await knockAll(0, Math.floor(total * 0.3));
  const warmSeconds = (performance.now() - began) / 1000;
  const before = await states();
  const again = performance.now();
  const rest = await knockAll(Math.floor(total * 0.3), total);
  const seconds = Math.round(warmSeconds + (performance.now() - again) / 1000);
  const after = await states();

  const statuses = JSON.stringify(
    Object.fromEntries([...rest.counts].toSorted(([one], [other]) => one - other)),
  );
  const growth = after.map(({ heapUsed }, at) => heapUsed / (before[at]?.heapUsed ?? 1));
  const megabytes = after.map(({ heapUsed }) => Math.round(heapUsed / 1e6));
  process.stdout.write(
    `fuzz: seed ${seed}, ${total} inputs in ${seconds} s, ${statuses}, come again ${comeAgain}, no answer ${JSON.stringify(Object.fromEntries(unanswered))}, heap ×${growth.map((one) => one.toFixed(3)).join(", ×")} to ${megabytes.join(", ")} MB\n`,
  );
  expect([...warm.failed, ...rest.failed]).toEqual([]);
  expect([...unanswered.keys()].filter((code) => !hungUp.includes(code))).toEqual([]);
  expect([...before, ...after].every(({ clean }) => clean)).toBe(true);
  expect(Math.max(...growth)).toBeLessThan(1.1);
  for (const product of products) {
    expect(product.process.exitCode).toBeNull();
    const parent = await openWebParent(product.url);
    expect(await parent.say("hoi")).toContain("Naast");
  }
});
