/**
 * Mutated inputs at every door of the running product: 6,000 of them, or as many as `FUZZ` says (`FUZZ=100000` before a release).
 *
 * The seed is printed; `FUZZ_SEED` takes it again. Input n depends on the seed and n alone.
 */
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { Agent, createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { openWebParent } from "./privacy/support/web-parent.ts";
import { root } from "./support/content.ts";
import { chanceOf, mutateJson, mutateText, pick } from "./support/mutate.ts";
import { type Product, startProduct } from "./support/product.ts";
import { startTestRedis, type TestRedis, until } from "./support/redis.ts";

const environment = process["env"];
const total = Number(environment["FUZZ"] ?? 6_000);
const seed = Number(environment["FUZZ_SEED"] ?? 20_261_122);
const atOnce = 24;
const appSecret = "fuzz-app-secret";
const phoneNumberId = "106540352242922";

jest.setTimeout(420_000 + total * 12);

let redis: TestRedis;
let meta: Server;
let issuer: ReturnType<typeof spawn>;
/** Signs in by links; has WhatsApp, the web chat and the console. */
let product: Product;
/** Signs in by OIDC. */
let second: Product;
let cookie = "";
let chat: { readonly conversation: string; readonly token: string };
let callback = "";

beforeAll(async () => {
  redis = await startTestRedis();
  meta = createServer((incoming, response) => {
    incoming.resume().on("end", () => response.end('{"messages":[{"id":"wamid.X"}]}'));
  });
  await new Promise<void>((ready) => meta.listen(0, "127.0.0.1", ready));
  product = await startProduct({
    ...watched("product"),
    REDIS_URL: redis.url,
    WHATSAPP_VERIFY_TOKEN: "fuzz-verify-token",
    WHATSAPP_APP_SECRET: appSecret,
    WHATSAPP_ACCESS_TOKEN: "fuzz-access-token",
    WHATSAPP_PHONE_NUMBER_ID: phoneNumberId,
    WHATSAPP_GRAPH_URL: `http://127.0.0.1:${(meta.address() as AddressInfo).port}`,
    LOG_LEVEL: "silent",
  });
  issuer = spawn(process.execPath, ["test/console/oidc-issuer.mjs", "http://127.0.0.1/nurse/oidc/return"], {
    cwd: root,
    stdio: ["ignore", "pipe", "ignore"],
  });
  const address = await new Promise<string>((told) =>
    issuer.stdout?.once("data", (line) => told(`${line}`.trim())),
  );
  second = await startProduct({
    ...watched("second"),
    REDIS_URL: redis.url,
    OIDC_ISSUER: address,
    OIDC_CLIENT_ID: "naast",
    OIDC_CLIENT_SECRET: "a secret of the test",
    LOG_LEVEL: "silent",
  });
  const signedIn = await fetch(product.consoleLink("Fuzz"), { redirect: "manual" });
  cookie = (signedIn.headers.getSetCookie()[0] ?? "").split(";")[0] ?? "";
  const parent = await openWebParent(product.url);
  await parent.say("hoi");
  chat = parent;
  callback = "0".repeat(32);
});
afterAll(async () => {
  await product?.stop();
  await second?.stop();
  agent.destroy();
  issuer?.kill();
  meta?.close();
  await redis?.stop();
});

function watched(name: string): Record<string, string> {
  return {
    NODE_OPTIONS: `--expose-gc --import ${join(root, "test/support/watched.mjs")}`,
    WATCHED_FILE: join(redis.directory, `${name}.json`),
  };
}

interface State {
  readonly clean: boolean;
  readonly heapUsed: number;
}

/** What the process says of itself once it has had a moment to rest. */
async function stateOf(running: Product, name: string): Promise<State> {
  const file = join(redis.directory, `${name}.json`);
  let last: State | undefined;
  for (let tries = 0; tries < 20; tries += 1) {
    rmSync(file, { force: true });
    running.process.kill("SIGUSR2");
    await until(() => existsSync(file), 30_000);
    await pause(500);
    const state = JSON.parse(readFileSync(file, "utf8")) as State;
    if (last !== undefined && Math.abs(state.heapUsed - last.heapUsed) < 500_000) return state;
    last = state;
  }
  return last as State;
}

interface Knock {
  readonly at: Product;
  readonly method: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const bodies = ["test/recorded", "test/whatsapp-spec/samples"].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".json"))
    .map((file) =>
      readFileSync(join(root, folder, file), "utf8").replace(
        /("phone_number_id":\s*)"\d+"/g,
        `$1"${phoneNumberId}"`,
      ),
    )
    .map((text) => JSON.parse(text) as unknown),
);
const activities: readonly unknown[] = [
  { type: "message", text: "mijn baby slaapt slecht", locale: "nl", from: { id: "me", name: "x" } },
  { type: "message", text: "1", channelData: { clientActivityID: "a", choice: "1.sleep" } },
  { type: "event", name: "naast/locale", locale: "tr-simple", value: {} },
  { type: "message", attachments: [{ contentType: "image/png", contentUrl: "http://x/" }] },
  { type: "typing", from: { id: "me" } },
];
const acts: readonly (readonly [string, unknown])[] = [
  ["open", { reason: "a reason", language: "nl" }],
  ["claim", {}],
  ["close", { token: "1", outcome: "advice_given", parentInformed: true, note: "x", checkBackDays: 3 }],
  ["attempts", { token: "1", result: "not_reached", retryAt: 1, tellParent: true }],
  ["notes", { words: "a note" }],
  ["hand-over", { token: "1", to: "somebody" }],
];

