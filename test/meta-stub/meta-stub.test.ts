import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { verifySignature } from "../../src/channels/whatsapp/verify-signature.ts";
import { type MetaStub, picked, tapped, typed } from "../../src/commands/demo-whatsapp/meta-stub.ts";
import { checkWebhook } from "../whatsapp-spec/conformance.mjs";
import { startCheckedStub } from "./start-checked-stub.ts";

const meta: { stub: MetaStub } = { stub: undefined as never };
/** A product that keeps what Meta's stand-in sends it, and answers what it is told to. */
const bodies: string[] = [];
const signatures: boolean[] = [];
let answers: number[] = [];
const product = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const bytes = Buffer.concat(chunks);
    const header = String(request.headers["x-hub-signature-256"]);
    signatures.push(verifySignature(bytes, header, [meta.stub.appSecret]));
    bodies.push(bytes.toString());
    response.writeHead(answers.shift() ?? 200).end();
  });
});

beforeAll(() => new Promise<void>((ready) => product.listen(0, "127.0.0.1", ready)));
afterAll(() => new Promise<void>((closed) => product.close(() => closed())));

beforeEach(async () => {
  bodies.length = 0;
  signatures.length = 0;
  answers = [];
});
afterEach(() => meta.stub.stop());

async function start(options: Parameters<typeof startCheckedStub>[0] = {}) {
  const webhookUrl = `http://127.0.0.1:${(product.address() as AddressInfo).port}/`;
  meta.stub = await startCheckedStub({ webhookUrl, statuses: [], ...options });
  return meta.stub;
}

const payload = (parts: Record<string, unknown> = {}) => ({
  messaging_product: "whatsapp",
  recipient_type: "individual",
  to: "+31612345678",
  type: "text",
  text: { body: "Hallo" },
  biz_opaque_callback_data: "key",
  ...parts,
});

function post(
  stub: MetaStub,
  body: unknown,
  token = stub.accessToken,
  number = stub.phoneNumberId,
  signal: AbortSignal | null = null,
) {
  return fetch(`${stub.graphUrl}/${number}/messages`, {
    signal,
    method: "POST",
    headers: { authorization: `Bearer ${token}` },
    body: JSON.stringify(body),
  });
}

const later = (milliseconds: number) => new Promise((done) => setTimeout(done, milliseconds));

describe("what is sent to it", () => {
  test("is taken, and answered with an id of its own", async () => {
    const stub = await start();
    const ids = new Set<string>();
    for (let at = 0; at < 3; at += 1) {
      const answer = await post(stub, payload());
      const body = (await answer.json()) as { messages: [{ id: string }] };
      ids.add(body.messages[0].id);
    }
    expect(ids.size).toBe(3);
    expect(stub.taken().map(({ opaque }) => opaque)).toEqual(["key", "key", "key"]);
  });

  test.each([
    ["over a limit", payload({ text: { body: "a".repeat(4097) } }), 131009],
    ["of no type", { messaging_product: "whatsapp", to: "+31612345678" }, 131009],
    ["to nobody", payload({ to: undefined }), 131009],
  ])("%s is refused as Meta would", async (_, body, code) => {
    const stub = await start();
    const answer = await post(stub, body);
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: { code } }]);
    expect(stub.taken()).toEqual([]);
    expect(stub.received[0]?.problems.length).toBeGreaterThan(0);
  });

  test("with another key or for another number is refused", async () => {
    const stub = await start();
    expect((await post(stub, payload(), "stolen")).status).toBe(401);
    expect((await post(stub, payload(), stub.accessToken, "1")).status).toBe(400);
    expect(stub.received).toEqual([]);
  });

  test("too fast to one person is refused for that person only", async () => {
    let now = 0;
    const stub = await start({ pairLimit: { burst: 2, perSecond: 1 / 6 }, clock: () => now });
    const codes: number[] = [];
    const send = async (to: string) => codes.push((await post(stub, payload({ to }))).status);
    for (const to of ["+311", "+311", "+311", "+312"]) await send(to);
    now = 6000;
    await send("+311");
    await send("+311");
    expect(codes).toEqual([200, 200, 400, 200, 200, 400]);
  });
});

