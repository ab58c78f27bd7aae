import { readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createClient } from "redis";
import { parse, stringify } from "yaml";
import { rangeOf } from "../../src/http/limit-rates.ts";
import { openWebParent } from "../privacy/support/web-parent.ts";
import { parents } from "../support/canaries.ts";
import { root } from "../support/content.ts";
import { type Product, startProduct } from "../support/product.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

jest.setTimeout(120_000);

let redis: TestRedis;
let product: Product;
let folder: string;

beforeAll(async () => {
  redis = await startTestRedis();
  folder = redis.directory;
  const organisation = parse(readFileSync(join(root, "organisation.sample.yaml"), "utf8")) as object;
  const file = join(folder, "organisation.yaml");
  const security = { contact: "mailto:security@example.org", expires: "2099-01-01" };
  writeFileSync(file, stringify({ ...organisation, security }));
  product = await startProduct({
    REDIS_URL: redis.url,
    TRUST_PROXY: "1",
    ORGANISATION_FILE: file,
    EMBED_ORIGINS: "https://gemeente.example",
    PUBLIC_URL: "https://naast.example",
    // as the image and the unit of infra/ start it
    NODE_OPTIONS: "--disable-proto=throw --disallow-code-generation-from-strings",
  });
});
afterAll(async () => {
  await product.stop();
  await redis.stop();
});

const from = (address: string, more: Record<string, string> = {}) => ({
  "x-forwarded-for": address,
  ...more,
});
const newChat = (address: string): Promise<Response> =>
  fetch(`${product.url}/v3/directline/tokens/generate`, { method: "POST", headers: from(address) });