function knockOf(number: number): Knock {
  const chance = chanceOf(seed + number * 7_919);
  const door = chance();
  if (door < 0.4) return webhook(chance, number);
  if (door < 0.7) return directLine(chance);
  if (door < 0.9) return console_(chance);
  return oidcReturn(chance);
}

function webhook(chance: () => number, number: number): Knock {
  const fresh = JSON.stringify(mutateJson(pick(bodies, chance), chance)).replace(
    /"timestamp":"\d+"/g,
    `"timestamp":"${Math.floor(Date.now() / 1000)}"`,
  );
  const body = mutateText(fresh, chance);
  const signature = `sha256=${createHmac("sha256", appSecret).update(body).digest("hex")}`;
  const forged = [
    signature.slice(0, -2),
    signature.toUpperCase(),
    signature.replace("256", "1"),
    "",
    `${number}`,
  ];
  return {
    at: product,
    method: chance() < 0.97 ? "POST" : pick(["GET", "PUT", "DELETE"], chance),
    path: `/webhooks/whatsapp${chance() < 0.05 ? `?hub.mode=subscribe&hub.challenge=${encodeURIComponent(body.slice(0, 50).toWellFormed())}` : ""}`,
    headers: {
      "content-type": "application/json",
      "x-hub-signature-256": chance() < 0.5 ? signature : pick(forged, chance),
    },
    body,
  };
}

function directLine(chance: () => number): Knock {
  const own = `/v3/directline/conversations/${chat.conversation}`;
  const wild = encodeURIComponent(`${pick(["..", "%00", "x".repeat(300), "__proto__", "{p00}"], chance)}`);
  const path = pick(
    [
      ...[
        `${own}/activities`,
        `${own}/activities`,
        `${own}/activities`,
        `${own}/activities?watermark=${wild}`,
      ],
      ...[
        own,
        "/v3/directline/tokens/generate",
        "/v3/directline/tokens/return",
        "/v3/directline/tokens/refresh",
      ],
      ...[
        "/v3/directline/conversations",
        `/v3/directline/conversations/${wild}/activities`,
        `/v3/directline/${wild}`,
      ],
    ],
    chance,
  );
  const token = chance() < 0.8 ? chat.token : mutateText(chat.token, chance).slice(0, 900);
  return {
    at: product,
    method: pick(["POST", "POST", "POST", "GET", "OPTIONS", "PATCH"], chance),
    path,
    headers: {
      authorization: `Bearer ${token.replace(/[^\x21-\x7e]/g, "")}`,
      origin: pick(["null", "http://x", product.url, "file://"], chance),
    },
    body: mutateText(JSON.stringify(mutateJson(pick(activities, chance), chance)), chance),
  };
}

