import { type Bench, startBench } from "./bench.ts";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.stop());

describe("requests", () => {
  test("opened by the dozen by one nurse is flagged to the auditor, once, and however often she looks again", async () => {
    const nurse = await bench.signIn({ name: "Haastig" });
    const ids = await Promise.all(Array.from({ length: 61 }, () => bench.ask({ region: "zuid" })));
    const open = (id: string) => nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "kijken" });
    for (const id of ids.slice(0, 59)) expect((await open(id)).status).toBe(200);
    for (const id of ids.slice(0, 10)) await open(id);
    const auditor = await bench.signIn({ name: "Toezicht", role: "auditor" });
    const flags = async () => (await auditor.get("/nurse/api/audit?event=bulk-reading")).body.records;
    expect(await flags()).toEqual([]);
    for (const id of ids.slice(59)) await open(id);
    expect(await flags()).toMatchObject([{ actor: { name: "Haastig" }, count: 60, subject: null }]);
    expect(bench.alerted).toEqual([60]);
  });
});

describe("what nurses marked as right or not", () => {
  test("reaches the lead as counts, and no nurse or auditor", async () => {
    const nurse = await bench.signIn({ name: "Noor" });
    const ids = await Promise.all(Array.from({ length: 12 }, () => bench.ask({ rules: ["soft.exhausted"] })));
    for (const id of ids)
      await nurse.post(`/nurse/api/callbacks/${id}/verdicts`, { rule: "soft.exhausted", right: false });
    const lead = await bench.signIn({ name: "Lies", role: "lead" });
    const { body } = await lead.get("/nurse/api/figures/rules");
    expect(body.rules).toEqual([
      { rule: "soft.exhausted", region: "all", fired: 10, right: null, wrong: 10 },
      { rule: "soft.exhausted", region: "noord", fired: 10, right: null, wrong: 10 },
    ]);
    const csv = await lead.get("/nurse/api/figures/rules.csv");
    expect(csv.headers.get("content-disposition")).toContain("naast-rules.csv");
    expect(csv.body).toContain("soft.exhausted,noord,10,,10");
    expect(csv.body).not.toMatch(/Mój|612345678/);
    const auditor = await bench.signIn({ role: "auditor" });
    for (const one of [nurse, auditor]) expect((await one.get("/nurse/api/figures/rules")).status).toBe(403);
    // a lead of another region learns nothing of this one
    const zuid = await bench.signIn({ role: "lead", region: "zuid" });
    expect((await zuid.get("/nurse/api/figures/rules")).body.rules).toEqual([]);
  });
});
