import { createHmac } from "node:crypto";
import { connect } from "node:net";
import fc from "fast-check";
import { verifySignature } from "../../../src/channels/whatsapp/verify-signature.ts";
import { writeLikeMeta } from "../../../src/commands/demo-whatsapp/meta-webhooks.ts";
import { deliver, type OpenDoor, openDoor, sign } from "./support/door.ts";
import { change, messages, text, webhook } from "./support/webhooks.ts";

let door: OpenDoor;

beforeAll(async () => {
  door = await openDoor();
});

afterAll(() => door.close());

describe("what cannot be read", () => {
  const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

  test.each([
    ["nothing", ""],
    ["broken JSON", '{"object":'],
    ["a text that is no JSON", "hallo"],
    ["a number", "7"],
    ["null", "null"],
    ["an array", "[]"],
    ["bytes that are no text", Buffer.from([0xff, 0xfe, 0x00, 0xc3])],
    ["33 levels", deep(33)],
    ["a million levels", deep(1_000_000)],
    ["levels inside a webhook", `{"object":"whatsapp_business_account","entry":[${deep(100)}]}`],
    ["a prototype", '{"__proto__":{"object":"whatsapp_business_account","entry":[]}}'],
    ["entries that are none", '{"object":"whatsapp_business_account","entry":{}}'],
  ])("%s, signed, is acknowledged, kept aside and counted", async (_, body) => {
    const [kept, counted] = [door.deadLetters.length, door.counts["webhook unreadable"] ?? 0];
    const answer = await deliver(door.url, body);
    expect(answer.status).toBe(200);
    expect(door.deadLetters.length).toBe(kept + 1);
    expect(door.counts["webhook unreadable"]).toBe(counted + 1);
    expect(({} as Record<string, unknown>)["object"]).toBeUndefined();
  });

  test("is acknowledged even when it cannot be kept aside", async () => {
    const full = await openDoor({ deadLetter: () => Promise.reject(new Error("disk full")) });
    expect((await deliver(full.url, "{")).status).toBe(200);
    expect(full.lines.join()).toContain("could not be kept");
    await full.close();
  });

  test.each([
    ["text is a number", { text: 7 }],
    ["text is nothing", { text: null }],
    ["text has no body", { text: {} }],
    ["a time is a word", { timestamp: "gisteren" }],
    ["a time is infinite", { timestamp: "1e999" }],
    ["a time is missing", { timestamp: undefined }],
    ["a time lies ahead", { timestamp: "99999999999" }],
    ["a type is an object", { type: {} }],
    ["context is a text", { context: "x" }],
  ])("%s: the message still goes on, as of now", async (_, parts) => {
    const before = door.inbounds().length;
    expect((await door.deliver(messages(text("hallo", parts)))).status).toBe(200);
    const [inbound] = door.inbounds().slice(before);
    expect(Math.abs(Date.now() - (inbound?.sentAt ?? 0))).toBeLessThan(5000);
  });
});

describe("what is not signed", () => {
  const body = JSON.stringify(messages(text("hallo")));
  const good = sign(body);

  test.each([
    ["no signature", ""],
    ["an empty one", "sha256="],
    ["the old kind", `sha1=${createHmac("sha1", "new-secret").update(body).digest("hex")}`],
    ["capitals", good.toUpperCase()],
    ["capitals in the hash", `sha256=${good.slice(7).toUpperCase()}`],
    ["one letter less", good.slice(0, -1)],
    ["one letter more", `${good}0`],
    ["one letter else", good.replace(/.$/, (letter) => (letter === "0" ? "1" : "0"))],
    ["space around", `sha256= ${good.slice(7)}`],
    ["two of them", `${good},${good}`],
    ["another secret", sign(body, "stolen")],
    ["an empty secret", sign(body, "")],
    ["another body", sign(`${body} `)],
  ])("%s is refused", async (_, signature) => {
    const before = door.inbounds().length;
    const answer = await deliver(door.url, body, { "x-hub-signature-256": signature });
    expect([answer.status, await answer.json()]).toEqual([401, { code: "channel.signature-mismatch" }]);
    expect(door.inbounds().length).toBe(before);
  });

  test("a header that is not there at all is refused", async () => {
    expect((await fetch(door.url, { method: "POST", body })).status).toBe(401);
  });

  test.each([
    ["plain", JSON.stringify({ a: "slaapt / é 👶 @" })],
    ["escaped as Meta does", writeLikeMeta({ a: "slaapt / é 👶 @" })],
    ["with spaces", '{ "a" : 1 }'],
  ])("a body %s is verified over its bytes and no others", (_, signed) => {
    expect(verifySignature(Buffer.from(signed), sign(signed), ["new-secret"])).toBe(true);
    expect(verifySignature(Buffer.from(`${signed}\n`), sign(signed), ["new-secret"])).toBe(false);
  });
});

