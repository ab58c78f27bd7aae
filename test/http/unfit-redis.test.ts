/** A Redis that is there and is of no use: what each of our doors says, and that a danger sign is answered all the same. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createClient } from "redis";
import { type MetaStub, typed } from "../../src/commands/demo-whatsapp/meta-stub.ts";
import { stubVariables } from "../../src/commands/demo-whatsapp/stub-variables.ts";
import { ticketKey, writeTicket } from "../../src/console/ticket.ts";
import { readConfig } from "../../src/http/config.ts";
import { type Service, startService } from "../../src/http/service.ts";
import { startCheckedStub } from "../meta-stub/start-checked-stub.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";

jest.setTimeout(30_000);

let redis: TestRedis;
let meta: MetaStub;
let service: Service;
let folder: string;
let chat: { readonly conversationId: string; readonly token: string };
/** Whoever says something waits for the answer, and less long than a store may take for what nobody waits for. */
const patience = 4_000;
let nurse: string;
let operate: (command: string[]) => Promise<unknown>;
let stopOperating: () => void;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "naast-unfit-"));
  redis = await startTestRedis();
  meta = await startCheckedStub({ redeliveries: 0 });
  service = await startService(
    readConfig({
      PORT: "0",
      TRUST_PROXY: "1",
      LOG_LEVEL: "silent",
      DATA_DIR: folder,
      REDIS_URL: redis.url,
      ...stubVariables(meta),
    }),
    resolve(__dirname, "../.."),
  );
  meta.pointTo(`${service.url}/webhooks/whatsapp`);
  const { token } = JSON.parse((await ask("/v3/directline/tokens/generate", {})).text);
  chat = JSON.parse(
    (await ask("/v3/directline/conversations", {}, { authorization: `Bearer ${token}` })).text,
  );
  const ticket = await writeTicket(ticketKey(folder), { name: "Noor", role: "nurse", region: "all" });
  const signedIn = await fetch(`${service.url}/nurse/sign-in?ticket=${ticket}`, { redirect: "manual" });
  nurse = signedIn.headers.getSetCookie()[0]?.split(";")[0] ?? "";
  const operator = await createClient({ url: redis.url }).connect();
  operate = (command) => operator.sendCommand(command);
  stopOperating = () => operator.destroy();
});
afterAll(async () => {
  redis.thaw();
  stopOperating();
  await service.close();
  await meta.stop();
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

const tell =
  (...command: string[]) =>
  () =>
    operate(command);
const ask = async (path: string, body?: object, headers: Record<string, string> = {}) => {
  const response = await fetch(`${service.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { "content-type": "application/json", ...headers },
    signal: AbortSignal.timeout(patience),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, text: await response.text() };
};
const said = (to: string): readonly string[] =>
  meta.taken().flatMap(({ whom, payload }) => (whom === to ? [JSON.stringify(payload)] : []));
const cards = (to: string): number => said(to).filter((text) => text.includes("112")).length;

describe.each([
  ["full", /Redis is full/, tell("CONFIG", "SET", "maxmemory", "1"), tell("CONFIG", "SET", "maxmemory", "0")],
  ["a replica", /is a replica/, tell("REPLICAOF", "127.0.0.1", "1"), tell("REPLICAOF", "NO", "ONE")],
  [
    "without the replica it must have",
    /takes no writes/,
    tell("CONFIG", "SET", "min-replicas-to-write", "1"),
    tell("CONFIG", "SET", "min-replicas-to-write", "0"),
  ],
  ["frozen", /does not answer|takes no writes/, async () => redis.freeze(), async () => redis.thaw()],
] as const)("while Redis is %s", (name, problem, spoil, mend) => {
  const phone = `3161000${name.length}${name.charCodeAt(0)}`;
  const message = { ...typed("mijn baby ademt niet meer"), id: `wamid.${name.replace(/\W/g, "")}` };

  beforeAll(() => spoil());
  afterAll(() => mend());

  test("a danger sign gets its card, once, and Meta is told to come again", async () => {
    expect(await meta.write({ phone }, message)).toBe(503);
    await until(() => cards(`+${phone}`) === 1);
    expect(await meta.write({ phone }, message)).toBe(503);
  });

  test("the process lives, is not ready, and says why", async () => {
    expect((await ask("/healthz")).status).toBe(200);
    const { status, text } = await ask("/readyz");
    expect(status).toBe(503);
    expect(JSON.parse(text).problems.join()).toMatch(problem);
  });

  test("the page is served, and what is said there is not taken for kept", async () => {
    expect((await ask("/")).status).toBe(200);
    const { conversationId, token } = chat;
    const path = `/v3/directline/conversations/${conversationId}/activities`;
    const said = { type: "message", text: "mijn zoon slaapt slecht" };
    const answer = await ask(path, said, { authorization: `Bearer ${token}` });
    expect([answer.status, answer.text]).toEqual([503, expect.stringContaining("storage.unavailable")]);
  });

  test("the console shows who waits as long as that can be read", async () => {
    const read = await ask("/nurse/api/callbacks", undefined, { cookie: nurse });
    expect(read.status).toBe(name === "frozen" ? 503 : 200);
  });

  test("who comes from outside is let in, counted or not", async () => {
    const outside = { "x-forwarded-for": "203.0.113.7" };
    expect((await ask("/", undefined, outside)).status).toBe(200);
  });

  test("what came meanwhile is answered once it is mended, without the card again", async () => {
    await mend();
    await until(async () => (await meta.write({ phone }, message)) === 200);
    await until(async () => (await ask("/readyz")).status === 200);
    await meta.write({ phone }, typed("Ik heb gebeld"));
    await until(() => said(`+${phone}`).length === 2);
    expect(cards(`+${phone}`)).toBe(1);
  });
});
