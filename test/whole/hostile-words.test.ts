/// <reference lib="dom" />

import type { Browser, Page } from "playwright-core";
import { startChromium } from "../../src/commands/bench/chromium.ts";
import { askForNurse, openWebParent } from "../privacy/support/web-parent.ts";
import { type Product, startProduct } from "../support/product.ts";

// Words that would run if anything took them for more than words: through every field a parent and a nurse can fill,
// into the console and onto what a parent keeps. Each calls home and leaves a mark when it runs.
const home = "https://home.invalid";
const payloads: readonly string[] = [
  `<script>window.owned=1;fetch("${home}/1")</script>`,
  `<img src=x onerror="window.owned=2"><img src="${home}/2">`,
  `"><svg/onload=window.owned=3>`,
  `<a href="javascript:window.owned=4">klik</a> javascript:window.owned=4`,
  `<iframe srcdoc="<script>top.owned=5</script>"></iframe>`,
  `<style>@import "${home}/6"</style><link rel=stylesheet href="${home}/6">`,
  `</textarea></blockquote><body onload=window.owned=7>`,
  `[klik](javascript:window.owned=8) **vet** _schuin_ <${home}/8>`,
  `{{constructor.constructor("window.owned=9")()}} \${window.owned=9} $t(common:menu)`,
  `<form action="${home}/10"><button autofocus onfocus=window.owned=10>`,
  `<meta http-equiv=refresh content="0;url=${home}/11"><base href="${home}/">`,
  `\u202E\u2066<details open ontoggle=window.owned=12>`,
];
const all = payloads.join(" ");

let product: Product;
let browser: Browser;
const requested: string[] = [];
const complaints: string[] = [];
let dialogs = 0;

beforeAll(async () => {
  product = await startProduct();
  browser = await startChromium();
}, 180_000);
afterAll(async () => {
  await browser?.close();
  await product?.stop();
});

async function open(url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: "nl-NL" });
  const page = await context.newPage();
  page.on("request", (request) => requested.push(request.url()));
  page.on("console", (line) => line.type() === "error" && complaints.push(line.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    dialogs += 1;
    void dialog.dismiss();
  });
  await page.goto(url);
  return page;
}

/** Nothing ran, nothing was fetched from elsewhere, and nothing that could run stands in the page. */
async function expectOnlyWords(page: Page): Promise<void> {
  expect(await page.evaluate("window.owned")).toBeUndefined();
  expect(await page.evaluate("frames.length")).toBe(0);
  const made = await page
    .locator("[onerror],[onload],[onfocus],[ontoggle],[srcdoc],[href^='javascript:'],base")
    .count();
  expect(made).toBe(0);
  expect(requested.filter((url) => !url.startsWith(product.url) && !/^(data|blob):/.test(url))).toEqual([]);
  expect(complaints.filter((line) => /Content Security Policy|Trusted/.test(line))).toEqual([]);
  expect(dialogs).toBe(0);
}

test("a parent's words and a nurse's are words in the console, wherever it shows them", async () => {
  const parent = await openWebParent(product.url);
  const hostile = { from: { id: all.slice(0, 200), name: all }, channelData: { naast: all }, value: { all } };
  await parent.say(`hoi ${all}`, hostile);
  await askForNurse(parent, all, "06 12345678");
  const nurse = await open(product.consoleLink(`Anna ${payloads[1]}`));
  await nurse.locator(".row").first().click();
  await nurse.getByRole("button", { name: "Ik bel deze ouder" }).click();
  await nurse.waitForSelector("blockquote");
  expect(squeezed(await nurse.textContent("blockquote"))).toBe(squeezed(all));
  await expectOnlyWords(nurse);
  for (const field of await nurse.locator("textarea:visible").all()) await field.fill(all);
  await nurse.getByLabel("Advies gegeven").check();
  await nurse.getByLabel("Ik vroeg of er nog iets anders was").check();
  await nurse.getByLabel("De ouder weet hoe het verder gaat").check();
  await nurse.getByRole("button", { name: "Rond af" }).click();
  await nurse.getByRole("button", { name: "Afgerond" }).click();
  await nurse.locator(".row").first().waitFor();
  await expectOnlyWords(nurse);
  await nurse.context().close();
}, 120_000);

test("what a parent keeps shows their own words as words", async () => {
  const page = await open(product.url);
  await page.click('a[href="#nl"]');
  await page.waitForSelector("#choices button");
  const labels = ["Informatie", "Slapen", "Nee, 0 tot 3 maanden"];
  for (const label of labels)
    await step(page, () => page.locator("#choices button", { hasText: label }).first().click());
  await step(page, async () => {
    await page.fill("textarea", `honger ${all}`);
    await page.keyboard.press("Enter");
  });
  const log = async (): Promise<string> => (await page.locator("#log").textContent()) ?? "";
  for (let asked = 0; asked < 15 && !(await log()).includes("Wat jij denkt: honger"); asked += 1) {
    const skip = page.locator("#choices button", { hasText: "Overslaan" });
    const next = (await skip.count()) > 0 ? skip.first() : page.locator("#choices button").first();
    await step(page, () => next.click());
  }
  expect(await log()).toContain("Wat jij denkt: honger");
  expect(squeezed((await log()).split("Wat jij denkt:")[1])).toContain(squeezed(payloads[2]));
  await expectOnlyWords(page);
  await page.reload();
  await page.waitForSelector("#choices button");
  await expectOnlyWords(page);
  await page.context().close();
}, 120_000);

async function step(page: Page, act: () => Promise<void>): Promise<void> {
  const bubbles = page.locator("#log li");
  const before = await bubbles.count();
  await act();
  await page.waitForFunction((count) => document.querySelectorAll("#log li").length > count + 1, before);
  await page.waitForFunction(() => document.querySelectorAll("#choices button").length > 0);
}

/** Without the signs of direction that are taken out, and however blanks are shown. */
function squeezed(text: string | null | undefined): string {
  return (text ?? "").replace(/[\s\u2066\u202e]+/g, "");
}
