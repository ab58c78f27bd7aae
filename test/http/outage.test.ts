import { createHmac } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import WebSocket from "ws";
import { type MetaStub, typed } from "../../src/commands/demo-whatsapp/meta-stub.ts";
import { stubVariables } from "../../src/commands/demo-whatsapp/stub-variables.ts";
import { readConfig } from "../../src/http/config.ts";
import { type Service, startService } from "../../src/http/service.ts";
import { openKeyringFile } from "../../src/privacy/keyring.ts";
import { sealer } from "../../src/privacy/seal.ts";
import { deadLetters } from "../../src/storage/dead-letters.ts";
import { startCheckedStub } from "../meta-stub/start-checked-stub.ts";
import { startTestRedis, type TestRedis, until } from "../support/redis.ts";

const root = resolve(__dirname, "../..");
const parent = { phone: "31612345678", userId: "NL.1" };
const danger = "mijn baby ademt niet meer";
const emergency = '"card":"emergency"';

let redis: TestRedis;
let meta: MetaStub;
let service: Service | undefined;
let dataDirectory: string;

function start(): Promise<Service> {
  return startService(
    readConfig({
      PORT: "0",
      LOG_LEVEL: "silent",
      DATA_DIR: dataDirectory,
      REDIS_URL: redis.url,
      ...stubVariables(meta),
    }),
    root,
  );
}

async function startAgain(): Promise<void> {
  service = await start();
  meta.pointTo(`${service.url}/webhooks/whatsapp`);
}

beforeEach(async () => {
  dataDirectory = mkdtempSync(join(tmpdir(), "naast-outage-"));
  redis = await startTestRedis();
  meta = await startCheckedStub({ redeliveries: 0 });
  await startAgain();
});
afterEach(async () => {
  await service?.close();
  service = undefined;
  await meta.stop();
  await redis.stop();
  rmSync(dataDirectory, { recursive: true, force: true });
});

const bodies = (): readonly string[] => meta.taken().map(({ payload }) => JSON.stringify(payload));
const cards = (): readonly string[] => bodies().filter((body) => body.includes("112"));

async function backAndTaken(message: object): Promise<void> {
  await redis.start();
  await until(async () => (await meta.write(parent, { ...message })) === 200);
}

