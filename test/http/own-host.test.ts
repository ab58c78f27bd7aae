import { mkdtempSync, rmSync } from "node:fs";
import { type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readConfig } from "../../src/http/config.ts";
import { type Service, startService } from "../../src/http/service.ts";
import { root } from "../support/content.ts";
import { startTestRedis, type TestRedis } from "../support/redis.ts";

jest.setTimeout(60_000);

let redis: TestRedis;
let service: Service;
let folder: string;

beforeAll(async () => {
  redis = await startTestRedis();
  folder = mkdtempSync(join(tmpdir(), "naast-own-host-"));
  const addresses = { PUBLIC_URL: "https://naast.example", CONSOLE_URL: "https://nurses.example" };
  const issuer = { OIDC_ISSUER: "http://127.0.0.1:9", OIDC_CLIENT_ID: "naast", OIDC_CLIENT_SECRET: "secret" };
  service = await startService(
    readConfig({
      ...addresses,
      ...issuer,
      CONSOLE_ADDRESSES: "127.0.0.1, 192.0.2.0/24, 2001:db8::/32",
      TRUST_PROXY: "1",
      PORT: "0",
      LOG_LEVEL: "silent",
      DATA_DIR: folder,
      REDIS_URL: redis.url,
    }),
    root,
  );
});
afterAll(async () => {
  await service.close();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const statusAt = (host: string, path: string, from = "127.0.0.1"): Promise<number | undefined> =>
  new Promise((done, failed) => {
    const { port } = new URL(service.url);
    request(
      { host: "127.0.0.1", port, path, headers: { host, "x-forwarded-for": from } },
      (answer: IncomingMessage) => {
        answer.resume();
        done(answer.statusCode);
      },
    )
      .on("error", failed)
      .end();
  });

test.each([
  ["/", 200, 404],
  ["/page/nothing", 404, 404],
  ["/worker.js", 200, 404],
  ["/v3/directline/conversations/x", 403, 404],
  ["/nurse", 404, 200],
  ["/nurse/api/me", 404, 401],
  ["/NURSE/api/me", 404, 401],
  ["/nurse/api/openapi.json", 404, 200],
  ["/nurse/oidc/return", 404, 401],
  ["/healthz", 200, 200],
])("%s is served where it belongs and nowhere else", async (path, parents, nurses) => {
  expect(await statusAt("naast.example", path)).toBe(parents);
  expect(await statusAt("nurses.example", path)).toBe(nurses);
  expect(await statusAt("NURSES.example", path)).toBe(nurses);
});

test.each([
  ["192.0.2.77", 200],
  ["::ffff:192.0.2.77", 200],
  ["2001:db8:1::4", 200],
  ["192.0.3.1", 404],
  ["2001:db9::1", 404],
  ["unknown", 404],
])(
  "from %s the console answers %i where the organisation named its networks, and the page 200",
  async (from, status) => {
    expect(await statusAt("nurses.example", "/nurse", from)).toBe(status);
    expect(await statusAt("naast.example", "/", from)).toBe(200);
  },
);

test("the issuer's word that a session is over may come from anywhere", async () => {
  const asked = (from: string) => statusAt("nurses.example", "/nurse/oidc/signed-out", from);
  expect(await asked("203.0.113.9")).toBe(await asked("127.0.0.1"));
});
