import { setTimeout as pause } from "node:timers/promises";
import { holdForgeries } from "../../../src/channels/whatsapp/hold-forgeries.ts";
import type { NewOutgoing } from "../../../src/conversation/turn-log.ts";
import type { PersonId } from "../../../src/terms.ts";
import { config, deliver, type OpenDoor, openDoor, personOf, sign } from "./support/door.ts";
import { change, message, messages, status, statuses, text, webhook } from "./support/webhooks.ts";

let door: OpenDoor;

beforeEach(async () => {
  door = await openDoor();
});

afterEach(() => door.close());

describe("the handshake", () => {
  const ask = (query: Record<string, string>) => fetch(`${door.url}?${new URLSearchParams(query)}`);
  const handshake = {
    "hub.mode": "subscribe",
    "hub.verify_token": config.verifyToken,
    "hub.challenge": "1158201444",
  };

  test("gives the challenge back as plain text", async () => {
    const answer = await ask(handshake);
    expect([answer.status, await answer.text()]).toEqual([200, "1158201444"]);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
  });

  test.each([
    ["a wrong token", { "hub.verify_token": "guess" }, 403],
    ["an empty token", { "hub.verify_token": "" }, 403],
    ["another mode", { "hub.mode": "unsubscribe" }, 403],
    ["a challenge that is a page", { "hub.challenge": "<script>alert(1)</script>" }, 400],
    ["a challenge that is too long", { "hub.challenge": "1".repeat(65) }, 400],
  ])("refuses %s", async (_, change, expected) => {
    const answer = await ask({ ...handshake, ...change });
    expect(answer.status).toBe(expected);
    expect(await answer.text()).not.toContain("script");
  });

  test("refuses a request with nothing in it", async () => {
    expect((await fetch(door.url)).status).toBe(403);
  });
});

describe("without configuration", () => {
  test.each(["GET", "POST"])("%s says that WhatsApp is not set up", async (method) => {
    const closed = await openDoor({ config: undefined });
    const answer = await fetch(closed.url, { method });
    expect([answer.status, await answer.json()]).toEqual([503, { code: "channel.not-configured" }]);
    await closed.close();
  });
});

describe("what is signed", () => {
  test("is taken in once, however often it comes", async () => {
    const body = messages(text("mijn baby slaapt niet"));
    expect((await door.deliver(body)).status).toBe(200);
    expect((await door.deliver(body)).status).toBe(200);
    expect(door.inbounds().map((one) => one.words.reveal())).toEqual(["mijn baby slaapt niet"]);
    expect(door.counts["left seen-before"]).toBe(1);
  });

  test("is taken in with either secret while one replaces the other", async () => {
    const body = JSON.stringify(messages(text("hallo")));
    const answer = await deliver(door.url, body, { "x-hub-signature-256": sign(body, "old-secret") });
    expect([answer.status, door.inbounds().length]).toEqual([200, 1]);
  });

  test("is asked for again when it cannot be kept, and is then taken in", async () => {
    const body = messages(text("mijn kind huilt"));
    door.goAway();
    const refused = await door.deliver(body);
    expect([refused.status, await refused.json()]).toEqual([503, { code: "storage.unavailable" }]);
    door.comeBack();
    expect((await door.deliver(body)).status).toBe(200);
    expect(door.inbounds()).toHaveLength(1);
  });

  test("is asked for again when a status cannot be kept", async () => {
    door.goAway();
    expect((await door.deliver(statuses(status("delivered", "key~person~nl~1")))).status).toBe(503);
  });

  test("for another number is acknowledged and left alone", async () => {
    const body = webhook(change({ messages: [text("hallo")] }, "999"));
    expect((await door.deliver(body)).status).toBe(200);
    expect(door.inbounds()).toEqual([]);
    expect(door.counts["left other-number"]).toBe(1);
  });
});

describe("forgeries", () => {
  const forge = () => deliver(door.url, "{}", { "x-hub-signature-256": sign("{}", "someone-else") });

  test("in a flood are all refused, and who can sign is taken in beside them", async () => {
    const flood = Array.from({ length: 700 }, forge);
    expect((await door.deliver(messages(text("hallo")))).status).toBe(200);
    const statuses = await Promise.all(flood.map(async (answer) => (await answer).status));
    expect(new Set(statuses)).toEqual(new Set([401]));
    expect(door.inbounds()).toHaveLength(1);
  });

  test("are answered at once as long as they are few, and then wait", async () => {
    const hold = holdForgeries(2, 3600);
    await hold();
    await hold();
    const answered = await Promise.race([hold().then(() => true), pause(50, false)]);
    expect(answered).toBe(false);
  });
});

