import { readFileSync } from "node:fs";
import { type Bench, startBench } from "./bench.ts";

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.stop());

describe("a callback at the console", () => {
  test("is listed, opened, claimed, called and closed, and the parent hears how it ended", async () => {
    const nurse = await bench.signIn();
    const id = await bench.ask({ lane: "today" });

    const listed = await nurse.get("/nurse/api/callbacks");
    expect(listed.status).toBe(200);
    const [summary] = listed.body.callbacks;
    expect(summary).toMatchObject({
      id,
      lane: "today",
      language: "pl",
      simple: true,
      interpreter: true,
      region: "noord",
    });
    expect(JSON.stringify(listed.body)).not.toMatch(/Mój syn|612345678|worn-out|sleep/);

    const opened = await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "ik bel terug" });
    expect(opened.body).toMatchObject({
      words: "Mój syn budzi się co godzinę.",
      phone: "••••••••••78",
      reachable: true,
    });
    expect(opened.body.transcript).toEqual([
      { by: "naast", text: "sleep:first" },
      { by: "naast", text: "sleep:second" },
    ]);

    const claimed = await nurse.post(`/nurse/api/callbacks/${id}/claim`);
    expect(claimed.status).toBe(200);
    const { token } = claimed.body;
    const shown = await nurse.post(`/nurse/api/callbacks/${id}/phone`, { token });
    expect(shown.body).toEqual({ phone: "+31612345678", shown: "06 12345678" });

    expect(
      (await nurse.post(`/nurse/api/callbacks/${id}/attempts`, { token, result: "called" })).status,
    ).toBe(200);
    expect(
      (await nurse.post(`/nurse/api/callbacks/${id}/messages`, { token, words: "Tot morgen!" })).status,
    ).toBe(200);
    const closed = await nurse.post(`/nurse/api/callbacks/${id}/close`, {
      token,
      outcome: "advice_given",
      parentInformed: true,
      note: "moeder gerustgesteld",
      checkBackDays: 14,
    });
    expect(closed.body).toEqual({ done: true });

    const texts = bench.sent.map(({ reply }) => reply.bubbles.map(({ text }) => text).join("|"));
    expect(texts[0]).toContain("Tot morgen!");
    expect(texts[1]).toMatch(/^pl-simple outcome\.advice_given .*\|pl-simple again/);
    expect((await nurse.get("/nurse/api/callbacks")).body.callbacks).toEqual([]);
    const [past] = (await nurse.get("/nurse/api/callbacks?part=closed")).body.callbacks;
    expect(past).toMatchObject({ id, state: "closed" });

    const again = await nurse.post(`/nurse/api/callbacks/${id}/reopen`);
    expect(again.status).toBe(200);
    const back = await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "verkeerd gesloten" });
    expect(back.body).toMatchObject({ state: "waiting", notes: [{ words: "moeder gerustgesteld" }] });
  });

  test("after WhatsApp's day offers fixed messages in the parent's language, and keeps own words until they tap", async () => {
    const nurse = await bench.signIn({ name: "Noor" });
    const id = await bench.ask({ channel: "whatsapp", locale: "tr-simple" });
    const { token } = (await nurse.post(`/nurse/api/callbacks/${id}/claim`)).body;
    await nurse.post(`/nurse/api/callbacks/${id}/attempts`, { token, result: "not_reached" });
    const open = () => nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "bellen", language: "nl" });
    const inTime = await open();
    expect(inTime.body.windowEndsAt).toBeGreaterThan(Date.now());
    expect(inTime.body.fixed).toMatchObject({
      suggested: "tried",
      messages: [{ name: "ready", theirs: "ready in tr", yours: "ready in nl" }, {}, {}],
    });

    for (const [person, way] of bench.ways)
      bench.ways.set(person, { ...way, lastInboundAt: Date.now() - 25 * 3_600_000 });
    const say = (body: object) => nurse.post(`/nurse/api/callbacks/${id}/messages`, { token, ...body });
    expect((await say({ words: "Ik bel morgen." })).body).toEqual({ done: true, waits: true });
    expect((await say({ fixed: "still-wanted" })).body).toEqual({ done: true, waits: false });
    expect((await say({})).status).toBe(400);
    expect((await say({ words: "a", fixed: "tried" })).status).toBe(400);
    expect(bench.parked.map(({ told, words }) => [told, words.reveal()])).toEqual([
      [
        { text: "nurse-says", knock: "ready", waits: true, about: id },
        expect.stringContaining("Ik bel morgen."),
      ],
      [{ text: "still-wanted", knock: "still-wanted", waits: false, about: id }, expect.any(String)],
    ]);
    await nurse.post(`/nurse/api/callbacks/${id}/close`, {
      token,
      outcome: "referred",
      parentInformed: true,
    });
    expect(bench.parked.at(-1)?.told.text).toBe("outcome.referred");
  });

  test("that a colleague holds is answered 409 with her name, in problem details", async () => {
    const id = await bench.ask();
    const noor = await bench.signIn({ name: "Noor" });
    const sem = await bench.signIn({ name: "Sem" });
    const { token } = (await noor.post(`/nurse/api/callbacks/${id}/claim`)).body;
    const second = await sem.post(`/nurse/api/callbacks/${id}/claim`);
    expect(second.status).toBe(409);
    expect(second.headers.get("content-type")).toContain("application/problem+json");
    expect(second.body).toMatchObject({ code: "escalation.already-claimed", holder: "Noor", status: 409 });

    const stolen = await sem.post(`/nurse/api/callbacks/${id}/close`, {
      token,
      outcome: "advice_given",
      parentInformed: true,
    });
    expect(stolen.status).toBe(409);
    const [colleague] = (await noor.get("/nurse/api/colleagues")).body.colleagues;
    expect(colleague).toMatchObject({ name: "Sem" });
    const given = await noor.post(`/nurse/api/callbacks/${id}/hand-over`, {
      token,
      to: colleague.id,
      note: "bel na drie",
    });
    expect(given.status).toBe(200);
    expect((await noor.post(`/nurse/api/callbacks/${id}/renew`, { token })).status).toBe(409);
    expect((await sem.post(`/nurse/api/callbacks/${id}/claim`)).status).toBe(200);
  });

  test("cannot be closed without an outcome, or while the parent is not informed", async () => {
    const nurse = await bench.signIn();
    const id = await bench.ask();
    const { token } = (await nurse.post(`/nurse/api/callbacks/${id}/claim`)).body;
    const without = await nurse.post(`/nurse/api/callbacks/${id}/close`, { token, parentInformed: true });
    expect(without).toMatchObject({
      status: 400,
      body: { code: "console.invalid-request", faults: [{ path: "outcome" }] },
    });
    const silent = await nurse.post(`/nurse/api/callbacks/${id}/close`, {
      token,
      outcome: "referred",
      parentInformed: false,
    });
    expect(silent).toMatchObject({ status: 422, body: { code: "escalation.outcome-missing" } });
  });

  test("best fit gives the nurse's own parents first, and null when nobody waits", async () => {
    const nurse = await bench.signIn({ name: "Fenna", region: "zuid" });
    await bench.ask({ region: "zuid", lane: "today" });
    const hers = await bench.ask({ region: "zuid", lane: "routine", preferredNurse: "local:fenna" });
    expect((await nurse.post("/nurse/api/callbacks/next")).body.id).toBe(hers);
    expect((await nurse.post("/nurse/api/callbacks/next")).body.token).toBeTruthy();
    expect((await nurse.post("/nurse/api/callbacks/next")).body).toBeNull();
  });

  test("two nurses who click at once: exactly one has it, every time", async () => {
    const [noor, sem] = [await bench.signIn({ name: "Noor" }), await bench.signIn({ name: "Sem" })];
    for (let round = 0; round < 50; round += 1) {
      const id = await bench.ask();
      const answers = await Promise.all(
        [noor, sem].map((nurse) => nurse.post(`/nurse/api/callbacks/${id}/claim`)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    }
  });

  test("what a nurse decided about a rule is kept without words", async () => {
    const nurse = await bench.signIn();
    const id = await bench.ask();
    expect(
      (await nurse.post(`/nurse/api/callbacks/${id}/verdicts`, { rule: "worn-out", right: false })).status,
    ).toBe(200);
    expect(
      (await nurse.post(`/nurse/api/callbacks/${id}/verdicts`, { rule: "another", right: false })).status,
    ).toBe(400);
    const { body } = await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "kijken" });
    expect(body.rules).toEqual([{ id: "worn-out", verdict: false }]);
  });

  test("not reached goes back in line until later, and the parent reads that it was tried", async () => {
    const nurse = await bench.signIn();
    const id = await bench.ask();
    const { token } = (await nurse.post(`/nurse/api/callbacks/${id}/claim`)).body;
    const retryAt = Date.now() + 3_600_000;
    await nurse.post(`/nurse/api/callbacks/${id}/attempts`, {
      token,
      result: "not_reached",
      retryAt,
      tellParent: true,
    });
    const [one] = (await nurse.get("/nurse/api/callbacks")).body.callbacks.filter(
      (each: { id: string }) => each.id === id,
    );
    expect(one).toMatchObject({ state: "not_reached", attempts: 1, holder: null });
    expect(bench.sent.at(-1)?.reply.bubbles[0]?.text).toContain("tried");
  });

  test("a parent whose conversation is forgotten cannot be written to, and the nurse is told", async () => {
    const nurse = await bench.signIn();
    const id = await bench.ask();
    bench.ways.clear();
    const { token } = (await nurse.post(`/nurse/api/callbacks/${id}/claim`)).body;
    const answer = await nurse.post(`/nurse/api/callbacks/${id}/messages`, { token, words: "Hallo" });
    expect(answer).toMatchObject({ status: 409, body: { code: "console.parent-unreachable" } });
  });

  test("a new one is seen in an open console within a second", async () => {
    const nurse = await bench.signIn();
    const aborted = new AbortController();
    const stream = await fetch(`${bench.url}/nurse/api/events`, {
      headers: { cookie: nurse.cookie },
      signal: aborted.signal,
    });
    expect(stream.headers.get("content-type")).toContain("text/event-stream");
    const heard: string[] = [];
    const reading = (async () => {
      for await (const chunk of stream.body as unknown as AsyncIterable<Uint8Array>) {
        heard.push(Buffer.from(chunk).toString());
        if (heard.join("").includes("opened")) return;
      }
    })();
    const begun = Date.now();
    const id = await bench.ask();
    await reading;
    expect(Date.now() - begun).toBeLessThan(1000);
    expect(heard.join("")).toContain(id);
    aborted.abort();
  });
});