describe("while Redis is away", () => {
  test("a danger sign on WhatsApp gets its card once, and Meta is told to come again", async () => {
    await redis.kill();
    const message = { ...typed(danger), id: "wamid.DANGER" };
    const tries = await Promise.all(Array.from({ length: 5 }, () => meta.write(parent, message)));
    expect(tries).toEqual([503, 503, 503, 503, 503]);
    await until(() => cards().length > 0);
    expect(await meta.write(parent, message)).toBe(503);

    await backAndTaken(message);
    await meta.write(parent, typed("Ik heb gebeld"));
    await until(() => bodies().length > 1);
    await pause(300);
    expect(cards()).toHaveLength(1);
    expect(bodies()).toHaveLength(2);
  });

  test("what is no danger waits, and is answered once when it comes again", async () => {
    await redis.kill();
    const message = { ...typed("mijn zoon van 3 wil niet slapen"), id: "wamid.CALM" };
    expect(await meta.write(parent, message)).toBe(503);
    await pause(300);
    expect(bodies()).toEqual([]);
    await backAndTaken(message);
    await until(() => bodies().length > 0);
    expect(await meta.write(parent, message)).toBe(200);
    await pause(300);
    expect(bodies()).toHaveLength(1);
  });

  test("words that only may be danger get the alarm check, once", async () => {
    await redis.kill();
    const words = "mijn baby van 2 maanden doet vandaag heel anders dan anders";
    const message = { ...typed(words), id: "wamid.DOUBT" };
    expect(await meta.write(parent, message)).toBe(503);
    await until(() => bodies().some((body) => body.includes("wordt niet goed wakker")));
    await backAndTaken(message);
    await pause(300);
    expect(bodies().filter((body) => body.includes("wordt niet goed wakker"))).toHaveLength(1);
  });

  test("an answer whose question cannot be read raises no alarm", async () => {
    await redis.kill();
    for (const words of ["1", "0612345678", "ja"]) expect(await meta.write(parent, typed(words))).toBe(503);
    await pause(300);
    expect(bodies()).toEqual([]);
  });

  test("a card that Meta did not take is sent with the next try", async () => {
    await redis.kill();
    const message = { ...typed(danger), id: "wamid.REFUSED" };
    meta.failNext({ kind: "refuse", code: 131000 });
    await meta.write(parent, message);
    await until(() => meta.received.length === 1);
    await pause(50);
    await meta.write(parent, message);
    await until(() => cards().length === 1);
  });

  test("a process that starts anew knows which cards were shown", async () => {
    await redis.kill();
    const message = { ...typed(danger), id: "wamid.AGAIN" };
    await meta.write(parent, message);
    await until(() => readdirSync(join(dataDirectory, "shown")).some((name) => !name.includes(".")));
    await service?.close();
    await startAgain();
    expect(await meta.write(parent, message)).toBe(503);
    await backAndTaken(message);
    await pause(800);
    expect(cards()).toHaveLength(1);
  });

  test("nothing that is remembered of a card tells whose it was, or which", async () => {
    await redis.kill();
    await meta.write(parent, { ...typed(danger), id: "wamid.SECRET" });
    const folder = join(dataDirectory, "shown");
    await until(() => readdirSync(folder).some((name) => !name.includes(".")));
    const kept = readdirSync(folder).map((name) => name + readFileSync(join(folder, name), "utf8"));
    expect(kept.join()).not.toMatch(/612345678|NL\.1|SECRET|emergency|urgent|ademt/);
  });

  test("a danger sign in the web chat gets its card at once over the open stream, once", async () => {
    const base = `${service?.url}/v3/directline`;
    const ask = async (path: string, token?: string, body?: object) => {
      const response = await fetch(`${base}${path}`, {
        method: body === undefined && path.endsWith("activities") ? "GET" : "POST",
        headers: {
          "content-type": "application/json",
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return { status: response.status, body: await response.json() };
    };
    const granted = (await ask("/tokens/generate")).body;
    const chat = (await ask("/conversations", granted.token)).body;
    const socket = new WebSocket(chat.streamUrl);
    const heard: string[] = [];
    socket.on("message", (data) => void heard.push(data.toString()));
    socket.on("error", () => undefined);
    await new Promise((opened) => socket.once("open", opened));
    const path = `/conversations/${chat.conversationId}/activities`;
    const message = { type: "message", text: danger, channelData: { clientActivityID: "one" } };
    await ask(path, granted.token, {
      type: "message",
      text: "hoi",
      channelData: { clientActivityID: "hello" },
    });
    await until(() => heard.join().includes("Naast"));

    await redis.kill();
    expect((await ask(path, granted.token, message)).status).toBe(503);
    expect((await ask(path, granted.token, message)).status).toBe(503);
    await until(() => heard.join().includes(emergency));
    await pause(100);
    expect(heard.filter((group) => group.includes(emergency))).toHaveLength(1);

    await redis.start();
    await until(async () => (await ask(path, granted.token, message)).status === 200);
    await until(async () => JSON.stringify((await ask(path, granted.token)).body).includes(emergency));
    const logged = JSON.stringify((await ask(path, granted.token)).body);
    expect(logged.match(/"card":"emergency"/g)).toHaveLength(1);
    socket.terminate();
  });
});

describe("what Meta takes and cannot deliver", () => {
  const bodyOf = (payload: unknown) => JSON.parse(JSON.stringify(payload)).interactive?.body.text as string;
  const types = () => meta.taken().map(({ payload }) => payload["type"]);

  test("after the 24 hours waits behind a template, and is said whole once the parent taps it", async () => {
    meta.failNext({ kind: "fail-later", code: 131047 });
    await meta.write(parent, typed("mijn zoon van 3 wil niet slapen"));
    await until(() => types().includes("template"));
    const [asked, knock] = meta.taken().map(({ payload }) => JSON.parse(JSON.stringify(payload)));
    const { payload } = knock.template.components[0].parameters[0];
    await meta.write(parent, { type: "button", button: { payload, text: "Lees het bericht" } });
    await until(() => types().length === 3);
    const said = JSON.parse(JSON.stringify(meta.taken()[2]?.payload));
    expect(bodyOf(said)).toBe(bodyOf(asked));
    expect(titlesOf(said)).toEqual(titlesOf(asked));
  });

  test("for a passing reason is sent again, whole, and once", async () => {
    meta.failNext({ kind: "fail-later", code: 131000 });
    await meta.write(parent, typed("mijn zoon van 3 wil niet slapen"));
    await until(() => types().length === 2);
    const [first, second] = meta.taken().map(({ payload }) => ({ ...payload, biz_opaque_callback_data: "" }));
    expect(second).toEqual(first);
    await pause(300);
    expect(types()).toHaveLength(2);
  });

  const titlesOf = (payload: { interactive: { action: object } }) =>
    JSON.stringify(payload.interactive.action).match(/"title":"[^"]*"/g);
});

test("who changes their number goes on where they were, and whoever gets the old one begins anew", async () => {
  const [old, fresh] = [{ phone: "31612345678" }, { phone: "31687654321" }];
  const lastTo = (phone: string) =>
    JSON.stringify(meta.taken().findLast(({ whom }) => whom === `+${phone}`)?.payload ?? {});
  await meta.write(old, typed("mijn zoon van 3 wil niet slapen"));
  await until(() => lastTo(old.phone).includes("ik ben Naast"));
  await meta.move(old, fresh);
  await meta.write(fresh, typed("overslaan"));
  await until(() => lastTo(fresh.phone) !== "{}");
  expect(lastTo(fresh.phone)).not.toContain("ik ben Naast");
  expect(lastTo(fresh.phone)).toContain("slapen");
  await meta.write(old, typed("overslaan"));
  await until(() => meta.taken().filter(({ whom }) => whom === `+${old.phone}`).length === 2);
  expect(lastTo(old.phone)).toContain("ik ben Naast");
});

test("a body that Meta signed and nobody can read is kept, sealed, even without Redis", async () => {
  await redis.kill();
  const body = '{"object":"whatsapp_business_account","entry":[{"changes":"Fatima"}]}';
  const signature = createHmac("sha256", meta.appSecret).update(body).digest("hex");
  const { status } = await fetch(`${service?.url}/webhooks/whatsapp`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
    body,
  });
  expect(status).toBe(200);
  const folder = join(dataDirectory, "unreadable");
  expect(readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"))).toEqual([
    expect.not.stringContaining("Fatima"),
  ]);
  const kept = deadLetters(folder, sealer(openKeyringFile(join(dataDirectory, "keys")))).read();
  expect(kept.map((letter) => Buffer.from(letter.reveal()).toString())).toEqual([body]);
});