describe("a thousand updates", () => {
  test("in several entries are all taken in, in the order in which they were sent", async () => {
    const now = Math.floor(Date.now() / 1000);
    const list = Array.from({ length: 1000 }, (_, at) =>
      text(`bericht ${at}`, { timestamp: String(now - 1000 + at) }),
    );
    const body = {
      object: "whatsapp_business_account",
      entry: [list.slice(500), list.slice(0, 500)].map((part) => ({
        id: "1",
        changes: [change({ messages: part })],
      })),
    };
    expect((await door.deliver(body)).status).toBe(200);
    expect(door.inbounds().map((one) => one.words.reveal())).toEqual(list.map((_, at) => `bericht ${at}`));
  });

  test("lose nothing to one that is broken", async () => {
    const body = webhook(
      change({ messages: [text("een"), { type: "text" }, 7, null, text("twee")] }),
      change({ messages: "none" }),
      change({ messages: [text("drie")] }),
    );
    expect((await door.deliver(body)).status).toBe(200);
    expect(door.inbounds().map((one) => one.words.reveal())).toEqual(["een", "twee", "drie"]);
    expect(door.deadLetters).toHaveLength(1);
  });
});

describe("age", () => {
  const days = (count: number) => String(Math.floor(Date.now() / 1000) - count * 24 * 3600);

  test("over seven days is acknowledged, counted and not answered", async () => {
    expect((await door.deliver(messages(text("oud", { timestamp: days(8) })))).status).toBe(200);
    expect([door.inbounds().length, door.counts["left too-old"]]).toEqual([0, 1]);
  });

  test("under seven days is taken in with the time it was sent", async () => {
    const timestamp = days(6);
    await door.deliver(messages(text("laat", { timestamp })));
    expect(door.inbounds()[0]?.sentAt).toBe(Number(timestamp) * 1000);
  });
});

describe("who writes", () => {
  test("is known by Meta's id before their number", async () => {
    await door.deliver(messages(text("a", { from_user_id: "NL.123" })));
    await door.deliver(messages(text("b", { from: "", from_user_id: "NL.123" })));
    const [first, second] = door.inbounds();
    expect(first?.person).toBe(personOf("NL.123"));
    expect(second?.person).toBe(first?.person);
    expect(JSON.parse(first?.address.reveal() ?? "")).toMatchObject({ to: "+31612345678" });
    expect(JSON.parse(second?.address.reveal() ?? "")).toMatchObject({ recipient: "NL.123" });
  });

  test("is known by the id that came with their contact card of the same number", async () => {
    const contacts = [{ wa_id: "31612345678", user_id: "NL.9", profile: { name: "Roepnaam" } }];
    await door.deliver(webhook(change({ contacts, messages: [text("a")] })));
    expect(door.inbounds()[0]?.person).toBe(personOf("NL.9"));
  });

  test("cannot be answered when neither is told, which is not silent", async () => {
    expect((await door.deliver(messages(text("a", { from: "" })))).status).toBe(200);
    expect(door.counts["left no-sender"]).toBe(1);
    expect(door.lines.join()).toContain("without any sender");
  });

  test("in a group is not ours to answer", async () => {
    await door.deliver(messages(text("a", { group_id: "g1" })));
    expect([door.inbounds().length, door.counts["left group"]]).toEqual([0, 1]);
  });
});

test("what was written before a number changed is taken in before it does, whatever the order of a batch", async () => {
  const seconds = Math.floor(Date.now() / 1000);
  const at = (ago: number) => String(seconds - ago);
  const happened: string[] = [];
  const moving = await openDoor({
    aliases: { rename: async () => void happened.push("moved") },
    turnLog: {
      async accept(messages) {
        happened.push(...messages.map(({ words }) => words.reveal()));
        return messages.map(() => true);
      },
    },
  });
  const system = { type: "user_changed_number", wa_id: "31687654321" };
  await moving.deliver(
    messages(
      text("daarna", { timestamp: at(1), from: "31687654321" }),
      message("system", { timestamp: at(5), system }),
      text("daarvoor", { timestamp: at(9) }),
    ),
  );
  expect(happened).toEqual(["daarvoor", "moved", "daarna"]);
  await moving.close();
});