describe("what is too large", () => {
  const size = 4 * 1024 * 1024;

  test("is refused by its length, before it is read", async () => {
    const body = "x".repeat(size + 1);
    expect((await deliver(door.url, body)).status).toBe(413);
  });

  test("is refused while it is read when it does not tell its length", async () => {
    const [host, port] = new URL(door.url).host.split(":");
    const answer = await new Promise<string>((told) => {
      const socket = connect(Number(port), host, () => {
        socket.write(
          `POST /webhooks/whatsapp HTTP/1.1\r\nhost: a\r\ntransfer-encoding: chunked\r\nx-hub-signature-256: ${sign("")}\r\n\r\n`,
        );
        const chunk = `100000\r\n${"x".repeat(0x100000)}\r\n`;
        for (let sent = 0; sent < 5; sent += 1) socket.write(chunk);
      });
      socket.once("data", (data) => {
        told(data.toString());
        socket.destroy();
      });
      socket.on("error", () => {});
    });
    expect(answer).toMatch(/^HTTP\/1\.1 413/);
  });

  test("is taken in up to Meta's three megabytes", async () => {
    const before = door.inbounds().length;
    const list = Array.from({ length: 1000 }, () => text("é".repeat(1400)));
    const body = writeLikeMeta(webhook(change({ messages: list }))).slice(0, -1);
    const padded = `${body}${" ".repeat(Math.max(0, 3 * 1024 * 1024 - body.length))}}`;
    expect((await deliver(door.url, padded)).status).toBe(padded.length <= size ? 200 : 413);
    if (padded.length <= size) expect(door.inbounds().length).toBe(before + 1000);
  });
});

test("a compressed body is refused: what was signed is what came", async () => {
  const answer = await deliver(door.url, JSON.stringify(messages(text("a"))), { "content-encoding": "gzip" });
  expect(answer.status).toBe(400);
});

test("any body at all, signed, is answered 200, and the process lives", async () => {
  const seeds = [messages(text("hallo")), webhook(change({ statuses: [{ id: "a", status: "sent" }] }))];
  const mutated = fc
    .tuple(fc.constantFrom(...seeds), fc.array(fc.tuple(fc.nat(), fc.jsonValue()), { maxLength: 6 }))
    .map(([seed, changes]) =>
      changes.reduce((body, [at, value]) => replaceAt(body, at, value), seed as unknown),
    );
  await fc.assert(
    fc.asyncProperty(mutated, async (body) => {
      expect((await deliver(door.url, JSON.stringify(body) ?? "")).status).toBe(200);
    }),
    { numRuns: 500 },
  );
});

/** Puts a value in place of one of the parts of a body, counted through in depth. */
function replaceAt(body: unknown, at: number, value: unknown): unknown {
  const total = count(body);
  let left = at % total;
  const walk = (part: unknown): unknown => {
    if (left === 0) {
      left -= 1;
      return value;
    }
    left -= 1;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([name, one]) => [name, walk(one)]));
  };
  return walk(body);
}

function count(part: unknown): number {
  if (typeof part !== "object" || part === null) return 1;
  return 1 + Object.values(part).reduce((sum: number, one) => sum + count(one), 0);
}
