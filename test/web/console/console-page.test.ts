import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Page } from "playwright-core";
import { parse } from "yaml";
import type { CallbackId } from "../../../src/terms.ts";
import { type BrowserBench, startBrowserBench } from "./browser.ts";

const hour = 3_600_000;
const axe = readFileSync(resolve("node_modules/axe-core/axe.min.js"), "utf8");
// a browser on a busy machine takes its time
jest.setTimeout(90_000);

let bench: BrowserBench;

beforeAll(async () => {
  bench = await startBrowserBench();
});
afterAll(() => bench.stop());
afterEach(async () => {
  const open = await bench.world.queue.list({ regions: ["all"], part: "open" });
  await Promise.all(open.map(({ id }) => bench.world.queue.withdraw(id)));
});

const row = (id: CallbackId) => `[data-callback="${id}"]`;

/** axe runs beside the page's policy, as a browser extension would: its script is not the page's. */
async function violations(page: Page): Promise<unknown[]> {
  const session = await page.context().newCDPSession(page);
  await session.send("Runtime.evaluate", { expression: axe });
  const { result } = await session.send("Runtime.evaluate", {
    expression: `axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }).then(({ violations }) => JSON.stringify(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html, failureSummary }) => html.slice(0, 160) + failureSummary) }))))`,
    awaitPromise: true,
    returnByValue: true,
  });
  return JSON.parse(String(result.value));
}

