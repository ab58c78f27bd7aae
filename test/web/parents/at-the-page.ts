import { rmSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { startChromium } from "../../../src/commands/bench/chromium.ts";
import type { Locale } from "../../../src/terms.ts";
import { openPage, serveFiles, type WatchedPage } from "./browser.ts";
import { buildPages, startParentsPage } from "./parents-stand-in.ts";

/** The served page, a browser before it, and a dull page elsewhere to leave for. */
export interface AtThePage {
  readonly root: string;
  readonly browser: Browser;
  readonly elsewhere: Awaited<ReturnType<typeof serveFiles>>;
  readonly service: Awaited<ReturnType<typeof startParentsPage>>;
  /** Opens the page on a small phone, and begins in a locale when one is given. */
  open(locale?: Locale, options?: BrowserContextOptions): Promise<WatchedPage>;
  /** The same with a script that the browser runs before any of the page's. */
  openWith(script: string, locale?: Locale): Promise<WatchedPage>;
  /** Serves the page once more, in another way, for the length of one test. */
  serveFor(options: Parameters<typeof startParentsPage>[1]): Promise<AtThePage["service"]>;
  /** The words that reached the service, in order. */
  texts(): readonly string[];
}

export const phone: BrowserContextOptions = {
  viewport: { width: 320, height: 640 },
  reducedMotion: "reduce",
};

/** Sets the page up for the tests of one file, and everything back after each of them. */
export function atThePage(): AtThePage {
  const others: AtThePage["service"][] = [];
  const at = {} as { -readonly [Part in keyof AtThePage]: AtThePage[Part] };

  beforeAll(async () => {
    at.root = await buildPages();
    at.browser = await startChromium();
    at.elsewhere = await serveFiles({
      "/weather": {
        type: "text/html",
        body: "<!doctype html><title>Weather</title><link rel=icon href='data:,'>Sun",
      },
    });
    at.service = await startParentsPage(at.root, { theme: { exitUrl: `${at.elsewhere.url}/weather` } });
  }, 60_000);
  afterAll(async () => {
    await at.browser.close();
    await at.service.close();
    await at.elsewhere.close();
    rmSync(at.root, { recursive: true });
  });
  afterEach(async () => {
    Object.assign(at.service.state, { away: false, clock: 0 });
    await at.service.release();
    await Promise.all(at.browser.contexts().map((context) => context.close()));
    for (const one of others.splice(0)) await one.close();
  });

  at.open = async (locale, options = {}) => {
    const watched = await openPage(at.browser, { ...phone, ...options });
    await watched.page.goto(at.service.url);
    if (locale !== undefined) await start(watched.page, locale);
    return watched;
  };
  at.openWith = async (script, locale) => {
    const watched = await openPage(at.browser, phone);
    await watched.context.addInitScript(script);
    await watched.page.goto(at.service.url);
    if (locale !== undefined) await start(watched.page, locale);
    return watched;
  };
  at.serveFor = async (options) => {
    const service = await startParentsPage(at.root, options);
    others.push(service);
    return service;
  };
  at.texts = () =>
    at.service.taken.filter(({ kind }) => kind === "message").map(({ words }) => words.reveal());
  return at;
}

export async function start(page: Page, locale: Locale) {
  await page.click(`a[href="#${locale}"]`);
  await page.waitForSelector("#choices button");
}

export async function choose(page: Page, label: string) {
  await page.getByRole("button", { name: label, exact: true }).click();
}

export async function type(page: Page, words: string) {
  await page.fill("textarea", words);
  await page.keyboard.press("Enter");
}

/** What the bot said, as the page shows it. */
export const bubbles = (page: Page) => page.locator("#log li:not(.you)");
/** What the parent said, as the page shows it. */
export const own = (page: Page) => page.locator("#log li.you");

export async function until(holds: () => boolean | Promise<boolean>, patience = 10_000) {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("it never came to be");
    await new Promise((soon) => setTimeout(soon, 20));
  }
}