describe("statuses", () => {
  const opaque = "key-1~person-1~pl-simple~4";
  const anOutgoing = { key: "key-1", person: "person-1" as PersonId } as NewOutgoing;

  test.each(["sent", "delivered", "read", "played", "failed"])(
    "%s settles the message it is about",
    async (kind) => {
      await door.deliver(statuses(status(kind, opaque)));
      expect(door.arrived).toEqual(["person-1 key-1"]);
    },
  );

  test("of a type that is not known yet settle nothing", async () => {
    expect((await door.deliver(statuses(status("teleported", opaque)))).status).toBe(200);
    expect(door.arrived).toEqual([]);
  });

  test("of somebody else's message are acknowledged", async () => {
    await door.deliver(statuses(status("read", undefined), status("read", "some data")));
    expect(door.arrived).toEqual([]);
  });

  const failed = (code: number) => status("failed", opaque, { errors: [{ code, title: "failed" }] });
  const keep = () => door.transit.keep(anOutgoing);

  test.each([
    [131047, "closed"],
    [131000, "again"],
    [131056, "again"],
    [131026, "never"],
    [131049, "never"],
    [131042, "never"],
    [999999, "never"],
  ] as const)("that a message failed with %d hand it back, once: %s", async (code, failure) => {
    await keep();
    await door.deliver(statuses(failed(code)));
    await door.deliver(statuses(failed(code)));
    expect([door.back, door.counts[`failed ${code}`]]).toEqual([[["key-1", failure]], 2]);
  });

  test("that a message failed for what is wrong with our account, or our wording, call for someone", async () => {
    for (const code of [131042, 131031, 132001, 999999]) await door.deliver(statuses(failed(code)));
    expect(door.lines.filter((line) => line.includes("Meta refuses"))).toHaveLength(4);
    await door.deliver(statuses(failed(131026)));
    expect(door.lines.filter((line) => line.includes("Meta refuses"))).toHaveLength(4);
  });

  test("of messages that nobody keeps hand nothing back", async () => {
    await door.deliver(statuses(failed(131047), status("failed", undefined, { errors: [{ code: 131047 }] })));
    expect(door.back).toEqual([]);
  });

  test("that cannot be seen to are asked for again, and then are", async () => {
    await keep();
    door.goAway();
    expect((await door.deliver(statuses(failed(131047)))).status).toBe(503);
    door.comeBack();
    expect((await door.deliver(statuses(failed(131047)))).status).toBe(200);
    expect(door.back).toHaveLength(1);
  });

  test("out of order do not turn a delivered message into a failed one", async () => {
    await keep();
    await door.deliver(
      statuses(failed(131047), status("read", opaque), status("sent", opaque), failed(131047)),
    );
    expect([door.back, door.arrived.length]).toEqual([[], 1]);
    await keep();
    await door.deliver(statuses(status("delivered", opaque)));
    await door.deliver(statuses(failed(131047)));
    expect(door.back).toEqual([]);
  });

  test("count what Meta charges for, and call for someone when it takes us for another trade", async () => {
    const priced = (category: string, billable: boolean) =>
      status("sent", opaque, {
        id: category,
        biz_opaque_callback_data: undefined,
        pricing: { category, billable },
      });
    await door.deliver(
      statuses(
        priced("service", false),
        priced("utility", true),
        priced("x".repeat(9), true),
        priced("general_purpose_ai", true),
      ),
    );
    expect(door.counts).toMatchObject({
      "free service": 1,
      "billed utility": 1,
      "billed unknown": 1,
      "billed general_purpose_ai": 1,
    });
    expect(door.lines.join()).toContain("general AI provider");
  });

  test("that a message was sent do not settle its fate", async () => {
    await keep();
    await door.deliver(statuses(status("sent", opaque)));
    await door.deliver(statuses(failed(131047)));
    expect(door.back).toHaveLength(1);
  });

  test("and messages of one webhook are both taken in", async () => {
    await door.deliver(webhook(change({ messages: [text("a")], statuses: [status("sent", opaque)] })));
    expect([door.inbounds().length, door.arrived.length]).toEqual([1, 1]);
  });
});

describe("what identifies people", () => {
  test("reaches neither counts nor log lines, whatever happens", async () => {
    const secret = { from: "31699999999", from_user_id: "NL.77777777" };
    await door.deliver(messages(text("geheim", secret), message("hologram", secret), text("", { from: "" })));
    door.goAway();
    await door.deliver(messages(text("geheim", secret)));
    const seen = JSON.stringify([door.counts, door.lines, door.inbounds()]);
    expect(seen).not.toMatch(/geheim|31699999999|77777777|hologram/);
  });
});
