/**
 * `node docs/take-screenshots.mjs`: takes the pictures of `docs/pictures/` from the running product.
 *
 * Starts the demo (parents who do not exist), walks the parents' page and the console in Chromium, and stops both.
 * Needs Chromium: CHROMIUM_PATH, or /usr/bin/chromium.
 */
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const root = join(import.meta.dirname, "..");
const pictures = join(root, "docs/pictures");
const phone = { width: 390, height: 780 };
const desk = { width: 1280, height: 680 };
const patience = 300_000;

mkdirSync(pictures, { recursive: true });
const demo = await startDemo();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
try {
  await takeParents(demo.links.parents);
  await takeConsole(demo.links.nurse);
} finally {
  await browser.close();
  await demo.stop();
}

async function takeParents(url) {
  await inPage(phone, async (page) => {
    await page.goto(url);
    await page.locator('a[href="#tr"]').waitFor();
    await save(page, "parents-language");
    await page.emulateMedia({ colorScheme: "dark" });
    await save(page, "parents-language-night");
  });
  await inPage(phone, async (page) => {
    await chatIn(page, url, "nl");
    await say(page, "mijn baby van 5 maanden wordt 's nachts steeds wakker");
    await tap(page, 0);
    await untilOffered(page, /^Wat zegt de richtlijn/);
    await save(page, "parents-sleep-dutch");
  });
  await inPage(phone, async (page) => {
    await chatIn(page, url, "tr-simple");
    await say(page, "bebeğim nefes alamıyor");
    await save(page, "parents-card-turkish-simple");
  });
  await inPage({ ...phone, height: 900 }, async (page) => {
    await chatIn(page, url, "pl");
    await say(page, "pielęgniarka");
    await untilAsked(page, "words");
    await say(page, "Córka budzi się co godzinę. Chcę porozmawiać o nocach.");
    await untilAsked(page, "phone");
    await say(page, "+48 512 345 678");
    await untilAsked(page, "confirm", ["Tak, z tłumaczem", "Pielęgniarki"]);
    await save(page, "parents-callback-polish");
  });
  await inPage(phone, async (page) => {
    await chatIn(page, url, "en");
    await page.emulateMedia({ colorScheme: "dark" });
    await page.context().setOffline(true);
    await say(page, "She will not stop crying tonight");
    await save(page, "parents-offline-night");
  });
  await inPage({ width: 900, height: 860 }, async (page) => {
    await page.goto(new URL("/embed-demo", url).href);
    await page.frameLocator("iframe").locator('a[href="#nl"]').waitFor();
    await save(page, "parents-embedded");
  });
}

async function takeConsole(link) {
  await inPage(desk, async (page) => {
    await page.goto(link);
    await page.locator("[data-callback]").first().waitFor();
    await save(page, "console-list");
    await page.locator("[data-callback]", { hasText: "Engels" }).first().click();
    await page.locator(".why button.main").click();
    await page.locator(".facts").waitFor();
    await save(page, "console-detail");
  });
}

async function chatIn(page, url, locale) {
  await page.goto(url);
  await page.click(`a[href="#${locale}"]`);
  await page.locator("#choices button").first().waitFor();
}

/** Takes a choice by its place: labels are others' to change. */
async function tap(page, at) {
  await page.locator("#choices button").nth(at).click();
  await settled(page);
}

async function say(page, words) {
  await page.fill("textarea", words);
  await page.keyboard.press("Enter");
  await settled(page);
}

/** Takes the first choice until one is offered, as a parent does who has no preference. */
async function untilOffered(page, name) {
  const wanted = page.locator("#choices").getByRole("button", { name });
  for (let taps = 0; taps < 6 && !(await wanted.isVisible()); taps += 1) await tap(page, 0);
}

/** Takes what is preferred, else the first choice, until the bot asks what is named so. */
async function untilAsked(page, node, preferred = []) {
  const asks = () => page.evaluate("JSON.parse(localStorage.naast).log.at(-1).node");
  for (let taps = 0; taps < 12 && (await asks()) !== node; taps += 1) {
    const labels = await page.locator("#choices button").allInnerTexts();
    await tap(page, Math.max(0, labels.findIndex((label) => preferred.includes(label.trim()))));
  }
}

async function settled(page) {
  await page.waitForTimeout(1_500);
}

async function inPage(viewport, walk) {
  const context = await browser.newContext({
    viewport,
    locale: "nl-NL",
    timezoneId: "Europe/Amsterdam",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  try {
    await walk(page);
  } finally {
    await context.close();
  }
}

async function save(page, name) {
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(pictures, `${name}.png`) });
  process.stdout.write(`docs/pictures/${name}.png\n`);
}

/** The demo, its links by name, and how it ends. */
function startDemo() {
  const child = spawn(process.execPath, [join(root, "dist/demo.js"), "--port", "0", "--every", "600"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => child.once("exit", done));
  return new Promise((ready, failed) => {
    const timer = setTimeout(() => failed(new Error("the demo did not start")), patience);
    let said = "";
    child.stdout.on("data", (text) => {
      said += text;
      const links = Object.fromEntries([...said.matchAll(/^ {2}(\w+) +(http\S+)$/gm)].map(([, name, url]) => [name, url]));
      if (links.auditor === undefined) return;
      clearTimeout(timer);
      ready({
        links,
        stop() {
          child.kill("SIGTERM");
          return ended;
        },
      });
    });
    child.once("exit", () => failed(new Error("the demo ended")));
  });
}