describe("the description of the API", () => {
  test("is public, and names every route with what it takes and answers", async () => {
    const answer = await fetch(`${bench.url}/nurse/api/openapi.json`);
    const { paths, openapi } = (await answer.json()) as { openapi: string; paths: Record<string, unknown> };
    expect(openapi).toBe("3.1.0");
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining(["/nurse/api/callbacks", "/nurse/api/callbacks/{id}/open", "/nurse/api/events"]),
    );
    const { Ajv2020 } = await import("ajv/dist/2020.js");
    expect(new Ajv2020({ strict: false }).validateSchema(paths["/nurse/api/callbacks"] as object)).toBe(true);
  });
});

describe("the access record", () => {
  test("has one line for everything that was shown or done, and the chain is whole", async () => {
    const check = await bench.world.audit.check();
    expect(check.broken).toEqual([]);
    const viewed = await bench.world.audit.find({ event: "callback-viewed", limit: 10 });
    expect(viewed[0]).toMatchObject({
      outcome: "granted",
      purpose: expect.any(String),
      object: { kind: "callback", region: "noord" },
    });
    expect(viewed[0]?.subject).toBeTruthy();
  });

  test("holds no word of a parent and no number", () => {
    const { readdirSync } = require("node:fs") as typeof import("node:fs");
    for (const name of readdirSync(`${bench.folder}/audit`)) {
      expect(readFileSync(`${bench.folder}/audit/${name}`, "utf8")).not.toMatch(
        /Mój syn|612345678|Tot morgen/,
      );
    }
  });
});