describe("faults", () => {
  test("come in the order in which they were planned, one a message", async () => {
    const stub = await start();
    stub.failNext({ kind: "refuse", code: 131016, status: 500 }, { kind: "gateway", status: 502 });
    const answers = [await post(stub, payload()), await post(stub, payload()), await post(stub, payload())];
    expect(answers.map((one) => one.status)).toEqual([500, 502, 200]);
  });

  test.each([true, false])("a cut is a cut, whether Meta took the message (%s) or not", async (taken) => {
    const stub = await start();
    stub.failNext({ kind: "cut", taken });
    await expect(post(stub, payload())).rejects.toThrow();
    expect(stub.taken()).toHaveLength(taken ? 1 : 0);
  });

  test.each([true, false])("silence lasts, whether Meta took the message (%s) or not", async (taken) => {
    const stub = await start();
    stub.failNext({ kind: "silent", taken });
    const sent = post(stub, payload(), stub.accessToken, stub.phoneNumberId, AbortSignal.timeout(100));
    await expect(sent).rejects.toMatchObject({ name: "TimeoutError" });
    expect(stub.taken()).toHaveLength(taken ? 1 : 0);
  });

  test("words to someone who wrote too long ago are taken, and fail later; a template does not", async () => {
    let now = 0;
    const stub = await start({ windowMilliseconds: 1000, clock: () => now });
    await stub.write({ phone: "31612345678" }, typed("hoi"));
    await post(stub, payload());
    now = 2000;
    await post(stub, payload());
    await post(stub, payload({ to: "+31600000000" }));
    const template = { name: "naast_message_ready", language: { code: "nl" } };
    await post(stub, payload({ type: "template", text: undefined, template }));
    expect(stub.received.map(({ fault }) => fault)).toEqual([
      undefined,
      { kind: "fail-later", code: 131047 },
      { kind: "fail-later", code: 131047 },
      undefined,
    ]);
  });

  test("can be planned by what is sent", async () => {
    const stub = await start();
    stub.failBy((_, count) => (count % 2 === 1 ? { kind: "refuse", code: 2 } : undefined));
    const statuses: number[] = [];
    for (let at = 0; at < 4; at += 1) statuses.push((await post(stub, payload())).status);
    expect(statuses).toEqual([200, 400, 200, 400]);
  });
});

describe("what it sends", () => {
  test("is signed over an escaped body and conforms to Meta's schema", async () => {
    const stub = await start();
    const person = { phone: "31612345678", userId: "NL.1", name: "Zoë" };
    expect(await stub.write(person, typed("é/👶"), tapped("1.a", "Ja"), picked("1.b", "Nee", "Nee"))).toBe(
      200,
    );
    expect(signatures).toEqual([true]);
    expect(bodies[0]).toContain("\\u00e9\\/\\ud83d\\udc76");
    expect(checkWebhook(JSON.parse(bodies[0] ?? ""))).toEqual([]);
  });

  test("tells no number of a person who hides it", async () => {
    const stub = await start();
    await stub.write({ userId: "NL.1" }, typed("a"));
    const [message] = JSON.parse(bodies[0] ?? "").entry[0].changes[0].value.messages;
    expect([message.from, message.from_user_id]).toEqual([undefined, "NL.1"]);
    expect(checkWebhook(JSON.parse(bodies[0] ?? ""))).toEqual([]);
  });

  test("tells of a person who changed their number, or their id", async () => {
    const stub = await start();
    const [old, fresh] = [
      { phone: "31612345678", userId: "NL.1" },
      { phone: "31687654321", userId: "NL.2" },
    ];
    await stub.move(old, fresh);
    await stub.move({ userId: "NL.1" }, { userId: "NL.2" });
    const systems = bodies.map((body) => JSON.parse(body).entry[0].changes[0].value.messages[0].system);
    expect(systems).toMatchObject([
      { type: "user_changed_number", wa_id: "31687654321", previous_user_id: "NL.1", user_id: "NL.2" },
      { type: "user_changed_user_id", previous_user_id: "NL.1", user_id: "NL.2" },
    ]);
    expect(bodies.flatMap((body) => checkWebhook(JSON.parse(body)))).toEqual([]);
  });

  test("comes again until it is taken", async () => {
    const stub = await start();
    answers = [503, 503];
    expect(await stub.write({ phone: "31612345678" }, typed("a"))).toBe(200);
    expect(new Set(bodies).size).toBe(1);
    expect(bodies).toHaveLength(3);
  });

  test("gives up in the end, and says with what", async () => {
    const stub = await start({ redeliveries: 1 });
    answers = [503, 401];
    expect(await stub.write({ phone: "31612345678" }, typed("a"))).toBe(401);
  });

  test("are statuses of what was taken, with what was given along", async () => {
    const stub = await start({
      statuses: [
        { status: "sent", afterMilliseconds: 1 },
        { status: "delivered", afterMilliseconds: 5 },
      ],
    });
    stub.failNext({ kind: "cut", taken: true }, { kind: "fail-later", code: 131047 });
    await post(stub, payload()).catch(() => undefined);
    await post(stub, payload({ biz_opaque_callback_data: "second" }));
    await later(150);
    const statuses = bodies.map((body) => JSON.parse(body).entry[0].changes[0].value.statuses[0]);
    expect(
      statuses.map(({ status, biz_opaque_callback_data }) => `${biz_opaque_callback_data} ${status}`).sort(),
    ).toEqual(["key delivered", "key sent", "second failed"]);
    expect(bodies.flatMap((body) => checkWebhook(JSON.parse(body)))).toEqual([]);
  });
});