describe("a sender who asks too much", () => {
  test("is told to wait, while others are let in", async () => {
    const flood = await Promise.all(Array.from({ length: 400 }, () => newChat("203.0.113.7")));
    const refused = flood.filter(({ status }) => status === 429);
    expect(refused.length).toBe(100);
    expect(Number(refused[0]?.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await refused[0]?.json()).toEqual({ error: { code: "channel.too-many" } });
    const parent = await openWebParent(product.url, from("198.51.100.4"));
    expect(await parent.say("hoi")).toContain("Naast");
  });

  test("is counted in Redis, by a name that tells no address", async () => {
    const client = createClient({ url: redis.url });
    await client.connect();
    const keys: string[] = [];
    for await (const batch of client.scanIterator({ MATCH: "rate:*" })) keys.push(...batch);
    const lifetimes = await Promise.all(keys.map((key) => client.pTTL(key)));
    client.destroy();
    expect(keys.some((key) => key.startsWith("rate:new-chat-by-range:"))).toBe(true);
    expect(keys.join("\n")).not.toMatch(/203\.0|198\.51/);
    expect(lifetimes.every((left) => left > 0 && left <= 300_000)).toBe(true);
  });

  test("within one chat is held to what a person can type", async () => {
    const parent = await openWebParent(product.url, from("198.51.100.5"));
    const say = (_: unknown, n: number) =>
      fetch(
        `${product.url}${n % 2 ? "/v3/directline" : "/V3/DirectLine"}/conversations/${parent.conversation}/activities`,
        {
          method: "POST",
          headers: from("198.51.100.5", { authorization: `Bearer ${parent.token}` }),
          body: JSON.stringify({ type: "typing", from: { id: "me" } }),
        },
      );
    const said = await Promise.all(Array.from({ length: 140 }, say));
    expect(said.filter(({ status }) => status === 429).length).toBe(20);
  });

  test("together with everyone else is held to what all may begin in a minute", async () => {
    await newChat("203.0.113.20");
    const client = createClient({ url: redis.url });
    await client.connect();
    const [key = ""] = await client.keys("rate:new-chat-by-all:*");
    const begun = Number(await client.get(key));
    await client.incrBy(key, 6_000 - begun);
    const refused = await newChat("203.0.113.21");
    await client.decrBy(key, 6_000 - begun);
    client.destroy();
    expect(refused.status).toBe(429);
    // who talks already is not held up by those who begin
    expect((await fetch(`${product.url}/`, { headers: from("203.0.113.21") })).status).toBe(200);
  });

  test("in IPv6 is the household, not the address", () => {
    expect(rangeOf("2001:db8:1:2:3::4")).toBe(rangeOf("2001:0db8:1:2:ffff:1:2:3"));
    expect(rangeOf("2001:db8::1")).toBe("2001:db8:0:0");
    expect(rangeOf("2001:db8:1:2::1")).not.toBe(rangeOf("2001:db8:1:3::1"));
    expect(rangeOf("::ffff:192.0.2.1")).toBe("192.0.2.1");
  });

  test("on this machine itself is not counted: behind a proxy nobody named, that would be everyone", async () => {
    const answers = await Promise.all(
      Array.from({ length: 350 }, () =>
        fetch(`${product.url}/v3/directline/tokens/generate`, { method: "POST" }),
      ),
    );
    expect(answers.every(({ status }) => status === 200)).toBe(true);
  });
});

describe("every door", () => {
  const paths = [
    ...["/", "/accessibility/nl", "/accessibility/tr-simple", "/embed-demo", "/worker.js", "/embed.js"],
    ...["/nurse", "/nurse/api/openapi.json", "/healthz", "/readyz", "/nowhere", "/nurse/api/nowhere"],
    ...["/v3/directline/nowhere", "/webhooks/whatsapp", "/api/messages", "/metrics"],
  ];

  test.each(paths)("%s is served under a strict policy and tells nothing of what serves it", async (path) => {
    const { headers } = await fetch(`${product.url}${path}`, { redirect: "manual" });
    const policy = headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("report-uri /policy-reports");
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*|https?:(?!\/\/gemeente\.example)/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("strict-transport-security")).toMatch(/max-age=\d{8,}/);
    expect(headers.get("x-powered-by")).toBeNull();
    expect(headers.get("server")).toBeNull();
    expect(headers.get("referrer-policy")).toMatch(/^(no-referrer|same-origin)$/);
  });

  test("what a policy kept from happening is counted by our own names, and nothing else of the report is kept", async () => {
    const report = (body: string) =>
      fetch(`${product.url}/policy-reports`, {
        method: "POST",
        headers: { "content-type": "application/csp-report" },
        body,
      });
    const secret = parents.word("address in a report");
    const about = (directive: string) =>
      JSON.stringify({
        "csp-report": { "document-uri": `https://x/${secret}`, "violated-directive": directive },
      });
    expect((await report(about(`img-src 'self' ${secret}`))).status).toBe(204);
    expect((await report(about(secret))).status).toBe(204);
    expect((await report("[]")).status).toBe(204);
    expect((await report("{")).status).toBe(400);
    expect((await report(about("x".repeat(20_000)))).status).toBe(413);
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    expect(metrics).toContain('naast_events_total{event="policy-kept",by="img-src"} 1');
    expect(metrics).toContain('naast_events_total{event="policy-kept",by="other"} 1');
    expect(metrics).not.toContain(secret);
  });

  test("no answer may be kept on the way but files that are everyone's", async () => {
    const link = product.consoleLink("Noor").replace("https://naast.example", product.url);
    const nurse = await fetch(link, { redirect: "manual" });
    const cookie = nurse.headers.getSetCookie()[0]?.split(";")[0] ?? "";
    const parent = await openWebParent(product.url);
    await parent.say("hoi");
    const chat = `/v3/directline/conversations/${parent.conversation}`;
    const headers = { cookie, authorization: `Bearer ${parent.token}` };
    const data = [
      ...["/nurse/api/me", "/nurse/api/callbacks", "/nurse/api/nowhere", "/nurse", "/healthz", "/readyz"],
      ...["/metrics", "/nowhere", "/webhooks/whatsapp", "/api/messages", chat, `${chat}/activities`],
    ];
    // an address that looks like a file must not make a cache keep what is behind it
    const disguised = [`${chat}/activities/a.css`, "/nurse/api/callbacks/a.js", "/nurse/api/me/a.png"];
    for (const path of [...data, ...disguised]) {
      const answer = await fetch(`${product.url}${path}`, { headers });
      expect([path, answer.headers.get("cache-control")]).toEqual([path, "no-store"]);
      if (disguised.includes(path)) expect([path, answer.status]).toEqual([path, 404]);
    }
    expect((await fetch(`${product.url}/nurse/api/me`, { headers })).status).toBe(200);
    const page = await (await fetch(product.url)).text();
    const [script = ""] = /\/page\/main\.[\w-]+\.js/.exec(page) ?? [];
    const file = await fetch(`${product.url}${script}`);
    expect(file.headers.get("cache-control")).toContain("immutable");
  });

  test.each(["TRACE", "TRACK", "CONNECT", "PROPFIND"])(
    "serves no %s, and gives nothing back of it",
    async (method) => {
      for (const path of ["/", "/nurse/api/me", "/v3/directline/conversations", "/webhooks/whatsapp"]) {
        const answer = await raw(
          `${method} ${path} HTTP/1.1\r\nHost: x\r\nX-Canary: seen\r\nConnection: close\r\n\r\n`,
        );
        expect([path, /^HTTP\/1\.1 [45]|^$/.test(answer)]).toEqual([path, true]);
        expect(answer).not.toMatch(/canary|seen/i);
      }
    },
  );

  test("what is counted tells how many callbacks are open", async () => {
    const metrics = await (await fetch(`${product.url}/metrics`)).text();
    expect(metrics).toMatch(/^naast_callbacks_open \d+$/m);
  });

  test("security.txt names whom to tell, and until when", async () => {
    const answer = await fetch(`${product.url}/.well-known/security.txt`);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    const text = await answer.text();
    expect(text).toContain("Contact: mailto:security@example.org\n");
    expect(Date.parse(/Expires: (.*)/.exec(text)?.[1] ?? "")).toBeGreaterThan(Date.now());
  });

  test.each([
    ["a body that is not JSON", "/v3/directline/conversations", "{"],
    ["a body that is too large", "/nurse/api/callbacks/next", `"${"x".repeat(100_000)}"`],
    ["an address that cannot be decoded", "/nurse/api/callbacks/%E0%A4%A/open", "{}"],
    ["a path out of the folder", "/page/..%2f..%2fpackage.json", "{}"],
  ])("answers %s with a code and nothing else", async (_name, path, body) => {
    const answer = await fetch(`${product.url}${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body,
    });
    const text = await answer.text();
    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(text).not.toMatch(/node_modules|\/src\/|at .*:\d+:\d+|Error:/);
  });

  test("refuses a page of another origin, on the wire and on the stream", async () => {
    const granted = await fetch(`${product.url}/v3/directline/tokens/generate`, {
      method: "POST",
      headers: { origin: "https://evil.example" },
    });
    expect(granted.headers.get("access-control-allow-origin")).toBeNull();
    const allowed = await fetch(`${product.url}/v3/directline/tokens/generate`, {
      method: "POST",
      headers: { origin: "https://gemeente.example" },
    });
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://gemeente.example");
    const parent = await openWebParent(product.url);
    const path = `/v3/directline/conversations/${parent.conversation}/stream?t=${parent.token}`;
    expect(await upgrade(path, "https://evil.example")).toMatch(/^HTTP\/1.1 403/);
    expect(await upgrade(path, "null")).toMatch(/^HTTP\/1.1 403/);
    expect(await upgrade(path, "https://naast.example")).toMatch(/^HTTP\/1.1 101/);
  });

  test("refuses a body that unpacks to more than is read, whatever its size on the wire", async () => {
    const bomb = gzipSync(Buffer.alloc(50 * 1024 * 1024, " "));
    expect(bomb.length).toBeLessThan(60 * 1024);
    for (const path of ["/v3/directline/conversations", "/nurse/api/callbacks/next"]) {
      const { status } = await fetch(`${product.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", "content-encoding": "gzip" },
        body: bomb,
      });
      expect([path, status >= 400 && status < 500]).toEqual([path, true]);
    }
    expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
  });

  test.each([
    ["marks piled on one letter", `e${"\u0301".repeat(30_000)}`],
    ["letters that normalising makes eighteen times as many", "\ufdfa".repeat(20_000)],
    ["joined signs that never end", "\u{1f469}\u200d".repeat(8_000)],
    ["half signs, turned directions and zeros", "\ud800\u202e\u0000".repeat(3_000)],
    ["quotes that never close", '"\\"'.repeat(6_000)],
    ["what looks like numbers, addresses and numbers again", "06-1.a@".repeat(8_000)],
    ["one word without end", "a".repeat(60_000)],
    ["words that are nearly danger", "ademt niet niet ".repeat(4_000)],
  ])("is not held up by %s, and the parent is answered", async (_name, words) => {
    const parent = await openWebParent(product.url);
    await parent.say("hoi");
    const answered = parent.say(words);
    expect((await fetch(`${product.url}/healthz`)).status).toBe(200);
    expect(await answered).not.toBe("");
  });

  test("does not wait for a reader that asks and never reads", async () => {
    const idle = Array.from({ length: 20 }, () => askWithoutReading("/"));
    const parent = await openWebParent(product.url);
    expect(await parent.say("hoi")).toContain("Naast");
    for (const socket of idle) socket.destroy();
  });

  test("gives nothing of a chat to whoever knows its name, has another's token, or sends it a second time", async () => {
    const [mine, theirs] = [await openWebParent(product.url), await openWebParent(product.url)];
    await mine.say("hoi");
    const path = `${product.url}/v3/directline/conversations/${mine.conversation}/activities`;
    const read = (authorization: string) => fetch(path, { headers: { authorization } });
    expect((await read(`Bearer ${theirs.token}`)).status).toBe(404);
    expect((await read(`Bearer ${mine.conversation}`)).status).toBe(403);
    expect((await fetch(path)).status).toBe(403);
    const replayed = {
      type: "message",
      text: "1",
      from: { id: "me" },
      channelData: { clientActivityID: "once" },
    };
    const send = () =>
      fetch(path, {
        method: "POST",
        headers: { authorization: `Bearer ${mine.token}`, "content-type": "application/json" },
        body: JSON.stringify(replayed),
      });
    const ids = await Promise.all(
      [send(), send(), send()].map(async (sent) => (await sent).json() as Promise<{ id: string }>),
    );
    expect(new Set(ids.map(({ id }) => id)).size).toBe(1);
  });

  test("takes no key of a body for a property of everything", async () => {
    const parent = await openWebParent(product.url);
    await parent.say("hoi");
    const polluted =
      '{"__proto__":{"isNurse":true,"roles":["lead"]},"constructor":{"prototype":{"isNurse":true}}}';
    for (const [door, body] of [
      [
        `/v3/directline/conversations/${parent.conversation}/activities`,
        `{"type":"message","text":"hoi","channelData":${polluted}}`,
      ],
      ["/v3/directline/tokens/return", polluted],
      ["/nurse/api/callbacks/next/claim", polluted],
    ] as const) {
      const { status } = await fetch(`${product.url}${door}`, {
        method: "POST",
        headers: { authorization: `Bearer ${parent.token}`, "content-type": "application/json" },
        body,
      });
      expect([door, status < 500]).toEqual([door, true]);
    }
    expect((await fetch(`${product.url}/nurse/api/me`)).status).toBe(401);
  });

  test("hangs up on 200 clients that never finish asking or say nothing, and answers others meanwhile", async () => {
    const slow = Array.from({ length: 200 }, (_, n) => dribble(n % 4 === 0));
    const began = performance.now();
    const parent = await openWebParent(product.url);
    expect(await parent.say("hoi")).toContain("Naast");
    await Promise.all(slow);
    expect(performance.now() - began).toBeLessThan(15_000);
  });
});

