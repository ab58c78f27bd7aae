import { mkdirSync, readFileSync, rmSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { startChromium } from "../../../src/commands/bench/chromium.ts";
import { type Locale, locales } from "../../../src/terms.ts";
import { openPage } from "./browser.ts";
import { buildPages, startParentsPage } from "./parents-stand-in.ts";
import { wordsOf } from "./scripted-dialog.ts";

const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const pictures = "test-output/parents-page";

let root: string;
let browser: Browser;
let service: Awaited<ReturnType<typeof startParentsPage>>;

beforeAll(async () => {
  mkdirSync(pictures, { recursive: true });
  root = await buildPages();
  browser = await startChromium();
  service = await startParentsPage(root);
});
afterAll(async () => {
  await browser.close();
  await service.close();
  rmSync(root, { recursive: true });
});

const voices = `
  const voices = ["nl-NL", "en-GB", "pl-PL", "tr-TR"].map((lang) => ({ lang, localService: true }));
  Object.defineProperty(speechSynthesis, "getVoices", { value: () => voices });`;

/** Each state of the page, and how to come there from the one before. */
const states = (locale: Locale): readonly (readonly [string, (page: Page) => Promise<unknown>])[] => {
  const words = wordsOf(locale);
  const tap = (selector: string) => (page: Page) => page.click(selector);
  const type = async (page: Page, text: string) => {
    await page.fill("textarea", text);
    await page.keyboard.press("Enter");
  };
  return [
    ["start", async () => undefined],
    [
      "menu",
      async (page) => {
        await page.click(`a[href="#${locale}"]`);
        await page.waitForSelector("#choices button");
      },
    ],
    [
      "doubt",
      async (page) => {
        await page.click(`#choices button >> nth=0`);
        await page.waitForSelector(".doubt");
      },
    ],
    [
      "urgent",
      async (page) => {
        await page.click(`#choices >> text="${words.yes}"`);
        await page.waitForSelector(".urgent");
      },
    ],
    [
      "summary",
      async (page) => {
        await page.click(`#choices >> text="${words.no}"`);
        await page.waitForSelector(".keep");
      },
    ],
    [
      "emergency",
      async (page) => {
        await type(page, "blauw");
        await page.waitForSelector(".emergency");
      },
    ],
    ["emergency-panel", tap("#sos summary")],
    [
      "language-panel",
      async (page) => {
        await page.click("#sos summary");
        await page.click("header button.tool >> nth=0");
      },
    ],
    ["statement-panel", tap(".panel .small")],
    ["clear-panel", tap("header button.tool >> nth=2")],
    [
      "private-words",
      async (page) => {
        await page.keyboard.press("Escape");
        await type(page, "06-12345678");
      },
    ],
    [
      "offline",
      async (page) => {
        await page.click(".ask .main");
        await page.context().setOffline(true);
        await type(page, "…");
        await page.waitForSelector(".trouble");
      },
    ],
  ];
};

describe.each(locales)("in %s", (locale) => {
  test("every state is accessible, fits 320 pixels and twice the text, by day and by night", async () => {
    const { page, context } = await openPage(browser, {
      viewport: { width: 320, height: 640 },
      reducedMotion: "reduce",
    });
    await context.addInitScript(voices);
    await page.goto(service.url);
    const faults: unknown[] = [];
    for (const [state, enter] of states(locale)) {
      await enter(page);
      for (const colorScheme of ["light", "dark"] as const) {
        await page.emulateMedia({ colorScheme });
        faults.push(...(await violations(page)).map((fault) => [state, colorScheme, fault]));
        await page.screenshot({ path: `${pictures}/${locale}-${state}-${colorScheme}.png` });
      }
      faults.push(...(await tooSmall(page)).map((fault) => [state, "too small", fault]));
      for (const size of ["", "200%"]) {
        await page.evaluate(`document.documentElement.style.fontSize = "${size}"`);
        faults.push(...(await overflow(page)).map((fault) => [state, `text ${size} sticks out`, fault]));
      }
      await page.evaluate(`document.documentElement.style.fontSize = ""`);
    }
    expect(faults).toEqual([]);
    await context.close();
  }, 120_000);

  test("the accessibility statement is accessible", async () => {
    const { page, context } = await openPage(browser, { viewport: { width: 320, height: 640 } });
    await page.goto(`${service.url}/accessibility/${locale}`);
    await page.locator("#leave").waitFor();
    expect(await page.getAttribute("html", "lang")).toBe(locale.slice(0, 2));
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await violations(page)).toEqual([]);
    }
    expect(await tooSmall(page)).toEqual([]);
    expect(await overflow(page)).toEqual([]);
    await page.screenshot({ path: `${pictures}/${locale}-statement.png` });
    await context.close();
  });
});

test("four times as large, there is more of the log than of what stands around it", async () => {
  const { page, context } = await openPage(browser, {
    viewport: { width: 320, height: 256 },
    reducedMotion: "reduce",
  });
  await page.goto(service.url);
  await page.click('a[href="#nl"]');
  await page.waitForSelector("#choices button");
  await page.fill("textarea", "blauw");
  await page.keyboard.press("Enter");
  const call = page.locator("li.emergency a.call.first");
  await call.waitFor();
  expect((await page.locator("header").boundingBox())?.height).toBeLessThan(100);
  expect((await call.boundingBox())?.y).toBeLessThan(256);
  expect(await page.locator("textarea").isVisible()).toBe(true);
  await context.close();
});

test("in the colours of the device, what is chosen and what is being read can be told", async () => {
  const { page, context } = await openPage(browser, { forcedColors: "active" });
  await context.addInitScript(voices);
  await context.addInitScript(`SpeechSynthesisUtterance = class {};
    Object.defineProperty(speechSynthesis, "speak", { value: () => undefined })`);
  await page.goto(service.url);
  await page.click('a[href="#nl-simple"]');
  await page.waitForSelector("#choices button");
  await page.click("[data-listen] >> nth=0");
  const marked = await page
    .locator("header [aria-pressed=true], [data-listen][aria-pressed=true], .reading")
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).outlineStyle));
  expect(marked).toEqual(["solid", "solid", "solid"]);
  await context.close();
});

test("the try-out host page is accessible", async () => {
  const { page, context } = await openPage(browser);
  await page.goto(`${service.url}/embed-demo`);
  await page.frameLocator("iframe").locator("#start").waitFor();
  expect(await violations(page)).toEqual([]);
  await context.close();
});

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe.run({ runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map((node) => id + " " + node.html.slice(0, 120) + " " + node.failureSummary)))`);
}

/** What can be tapped and is smaller than a thumb; links within a sentence are exempt. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("a, button, summary, textarea")]
    .filter((one) => one.checkVisibility() && !one.closest(".said"))
    .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, { width, height }]) => width < 47.9 || height < 47.9)
    .map(([html, { width, height }]) => html + " " + width + "x" + height)`);
}

/** What sticks out of the screen sideways. */
function overflow(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll("body *")]
    .filter((one) => one.checkVisibility() && !one.closest(".away"))
    .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 || one.scrollWidth > one.clientWidth + 1 && /auto|hidden|scroll/.test(getComputedStyle(one).overflowX))
    .map((one) => one.outerHTML.slice(0, 120))`);
}