function console_(chance: () => number): Knock {
  const [act, body] = pick(acts, chance);
  const id =
    chance() < 0.5 ? callback : encodeURIComponent(mutateText(callback, chance).slice(0, 200).toWellFormed());
  const query = `?part=${pick(["open", "%00", "[]", "closed&part=open"], chance)}&limit=${pick(["1", "-1", "1e9", "x"], chance)}`;
  const read = chance() < 0.4;
  const path = read
    ? pick(
        [`/callbacks${query}`, `/audit${query}&from=x`, "/me", "/figures", `/${id}`, "/openapi.json"],
        chance,
      )
    : `/callbacks/${pick([id, "next"], chance)}/${act}`;
  return {
    at: product,
    method: read ? "GET" : "POST",
    path: `/nurse/api${path}`,
    headers: {
      cookie: chance() < 0.9 ? cookie : mutateText(cookie, chance).replace(/[^\x21-\x7e]/g, ""),
      origin: chance() < 0.9 ? product.url : "http://evil",
      "content-type": pick(
        ["application/json", "application/json", "text/plain", "multipart/form-data"],
        chance,
      ),
    },
    body: read ? "" : mutateText(JSON.stringify(mutateJson(body, chance)), chance),
  };
}

function oidcReturn(chance: () => number): Knock {
  const value = () =>
    encodeURIComponent(String(pick(["x", "a".repeat(500), "\u0000", "[object]", "%", "null"], chance)));
  const names = [
    "code",
    "state",
    "iss",
    "error",
    "error_description",
    "session_state",
    "__proto__",
    "code[]",
  ];
  const query = names.filter(() => chance() < 0.6).map((name) => `${name}=${value()}`);
  return {
    at: second,
    method: pick(["GET", "GET", "GET", "POST", "HEAD"], chance),
    path: `${pick(["/nurse/oidc/return", "/nurse/oidc/return", "/nurse/sign-in"], chance)}?${query.join("&")}`,
    headers: { cookie: `naast.nurse=s%3A${value()}` },
    body: "",
  };
}

/** Requests that got no answer, by why: a door may hang up on who goes on sending what it refused. */
const unanswered = new Map<string, number>();
const hungUp = ["ECONNRESET", "EPIPE"];

function noAnswer({ code = "unknown" }: NodeJS.ErrnoException): 0 {
  unanswered.set(code, (unanswered.get(code) ?? 0) + 1);
  return 0;
}

const agent = new Agent({ keepAlive: true, maxSockets: atOnce });

function send({ at, method, path, headers, body }: Knock): Promise<number> {
  const { hostname, port } = new URL(at.url);
  return new Promise((answered) => {
    const asked = request({ hostname, port, method, path, headers, agent }, (response) => {
      response
        .resume()
        .on("end", () => answered(response.statusCode ?? 0))
        .on("error", (error) => answered(noAnswer(error)));
    });
    asked.on("error", (error) => answered(noAnswer(error)));
    asked.end(body);
  });
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
      const knock = knockOf(number);
      const status = await send(knock);
      counts.set(status, (counts.get(status) ?? 0) + 1);
      if (status >= 500) failed.push({ number, status, path: knock.path.slice(0, 80) });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, one));
  return { counts, failed };
}

test(`${total} mutated inputs at every door: no failure of ours, no crash, no leak, nothing polluted`, async () => {
  const began = performance.now();
  const warm = await knockAll(0, Math.floor(total * 0.3));
  const before = [await stateOf(product, "product"), await stateOf(second, "second")];
  const rest = await knockAll(Math.floor(total * 0.3), total);
  const after = [await stateOf(product, "product"), await stateOf(second, "second")];

  const seconds = Math.round((performance.now() - began) / 1000);
  const statuses = JSON.stringify(
    Object.fromEntries([...rest.counts].toSorted(([one], [other]) => one - other)),
  );
  const growth = after.map(({ heapUsed }, at) => heapUsed / (before[at]?.heapUsed ?? 1));
  process.stdout.write(
    `fuzz: seed ${seed}, ${total} inputs in ${seconds} s, ${statuses}, no answer ${JSON.stringify(Object.fromEntries(unanswered))}, heap ×${growth.map((one) => one.toFixed(2)).join(", ×")}\n`,
  );
  expect([...warm.failed, ...rest.failed]).toEqual([]);
  expect([...unanswered.keys()].filter((code) => !hungUp.includes(code))).toEqual([]);
  expect([...before, ...after].every(({ clean }) => clean)).toBe(true);
  expect(Math.max(...growth)).toBeLessThan(1.1);
  expect(product.process.exitCode).toBeNull();
  expect(second.process.exitCode).toBeNull();
  const parent = await openWebParent(product.url);
  expect(await parent.say("hoi")).toContain("Naast");
});