describe("the lead and the auditor", () => {
  test("a lead sees counts of ten and more, and nothing of a person", async () => {
    for (let n = 0; n < 12; n += 1) await bench.ask({ region: "zuid", reason: "limits" });
    const lead = await bench.signIn({ name: "Lou", role: "lead" });
    const { body } = await lead.get("/nurse/api/figures");
    const zuid = body.weeks.find((one: { region: string }) => one.region === "zuid");
    expect(zuid).toMatchObject({ asked: expect.any(Number), themes: { limits: 10 } });
    expect(JSON.stringify(body)).not.toMatch(/Mój syn|612345678|local:|[0-9a-f]{8}-[0-9a-f]{4}/);
    const csv = await lead.get("/nurse/api/figures.csv");
    expect(csv.headers.get("content-disposition")).toContain("naast-figures.csv");
    expect(csv.body).toContain("zuid,theme,limits,10");
  });

  test("an auditor finds who looked at one parent, and that is on record, too", async () => {
    const id = await bench.ask();
    const nurse = await bench.signIn({ name: "Mees" });
    await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "=kijken" });
    const subject = (await bench.world.queue.find(id))?.request.person ?? "";
    const auditor = await bench.signIn({ name: "Ada", role: "auditor" });
    const { body } = await auditor.get(`/nurse/api/audit?subject=${subject}`);
    expect(body.records).toMatchObject([
      { event: "callback-viewed", purpose: "=kijken", actor: { name: "Mees" } },
    ]);
    const csv = await auditor.get(`/nurse/api/audit.csv?subject=${subject}`);
    expect(csv.body).toContain("'=kijken");
    expect((await auditor.get("/nurse/api/audit/check")).body.broken).toEqual([]);
    const events = (await bench.world.audit.find({ actor: "Ada", limit: 10 })).map(({ event }) => event);
    expect(events).toEqual(["audit-checked", "audit-exported", "audit-viewed", "signed-in"]);
  });

  test("an auditor of one region finds nothing of another", async () => {
    const id = await bench.ask({ region: "noord" });
    const nurse = await bench.signIn({ name: "Mees", region: "noord" });
    await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "kijken" });
    const auditor = await bench.signIn({ name: "Ada", role: "auditor", region: "zuid" });
    expect((await auditor.get(`/nurse/api/audit?object=${id}`)).body.records).toEqual([]);
  });
});
