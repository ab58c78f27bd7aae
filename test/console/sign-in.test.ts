import session from "express-session";
import { ticketKey, writeTicket } from "../../src/console/ticket.ts";
import { type Bench, startBench } from "./bench.ts";

const minute = 60_000;
let bench: Bench;
let key: Uint8Array;

beforeAll(async () => {
  bench = await startBench();
  key = ticketKey(bench.folder);
});
afterAll(() => bench.stop());

const follow = (ticket: string, headers: Record<string, string> = {}) =>
  fetch(`${bench.url}/nurse/sign-in?ticket=${ticket}`, { redirect: "manual", headers });
const noor = { name: "Noor", role: "nurse", region: "noord" } as const;

describe("a sign-in link", () => {
  test("signs in once, and leads to the page without itself", async () => {
    const ticket = await writeTicket(key, noor);
    const first = await follow(ticket);
    expect(first.status).toBe(303);
    expect(first.headers.get("location")).toBe("/nurse");
    const cookie = first.headers.getSetCookie()[0] ?? "";
    expect(cookie).toMatch(/HttpOnly/i);
    expect(cookie).toMatch(/SameSite=Lax/i);
    expect(cookie).not.toMatch(/Secure/i);
    const second = await follow(ticket);
    expect(second.status).toBe(401);
    expect(second.headers.getSetCookie()).toEqual([]);
  });

  test("followed twice at the same moment, signs in once", async () => {
    const ticket = await writeTicket(key, noor);
    const answers = await Promise.all(Array.from({ length: 8 }, () => follow(ticket)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  test.each([
    ["nothing", async () => ""],
    ["words", async () => "let-me-in"],
    ["sealed with another key", async () => writeTicket(new Uint8Array(32), noor)],
    ["changed", async () => `${(await writeTicket(key, noor)).slice(0, -4)}AAAA`],
    ["for a region of another organisation", async () => writeTicket(key, { ...noor, region: "elders" })],
  ])("that is %s is refused, and on the access record", async (_name, make) => {
    const answer = await follow(await make());
    expect([401, 403]).toContain(answer.status);
    expect(answer.headers.getSetCookie()).toEqual([]);
    const [record] = await bench.world.audit.find({ event: "signed-in", limit: 1 });
    expect(record).toMatchObject({ outcome: "refused", actor: { id: "anonymous" } });
  });

  test("is not good after ten minutes", async () => {
    const ticket = await writeTicket(key, noor);
    bench.pass(11 * minute);
    expect((await follow(ticket)).status).toBe(401);
    bench.pass(-11 * minute);
  });
});

describe("a session", () => {
  test("has a new name after signing in, so that a planted cookie is worth nothing", async () => {
    const planted = "naast.nurse=s%3Aplanted.c2lnbmF0dXJl";
    const answer = await follow(await writeTicket(key, noor), { cookie: planted });
    expect(answer.headers.getSetCookie()[0]).not.toContain("planted");
    const first = await bench.signIn();
    const again = await follow(await writeTicket(key, noor), { cookie: first.cookie });
    expect(again.headers.getSetCookie()[0]?.split(";")[0]).not.toBe(first.cookie);
    expect((await first.get("/nurse/api/me")).status).toBe(401);
  });

  test("ends a quarter of an hour after the last act, whatever the page does by itself", async () => {
    const nurse = await bench.signIn();
    for (let waited = 0; waited < 20; waited += 5) {
      bench.pass(5 * minute);
      await nurse.get("/nurse/api/callbacks", { "x-naast-background": "1" });
    }
    expect((await nurse.get("/nurse/api/me")).status).toBe(401);
    bench.pass(-20 * minute);
  });

  test("ends after eight hours, however busy the nurse is", async () => {
    const nurse = await bench.signIn();
    let passed = 0;
    for (; passed < 8 * 60; passed += 14) {
      expect((await nurse.get("/nurse/api/me")).status).toBe(200);
      bench.pass(14 * minute);
    }
    expect((await nurse.get("/nurse/api/me")).status).toBe(401);
    bench.pass(-passed * minute);
  });

  test("ends at once by signing out, in the store and not only in the browser", async () => {
    const nurse = await bench.signIn();
    expect((await nurse.post("/nurse/sign-out")).status).toBe(303);
    expect((await nurse.get("/nurse/api/me")).status).toBe(401);
  });
});

describe("a lead", () => {
  test("sees who is in and ends it at once, in her own regions only", async () => {
    const noor = await bench.signIn({ name: "Noor Noord", region: "noord" });
    const sem = await bench.signIn({ name: "Sem Zuid", region: "zuid" });
    const lead = await bench.signIn({ name: "Lies", role: "lead", region: "noord" });
    const { body } = await lead.get("/nurse/api/sessions");
    const names = body.people.map(({ name }: { name: string }) => name);
    expect(names).toEqual(expect.arrayContaining(["Noor Noord", "Lies"]));
    expect(names).not.toContain("Sem Zuid");
    const end = (who: string) => lead.post("/nurse/api/sessions/end", { who });
    expect((await end("local:sem zuid")).body).toEqual({ ended: 0 });
    expect((await end("local:noor noord")).body).toEqual({ ended: 1 });
    expect((await noor.get("/nurse/api/me")).status).toBe(401);
    expect((await sem.get("/nurse/api/me")).status).toBe(200);
    const [record] = await bench.world.audit.find({ event: "sessions-ended", actor: "local:lies", limit: 1 });
    expect(record).toMatchObject({ outcome: "granted", purpose: expect.stringContaining("local:") });
  });
});

describe("under https", () => {
  test("the cookie is Secure, also behind a proxy that forgets to say https", async () => {
    const secure = await startBench({ publicUrl: "https://naast.example" });
    const ticket = await writeTicket(ticketKey(secure.folder), noor);
    const answer = await fetch(`${secure.url}/nurse/sign-in?ticket=${ticket}`, { redirect: "manual" });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/; Secure/i);
    // what browsers ask of a name that begins so: this host only, and all of its paths
    expect(cookie).toMatch(/^__Host-naast\.nurse=.*; Path=\/(;|$)/);
    expect(cookie).not.toMatch(/Domain=/i);
    const left = await fetch(`${secure.url}/nurse/sign-out`, {
      method: "POST",
      redirect: "manual",
      headers: { cookie: cookie.split(";")[0] ?? "", origin: "https://naast.example" },
    });
    expect(left.headers.getSetCookie()[0]).toMatch(/^__Host-naast\.nurse=;.*; Secure/i);
    await secure.stop();
  });
});

describe("what changes something", () => {
  test.each([
    ["no Origin", {}],
    ["another Origin", { origin: "https://elsewhere.example" }],
    ["the Origin null", { origin: "null" }],
    ["another site, as the browser says", { "sec-fetch-site": "cross-site", own: "1" }],
    ["a neighbour of the same site", { "sec-fetch-site": "same-site", own: "1" }],
  ])("with %s is refused and on the record", async (_name, headers) => {
    const nurse = await bench.signIn({ region: "all" });
    const id = await bench.ask();
    const { own, ...sent } = headers as Record<string, string>;
    const answer = await fetch(`${bench.url}/nurse/api/callbacks/${id}/claim`, {
      method: "POST",
      headers: {
        cookie: nurse.cookie,
        "content-type": "application/json",
        ...(own ? { origin: bench.url } : {}),
        ...sent,
      },
      body: "{}",
    });
    expect(answer.status).toBe(403);
    expect((await bench.world.queue.find(id))?.holder).toBeNull();
    const [record] = await bench.world.audit.find({ event: "callback-claimed", limit: 1 });
    expect(record).toMatchObject({ outcome: "refused", code: "console.cross-site" });
  });
});

describe("what only reads", () => {
  test.each([
    ["a page of another site", { "sec-fetch-site": "cross-site" }],
    ["a neighbour of the same site", { "sec-fetch-site": "same-site" }],
    ["another Origin", { origin: "https://elsewhere.example" }],
    ["the Origin null", { origin: "null" }],
  ])("is refused to %s, in the list and on the live stream, and on the record", async (name, headers) => {
    const nurse = await bench.signIn({ name });
    for (const [path, event] of [
      ["/nurse/api/callbacks", "callbacks-listed"],
      ["/nurse/api/events", "callbacks-watched"],
    ] as const) {
      expect((await nurse.get(path, headers)).status).toBe(403);
      const records = await bench.world.audit.find({ event, actor: `local:${name.toLowerCase()}`, limit: 9 });
      expect(records).toMatchObject([{ outcome: "refused", code: "console.cross-site" }]);
    }
  });

  test("is open to the page itself, to a typed address and to a program", async () => {
    const nurse = await bench.signIn();
    const sent = [{ "sec-fetch-site": "same-origin" }, { "sec-fetch-site": "none" }, {}];
    for (const headers of sent as Record<string, string>[]) {
      expect((await nurse.get("/nurse/api/callbacks", headers)).status).toBe(200);
    }
  });
});

test("a session that cannot be read is a store that is away: 503, and nobody is signed out", async () => {
  const store = new session.MemoryStore();
  const own = await startBench({ sessionStore: store });
  try {
    const nurse = await own.signIn();
    const get = store.get.bind(store);
    store.get = (_id, answer) => answer(new Error("away"));
    const away = await nurse.get("/nurse/api/callbacks");
    expect(away.status).toBe(503);
    expect(away.body).toMatchObject({ code: "storage.unavailable" });
    store.get = get;
    expect((await nurse.get("/nurse/api/callbacks")).status).toBe(200);
  } finally {
    await own.stop();
  }
});