describe("the nurse's page", () => {
  test("shows first who waits past the promise, then who is urgent, by words and shapes as well", async () => {
    const now = Date.now();
    const routine = await bench.ask({
      lane: "routine",
      requestedAt: now - 70 * hour,
      promisedAt: now + hour,
    });
    const urgent = await bench.ask({ lane: "today", promisedAt: now + 2 * hour });
    const late = await bench.ask({ lane: "soon", requestedAt: now - 9 * hour, promisedAt: now - hour });
    const page = await bench.visit();
    await page.waitForSelector(row(late));
    const order = await page.$$eval("[data-callback]", (rows) =>
      rows.map((one) => one.getAttribute("data-callback")),
    );
    expect(order).toEqual([late, urgent, routine]);
    expect(await page.textContent(row(late))).toContain("1 u 0 min te laat");
    expect(await page.textContent("#counts")).toMatch(/1 te laat.*1 dringend.*3 wachten/);
    expect(await page.title()).toMatch(/^\(2\)/);
  });

  test("a whole callback, by keyboard only", async () => {
    const id = await bench.ask({ lane: "today" });
    const page = await bench.visit({ name: "Noor" });
    await page.waitForSelector(row(id));
    const until = async (selector: string, key = "Tab") => {
      for (let presses = 0; presses < 80; presses += 1) {
        if (await page.evaluate(`document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
        await page.keyboard.press(key);
      }
      throw new Error(`the keyboard does not reach ${selector}`);
    };
    await until("[data-callback]");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".why");
    expect(await page.evaluate("document.activeElement?.className")).toBe("title");
    await until(".why button.main");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".block-call");
    expect(await page.textContent(".block-call")).toContain("••••••••••78");
    await until(".block-call button.main");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".number-link");
    expect(await page.getAttribute(".number-link", "href")).toBe("tel:+31612345678");
    await until(".block-close input[type=radio]");
    await page.keyboard.press("Space");
    await until(".block-close button[type=submit]");
    await page.keyboard.press("Enter");
    expect(await page.textContent(".block-close .fault")).toContain("Rond af als de ouder weet");
    await until(".block-close input[type=checkbox]", "Shift+Tab");
    await page.keyboard.press("Space");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Space");
    await until(".block-close button[type=submit]");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".saying:has-text('Afgerond')");
    expect((await bench.world.queue.find(id))?.state).toBe("closed");
  });

  test("shows a new one within a second, says so, and keeps what the nurse was typing", async () => {
    const first = await bench.ask({ lane: "routine" });
    const page = await bench.visit({ name: "Noor" });
    await page.click(row(first));
    await page.click(".why button.main");
    await page.fill(".block-message textarea", "Dzień dobry");
    const begun = Date.now();
    const id = await bench.ask({ lane: "today", locale: "tr" });
    await page.waitForSelector(row(id));
    expect(Date.now() - begun).toBeLessThan(1000);
    expect(await page.textContent(".saying")).toBe("Nieuw en dringend: Turks");
    expect(await page.inputValue(".block-message textarea")).toBe("Dzień dobry");
  });

  test("a colleague who was first is named, and the list shows it", async () => {
    const id = await bench.ask();
    const page = await bench.visit({ name: "Noor" });
    await page.click(row(id));
    const sem = await bench.signIn({ name: "Sem" });
    await sem.post(`/nurse/api/callbacks/${id}/claim`);
    await page.click(".why button.main");
    await page.waitForSelector(".saying:has-text('Sem was net iets eerder')");
    await page.waitForSelector(".row-holder:has-text('bij Sem')");
  });

  test("what parents type stays text, in every field", async () => {
    const payloads = [
      "<img src=x onerror=alert(1)>",
      "<script>alert(1)</script>",
      '"><svg/onload=alert(1)>',
      "javascript:alert(1)",
      "{{constructor.constructor('alert(1)')()}}",
      "</textarea><iframe srcdoc='<script>alert(1)</script>'>",
      "\u202Egnp.exe",
      "'; DROP TABLE--",
    ];
    const page = await bench.visit();
    let opened = 0;
    page.on("dialog", (dialog) => {
      opened += 1;
      void dialog.dismiss();
    });
    const before = bench.complaints.length;
    for (const words of payloads) {
      const id = await bench.ask({
        words,
        reason: words,
        ageBand: words,
        path: [words],
        rules: [words],
        preferredNurse: words,
      });
      await page.click(row(id));
      await page.fill(".why input", "controle");
      await page.click(".why form button");
      await page.waitForSelector("blockquote");
      expect(await page.textContent("blockquote")).toBe(words);
    }
    expect(opened).toBe(0);
    expect(bench.complaints.slice(before)).toEqual([]);
  });

  test("after WhatsApp's day the right fixed message is chosen, in the parent's language, and axe finds no fault", async () => {
    const id = await bench.ask({ channel: "whatsapp", locale: "pl" });
    for (const [person, way] of bench.ways)
      bench.ways.set(person, { ...way, lastInboundAt: Date.now() - 26 * hour });
    const page = await bench.visit({ name: "Noor" });
    await page.click(row(id));
    await page.click(".why button.main");
    await page.waitForSelector(".block-message .fixed");
    const chosen = () =>
      page.$eval(".block-message form", (form) => [...new FormData(form as HTMLFormElement).values()][0]);
    expect(await chosen()).toBe("ready");
    expect(await page.textContent(".block-message .fixed-text")).toBe("ready in pl");
    await page.fill(".block-message textarea", "Zadzwonię jutro.");
    await page.click(".block-message button[type=submit]");
    await page.waitForSelector(".saying:not(:empty)");
    expect(bench.parked.at(-1)).toMatchObject({ told: { text: "nurse-says", waits: true } });
    await page.getByText("Niet bereikt").first().click();
    await page.getByText("straks, ik houd het").first().click();
    await page.getByRole("button", { name: "Noteer" }).click();
    await page.waitForSelector('.fixed input[value="tried"]:checked');
    expect(await page.isHidden(".block-message textarea")).toBe(true);
    expect(await violations(page)).toEqual([]);
    if (process.env["PICTURES"])
      await page.screenshot({ path: `${process.env["PICTURES"]}/picker.png`, fullPage: true });
    await page.click(".block-message button[type=submit]");
    await page.waitForSelector(".saying:has-text('staat klaar om te gaan')");
    expect(bench.parked.at(-1)).toMatchObject({ told: { text: "tried", waits: false } });
  });

  test("a message that did not arrive is told at once, in the line and where the nurse writes", async () => {
    const id = await bench.ask({ channel: "whatsapp" });
    const page = await bench.visit({ name: "Noor" });
    await page.click(row(id));
    await page.click(".why button.main");
    await page.fill(".block-message textarea", "Nog iets");
    await bench.world.queue.undelivered(id, "m1", "waits");
    await page.waitForSelector(
      ".block-message .undelivered:has-text('tot de ouder op een vast bericht tikt')",
    );
    await bench.world.queue.undelivered(id, "m2", "lost");
    await page.waitForSelector(".block-message .undelivered:has-text('Bel de ouder')");
    expect(await page.inputValue(".block-message textarea")).toBe("Nog iets");
    expect(await page.textContent(row(id))).toContain("bericht niet bezorgd");
    await page.click(row(id));
    await page.click(".why button.main");
    await page.getByText("Verloop").click();
    await page.waitForSelector(".history li:has-text('Bericht aan de ouder: niet bezorgd. Bel de ouder')");
    expect(await violations(page)).toEqual([]);
  });

  test.each([
    ["nl-NL", "De ouder wil achteraf geen bericht."],
    ["en-GB", "The parent wants no message afterwards."],
  ])("in %s a keyboard finds that the parent is not to be asked later, and why", async (locale, why) => {
    const id = await bench.ask();
    const page = await bench.visit({ name: "Noor", locale });
    await page.click(row(id));
    await page.click(".why button.main");
    await page.focus(".block-close input[type=checkbox] >> nth=1");
    await page.keyboard.press("Tab");
    const field = page.locator(".block-close select");
    expect(await field.evaluate((select) => select === document.activeElement)).toBe(true);
    expect(await field.getAttribute("aria-disabled")).toBe("true");
    expect(await field.locator("option").count()).toBe(1);
    const about = await field.getAttribute("aria-describedby");
    expect(await page.textContent(`#${about}`)).toBe(why);
    expect(await violations(page)).toEqual([]);
  });

  test("who may be asked later has the days to choose from, and what is hers to explain stands with the facts", async () => {
    const id = await bench.ask({ consents: ["passing-on", "afterwards"], toExplain: true });
    const page = await bench.visit({ name: "Noor" });
    await page.click(row(id));
    await page.click(".why button.main");
    await page.waitForSelector(".block-close select:not([aria-disabled])");
    expect(await page.locator(".block-close option").count()).toBe(3);
    expect(await page.textContent(".facts")).toContain(
      "Wie het verzoek leest: dat kwam in de chat niet over",
    );
  });

  test("the languages a nurse speaks go with 'take the next', also after a reload", async () => {
    await bench.ask({ locale: "tr", requestedAt: Date.now() - 3 * hour });
    const dutch = await bench.ask({ locale: "nl" });
    const page = await bench.visit({ name: "Fenna" });
    await page.waitForSelector("[data-callback]");
    await page.click(".speaks summary");
    for (const name of ["Engels", "Pools", "Turks"]) await page.getByLabel(name, { exact: true }).uncheck();
    await page.reload();
    await page.waitForSelector(row(dutch));
    expect(await page.textContent(".speaks summary")).toBe("Talen: Nederlands");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("button", { name: "Pak de volgende" }).click();
    await page.waitForSelector(`${row(dutch)}[aria-current="true"]`);
  });

  test("a session that is over leaves nothing of a parent on screen", async () => {
    const id = await bench.ask();
    const page = await bench.visit();
    await page.click(row(id));
    await page.click(".why button.main");
    await page.waitForSelector("blockquote");
    const [cookie] = await page.context().cookies(`${bench.url}/nurse`);
    const headers = { cookie: `${cookie?.name}=${cookie?.value}`, origin: bench.url };
    await fetch(`${bench.url}/nurse/sign-out`, { method: "POST", headers, redirect: "manual" });
    await bench.ask();
    await page.waitForSelector(".signed-out");
    expect(await page.textContent("body")).not.toMatch(/Mój syn|612345678/);
  });

  test("speaks English to who asks for it", async () => {
    const page = await bench.visit({ locale: "en-GB" });
    await page.waitForSelector(".empty");
    expect(await page.getAttribute("html", "lang")).toBe("en");
    expect(await page.textContent(".empty")).toContain("Nobody waits");
    await page.click("text=Nederlands");
    await page.waitForSelector("html[lang=nl]");
  });

  test.each([
    [1280, 860],
    [820, 1180],
  ])(
    "has no fault that axe knows, at %i wide, and nothing runs off the side",
    async (width, height) => {
      const now = Date.now();
      await bench.ask({ lane: "today", requestedAt: now - 9 * hour, promisedAt: now - hour });
      await bench.ask({ lane: "routine", meeting: "walk_in", preferredNurse: "local:noor" });
      const id = await bench.ask({ lane: "today" });
      const page = await bench.visit({ width, height, name: "Noor" });
      await page.waitForSelector(row(id));
      const overflow = () => page.evaluate("document.documentElement.scrollWidth - window.innerWidth");
      expect(await violations(page)).toEqual([]);
      await page.click(row(id));
      expect(await violations(page)).toEqual([]);
      await page.click(".why button.main");
      await page.waitForSelector(".block-call");
      await page.click("text=Niet bereikt");
      expect(await violations(page)).toEqual([]);
      expect(await overflow()).toBeLessThanOrEqual(0);
    },
    60_000,
  );

  test("who is not signed in sees how to, and axe finds no fault there", async () => {
    const page = await bench.visit();
    const address = page.url();
    // first away from the page: an answer still under way would set the cookie again
    await page.goto("about:blank");
    await page.context().clearCookies();
    await page.goto(address);
    await page.waitForSelector(".signed-out");
    expect(await page.textContent("pre")).toContain("console:link");
    expect(await violations(page)).toEqual([]);
  });
});

describe("the lead's and the auditor's pages", () => {
  test("a lead sees charts and the same numbers as a table, without a fault that axe knows", async () => {
    for (let n = 0; n < 24; n += 1) {
      await bench.ask({
        region: n % 2 ? "noord" : "zuid",
        reason: n % 3 ? "sleep" : "food",
        locale: n % 2 ? "nl" : "pl",
      });
    }
    const page = await bench.visit({ role: "lead", name: "Lou" });
    await page.waitForSelector("canvas");
    expect(await page.textContent(".figures")).toContain("< 10");
    expect(await violations(page)).toEqual([]);
  });

  test("a lead signs somebody out, whose page shows nothing from then on", async () => {
    const nurse = await bench.visit({ name: "Weg" });
    await nurse.waitForSelector("#counts");
    const page = await bench.visit({ role: "lead", name: "Lou" });
    await page.click("text=Log Weg uit");
    await page.waitForSelector("text=Weg is uitgelogd.");
    expect((await page.locator(".people li").allTextContents()).join()).not.toContain("Weg");
    expect(await violations(page)).toEqual([]);
    // the page asks by itself, too, and may know before she taps
    await nurse.click(".signed-out, :text('Pak de volgende')");
    await nurse.waitForSelector(".signed-out");
  });

  test.each(["nurse", "lead", "auditor"] as const)("a %s always sees the way out", async (role) => {
    const page = await bench.visit({ role, name: "Uit", width: 640 });
    const out = page.locator("header button", { hasText: "Uitloggen" });
    await out.waitFor({ state: "visible" });
    await out.click();
    await page.waitForSelector(".signed-out");
  });

  test("an auditor finds who looked, and checks the chain", async () => {
    const id = await bench.ask();
    const nurse = await bench.signIn({ name: "Mees" });
    await nurse.post(`/nurse/api/callbacks/${id}/open`, { reason: "ouder belde" });
    const page = await bench.visit({ role: "auditor", name: "Ada" });
    await page.waitForSelector("td");
    await page.fill("label:has-text('Medewerker') + input", "Mees");
    await page.click("button[type=submit].main");
    await page.waitForSelector("tbody:has-text('ouder belde')");
    expect(await violations(page)).toEqual([]);
    await page.click("text=Controleer de keten");
    await page.waitForSelector(".whole");
  });
});

test("the pages broke no rule of their own policy", () => {
  // 401 and 409 are answers that a page is told, and says
  expect(bench.complaints.filter((complaint) => !/status of 4(01|09)/.test(complaint))).toEqual([]);
});

describe("the words of the console", () => {
  const words = (language: string) =>
    JSON.parse(readFileSync(`locales/${language}/console.json`, "utf8")) as Record<string, string>;

  test("are the same keys in both languages", () => {
    expect(Object.keys(words("en")).sort()).toEqual(Object.keys(words("nl")).sort());
  });

  test("name every rule that can fire", () => {
    const rules = readdirSync("dialogs/concerns")
      .filter((name) => name.endsWith(".yaml"))
      .flatMap(
        (name) =>
          (parse(readFileSync(`dialogs/concerns/${name}`, "utf8")) as { rules?: { id: string }[] }).rules ??
          [],
      );
    expect(rules.length).toBeGreaterThan(20);
    expect(rules.filter(({ id }) => words("nl")[`rule.${id}`] === undefined)).toEqual([]);
  });
});