/** Sends half a request, or nothing, and waits to be hung up on. */
function dribble(silent = false): Promise<void> {
  return new Promise((ended) => {
    const socket = connect(Number(new URL(product.url).port), "127.0.0.1");
    const begin = "POST /v3/directline/conversations HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\nX-Slow: ";
    if (!silent) socket.write(begin);
    const more = setInterval(() => !silent && socket.writable && socket.write("a"), 500);
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearInterval(more);
      ended();
    });
    socket.resume();
  });
}

/** Asks many times on one connection and reads none of the answers. */
function askWithoutReading(path: string): Socket {
  const socket = connect(Number(new URL(product.url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(100));
  return socket;
}

/** Sends bytes as they stand and gives all that comes back. */
function raw(bytes: string): Promise<string> {
  return new Promise((answered) => {
    let heard = "";
    const socket = connect(Number(new URL(product.url).port), "127.0.0.1");
    socket.on("data", (more: Buffer) => {
      heard += more.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => answered(heard));
    socket.write(bytes);
  });
}

function upgrade(path: string, origin: string): Promise<string> {
  return new Promise((answered) => {
    const socket = connect(Number(new URL(product.url).port), "127.0.0.1");
    socket.once("data", (bytes: Buffer) => {
      answered(bytes.toString("latin1"));
      socket.destroy();
    });
    socket.on("error", () => answered(""));
    socket.write(
      [
        `GET ${path} HTTP/1.1`,
        "Host: naast.example",
        `Origin: ${origin}`,
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "\r\n",
      ].join("\r\n"),
    );
  });
}
