import { readFileSync, rmSync } from "node:fs";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { type Locale, locales } from "../../../src/terms.ts";
import { openPage, serveFiles, startBrowser } from "./browser.ts";
import { buildPages, startParentsPage } from "./parents-stand-in.ts";
import { wordsOf } from "./scripted-dialog.ts";

let root: string;
let browser: Browser;
let elsewhere: Awaited<ReturnType<typeof serveFiles>>;
let service: Awaited<ReturnType<typeof startParentsPage>>;

beforeAll(async () => {
  root = await buildPages();
  browser = await startBrowser();
  elsewhere = await serveFiles({
    "/weather": {
      type: "text/html",
      body: "<!doctype html><title>Weather</title><link rel=icon href='data:,'>Sun",
    },
  });
  service = await startParentsPage(root, { exitUrl: `${elsewhere.url}/weather` });
});
afterAll(async () => {
  await browser.close();
  await service.close();
  await elsewhere.close();
  rmSync(root, { recursive: true });
});
afterEach(async () => {
  Object.assign(service.state, { away: false, clock: 0 });
  await service.release();
  await Promise.all(browser.contexts().map((context) => context.close()));
});

const phone: BrowserContextOptions = { viewport: { width: 320, height: 640 }, reducedMotion: "reduce" };

async function open(locale?: Locale, options: BrowserContextOptions = {}) {
  const watched = await openPage(browser, { ...phone, ...options });
  await watched.page.goto(service.url);
  if (locale !== undefined) await start(watched.page, locale);
  return watched;
}

async function start(page: Page, locale: Locale) {
  await page.click(`a[href="#${locale}"]`);
  await page.waitForSelector("#choices button");
}

async function choose(page: Page, label: string) {
  await page.getByRole("button", { name: label, exact: true }).click();
}

async function type(page: Page, words: string) {
  await page.fill("textarea", words);
  await page.keyboard.press("Enter");
}

const bubbles = (page: Page) => page.locator("#log li:not(.you)");
const own = (page: Page) => page.locator("#log li.you");
const texts = (inbounds = service.taken) =>
  inbounds.filter(({ kind }) => kind === "message").map(({ words }) => words.reveal());

describe("a consultation", () => {
  test.each(locales)(
    "goes from the first tap to a summary in %s, with nothing from elsewhere",
    async (locale) => {
      const { page, hosts, complaints } = await open(locale);
      const words = wordsOf(locale);
      expect(await page.getAttribute("html", "lang")).toBe(locale.slice(0, 2));
      await choose(page, words.labels[0]);
      await choose(page, words.no);
      const summary = bubbles(page).last();
      await summary.locator(".keep").waitFor();
      expect(await summary.getAttribute("lang")).toBe(locale.slice(0, 2));
      expect(service.taken.at(-1)).toMatchObject({ locale, tapped: expect.stringMatching(/^\d+\.no$/) });
      expect(page.url()).toBe(`${service.url}/`);
      expect(await page.title()).toBe("Naast");
      expect([...hosts]).toEqual([new URL(service.url).host]);
      expect(complaints).toEqual([]);
      expect(await page.context().cookies()).toEqual([]);
    },
  );

  test("says once that nobody stands behind it, in view all the time", async () => {
    const { page } = await open("pl");
    const line = JSON.parse(readFileSync("locales/pl/common.json", "utf8"))["try-out"];
    expect(await page.getByText(line).count()).toBe(1);
    expect(await page.locator("#notice").textContent()).toBe(line);
  });

  test("begins with what was tapped before the script was there", async () => {
    const { page } = await openPage(browser, phone);
    await page.goto(`${service.url}/#tr-simple`);
    await page.waitForSelector("#choices button");
    expect(await page.getAttribute("html", "lang")).toBe("tr");
    expect(page.url()).toBe(`${service.url}/`);
  });

  test("goes on with the same question in another language, and in easy words", async () => {
    const { page } = await open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    await choose(page, "Taal");
    await choose(page, "Polski");
    await page.getByRole("button", { name: wordsOf("pl").no }).waitFor();
    expect(await page.locator("textarea").getAttribute("placeholder")).toBe("Pisz tutaj");
    await choose(page, "Łatwiej");
    await page.waitForSelector("body.simple");
    expect(service.taken.at(-1)?.locale).toBe("pl-simple");
    expect(await page.locator("header [aria-pressed=true]").textContent()).toBe("Łatwiej");
  });

  test("follows the bot into another language", async () => {
    const { page } = await open("nl");
    await type(page, "in het Turks graag");
    await page.getByPlaceholder("Buraya yazın").waitFor();
    expect(await page.getAttribute("html", "lang")).toBe("tr");
    const count = service.taken.length;
    await new Promise((soon) => setTimeout(soon, 200));
    expect(service.taken.length).toBe(count);
  });

  test("shows a danger card with its number to call, whatever was asked", async () => {
    const { page } = await open("en");
    await type(page, "hij is blauw");
    const card = page.locator("li.emergency");
    await card.waitFor();
    expect(await card.locator("h2").textContent()).toBe("Call now");
    expect(await card.locator("a.call").getAttribute("href")).toBe("tel:112");
  });

  test("survives a hostile text as text", async () => {
    const { page, complaints } = await open("nl");
    const hostile = `<img src=x onerror="document.title='owned'"><script>1</script>`;
    await type(page, hostile);
    await own(page).last().waitFor();
    expect(await own(page).last().textContent()).toContain("<img");
    expect(await page.title()).toBe("Naast");
    expect(complaints).toEqual([]);
  });
});

describe("coming back", () => {
  test("a reload shows the same conversation and goes on with it", async () => {
    const { page } = await open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    const before = await page.locator("#log li").allInnerTexts();
    await page.reload();
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    expect(await page.locator("#log li").allInnerTexts()).toEqual(before);
    const person = service.taken.at(-1)?.person;
    await choose(page, wordsOf("nl").no);
    await page.locator(".keep").waitFor();
    expect(service.taken.at(-1)?.person).toBe(person);
  });

  test("days later the token has expired, and the conversation is still theirs", async () => {
    const { page } = await open("nl");
    const person = service.taken.at(-1)?.person;
    await page.goto("about:blank");
    service.state.clock = 3 * 24 * 3_600_000;
    await page.goto(service.url);
    await page.waitForSelector("#choices button");
    await type(page, "daar ben ik weer");
    await until(() => texts().at(-1) === "daar ben ik weer");
    expect(service.taken.at(-1)?.person).toBe(person);
  });

  test("a conversation the server no longer has begins anew, and what was shown stays", async () => {
    const { page } = await open("nl");
    await page.evaluate(
      `fetch("/v3/directline/conversations/" + JSON.parse(localStorage.naast).chat.id, { method: "DELETE",
        headers: { authorization: "Bearer " + JSON.parse(localStorage.naast).chat.token } })`,
    );
    const seen = await bubbles(page).count();
    await type(page, "hallo?");
    await until(() => texts().at(-1) === "hallo?");
    expect(await bubbles(page).count()).toBeGreaterThanOrEqual(seen);
    await until(() => page.evaluate(`document.querySelectorAll("#log li:not(.you)").length > ${seen}`));
  });
});

describe("without a connection", () => {
  test("messages wait, whom to call is said at once, and each is sent once when the line is back", async () => {
    const { page, context } = await open("nl");
    const before = texts().length;
    await context.setOffline(true);
    await type(page, "eerste");
    await page.locator(".trouble a[href='tel:112']").waitFor({ timeout: 1000 });
    await type(page, "tweede");
    expect(await page.locator("li.you.waits").count()).toBe(2);
    await context.setOffline(false);
    await until(() => texts().length === before + 2);
    await page.locator(".trouble").waitFor({ state: "detached" });
    expect(texts().slice(before)).toEqual(["eerste", "tweede"]);
    expect(await page.locator("li.you.waits").count()).toBe(0);
    expect(await own(page).allInnerTexts()).toEqual([
      expect.stringContaining("eerste"),
      expect.stringContaining("tweede"),
    ]);
  });

  test("what waits survives a reload, from the shell that the browser kept", async () => {
    const { page, context } = await open("tr");
    await page.evaluate("navigator.serviceWorker.ready");
    await until(() => page.evaluate(`caches.match("/").then(Boolean)`));
    await page.reload();
    await page.waitForSelector("#choices button");
    await context.setOffline(true);
    await type(page, "bekleyen mesaj");
    await page.reload();
    await page.locator("li.you", { hasText: "bekleyen mesaj" }).waitFor();
    await context.setOffline(false);
    await page.evaluate("dispatchEvent(new Event('online'))");
    await until(() => texts().at(-1) === "bekleyen mesaj");
    expect(texts().filter((text) => text === "bekleyen mesaj")).toHaveLength(1);
  });

  test("a line that dies in the middle loses and doubles nothing", async () => {
    const { page } = await open("en");
    const before = texts().length;
    for (let at = 0; at < 5; at++) {
      await type(page, `message ${at}`);
      service.cut();
    }
    await until(() => texts().length >= before + 5, 20_000);
    await until(() =>
      page.evaluate(`!document.querySelector(".trouble") && !document.querySelector("#status").textContent`),
    );
    expect(texts().slice(before)).toEqual([0, 1, 2, 3, 4].map((at) => `message ${at}`));
    const ids = await page.locator("#log li").evaluateAll((items) => items.map((item) => item.dataset["id"]));
    expect(new Set(ids).size).toBe(ids.length);
  });

  test("when storage is away the page says so, keeps the message, and sends it later", async () => {
    const { page } = await open("nl");
    service.state.away = true;
    await type(page, "even wachten");
    await page.locator(".trouble a[href='tel:112']").waitFor();
    service.state.away = false;
    await until(() => texts().at(-1) === "even wachten");
    await page.locator(".trouble").waitFor({ state: "detached" });
  });

  test("without WebSockets the page polls", async () => {
    const watched = await openPage(browser, phone);
    await watched.context.addInitScript(
      "WebSocket = class { constructor() { setTimeout(() => this.onclose()) } }",
    );
    await watched.page.goto(service.url);
    await start(watched.page, "pl");
    await choose(watched.page, wordsOf("pl").labels[0]);
    await watched.page.getByRole("button", { name: wordsOf("pl").no }).waitFor();
  });
});

describe("two tabs", () => {
  test("show the same conversation, and clearing one clears the other", async () => {
    const { page, context } = await open("nl");
    const second = await context.newPage();
    await second.goto(service.url);
    await second.waitForSelector("#choices button");
    await type(page, "uit de eerste");
    await second.locator("li.you", { hasText: "uit de eerste" }).waitFor();
    await type(second, "uit de tweede");
    await page.locator("li.you", { hasText: "uit de tweede" }).waitFor();
    expect(texts().filter((text) => text === "uit de tweede")).toHaveLength(1);

    await choose(page, "Wissen");
    await choose(page, "Ja, wis het gesprek");
    await page.locator("#start").waitFor();
    await second.locator("#start").waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
  });
});

describe("leaving", () => {
  test("is one tap: typed words and the conversation are gone, and going back does not bring them back", async () => {
    const { page } = await open("nl");
    const id = await page.evaluate("JSON.parse(localStorage.naast).chat.id");
    const length = await page.evaluate("history.length");
    await page.fill("textarea", "niet verstuurd");
    await page.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${elsewhere.url}/weather`);
    expect(await page.evaluate("history.length")).toBe(length);
    await page.goto(service.url);
    await page.locator("#start").waitFor();
    expect(await page.evaluate("localStorage.length")).toBe(0);
    expect(id).toBeTruthy();
  });

  test("takes the page's place in history", async () => {
    const { page } = await openPage(browser, phone);
    await page.goto(`${elsewhere.url}/weather?before`);
    await page.goto(service.url);
    await start(page, "nl");
    await page.getByRole("link", { name: "Weg" }).click();
    await page.waitForURL(`${elsewhere.url}/weather`);
    await page.goBack();
    expect(page.url()).toBe(`${elsewhere.url}/weather?before`);
  });
});

describe("private words", () => {
  test("are noticed before they leave, and leave only when the parent says so", async () => {
    const { page } = await open("nl");
    const before = texts().length;
    await type(page, "bel 06-12345678");
    await page.getByText("Er lijkt een telefoonnummer in je bericht te staan.").waitFor();
    await choose(page, "Bericht aanpassen");
    expect(await page.inputValue("textarea")).toBe("bel 06-12345678");
    expect(texts().length).toBe(before);
    await type(page, "bsn 111222333");
    await choose(page, "Toch sturen");
    await until(() => texts().at(-1) === "bsn 111222333");
  });

  test("are no surprise where a number was asked for", async () => {
    const { page } = await open("nl");
    await type(page, "bel mij");
    await until(() => page.evaluate(`JSON.parse(localStorage.naast).log.at(-1).dialog === "callback"`));
    await type(page, "06-12345678");
    await until(() => texts().at(-1) === "06-12345678");
  });
});

const voices = (list: string) => `
  Object.defineProperty(speechSynthesis, "getVoices", { value: () => ${list} });
  window.spoken = [];
  Object.defineProperty(speechSynthesis, "speak", { value: (one) => {
    spoken.push([one.text, one.lang, one.rate, document.querySelector(".reading")?.textContent]);
    setTimeout(() => one.onend(), 20);
  } });
  window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text } };`;
const localVoices = `["nl-NL", "pl-PL"].map((lang) => ({ lang, localService: true }))`;

describe("reading aloud", () => {
  test("marks each sentence, says Dutch names in Dutch, and is slower in easy words", async () => {
    const watched = await openPage(browser, phone);
    await watched.context.addInitScript(voices(localVoices));
    const { page } = watched;
    await page.goto(service.url);
    await start(page, "pl-simple");
    await choose(page, wordsOf("pl").labels[0]);
    await choose(page, wordsOf("pl").no);
    await page.locator(".keep").waitFor();
    await bubbles(page).last().getByRole("button", { name: "Posłuchaj" }).click();
    await until(() => page.evaluate(`spoken.some(([text]) => text === "huisartsenpost")`));
    const spoken = (await page.evaluate("spoken")) as [string, string, number, string][];
    expect(spoken[0]).toEqual(["Twoje pytanie: sen.", "pl-PL", 0.85, "Twoje pytanie: sen."]);
    expect(spoken).toContainEqual(["huisarts", "nl-NL", 0.85, expect.stringContaining("(huisarts)")]);
    await until(() => page.evaluate(`!document.querySelector(".reading")`));
  });

  test.each([
    ["no voice", "[]"],
    ["a voice that needs a server", `[{ lang: "nl-NL", localService: false }]`],
    ["a voice of another language", `[{ lang: "de-DE", localService: true }]`],
  ])("is not offered where the device has %s", async (_what, list) => {
    const watched = await openPage(browser, phone);
    await watched.context.addInitScript(voices(list));
    await watched.page.goto(service.url);
    expect(await watched.page.getByRole("button", { name: "Luister" }).count()).toBe(0);
    await start(watched.page, "nl");
    expect(await watched.page.getByRole("button", { name: "Luister" }).count()).toBe(0);
  });
});

describe("by keyboard alone", () => {
  test("everything is reached in order and focus is never lost", async () => {
    const { page } = await open();
    const focused = () =>
      page.evaluate(`(document.activeElement.innerText || document.activeElement.tagName).trim()`);
    for (let at = 0; at < 20 && (await focused()) !== "Nederlands\nHulp bij opvoeden"; at++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#choices button");
    for (let at = 0; at < 20 && (await focused()) !== wordsOf("nl").labels[0]; at++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: wordsOf("nl").no }).waitFor();
    expect(await page.evaluate("document.activeElement.className")).toBe("you");
    await page.keyboard.press("Tab");
    await until(async () => (await focused()) !== "BODY");
    for (let at = 0; at < 20 && (await focused()) !== wordsOf("nl").no; at++)
      await page.keyboard.press("Tab");
    await page.keyboard.press("Space");
    await page.locator(".keep").waitFor();

    await page.locator("header button", { hasText: "Taal" }).focus();
    await page.keyboard.press("Enter");
    expect(await focused()).toBe("Kies je taal");
    await page.keyboard.press("Escape");
    expect(await focused()).toBe("Taal");
  });
});

describe("a summary", () => {
  test("is saved as a file and printed by itself", async () => {
    const { page } = await open("nl");
    await choose(page, wordsOf("nl").labels[0]);
    await choose(page, wordsOf("nl").no);
    const download = page.waitForEvent("download");
    await choose(page, "Opslaan");
    expect((await download).suggestedFilename()).toBe("naast.txt");
    await page.evaluate(
      `window.print = () => window.printed = [...document.querySelectorAll(".kept")].map((one) => one.innerText)`,
    );
    await choose(page, "Afdrukken");
    expect(await page.evaluate("printed")).toEqual([expect.stringContaining("Je vraag: slapen.")]);
  });
});

describe("without JavaScript", () => {
  test("the page says how to call, in four languages", async () => {
    const { page } = await openPage(browser, { ...phone, javaScriptEnabled: false });
    await page.goto(service.url);
    for (const language of ["nl", "en", "pl", "tr"]) {
      const help = page.locator(`noscript [lang=${language}]`);
      expect(await help.locator("a").getAttribute("href")).toBe("tel:112");
    }
    await page.locator("#sos summary").click();
    expect(await page.getByRole("link", { name: "Huisartsenpost 0123-456789" }).getAttribute("href")).toBe(
      "tel:0123456789",
    );
  });
});

describe("on another site", () => {
  const files: Record<string, { type: string; body: string }> = {};
  let host: Awaited<ReturnType<typeof serveFiles>>;
  let allowed: typeof service;
  const hostPage = (from: string) => ({
    type: "text/html",
    body: `<!doctype html><title>Host</title><link rel="icon" href="data:,"><body>
      <script src="${from}/embed.js" data-accent="#b03a86"></script>`,
  });
  beforeAll(async () => {
    host = await serveFiles(files);
    allowed = await startParentsPage(root, { embedOrigins: [host.url] });
    files["/allowed"] = hostPage(allowed.url);
    files["/not-allowed"] = hostPage(service.url);
  });
  afterAll(async () => {
    await allowed.close();
    await host.close();
  });

  test("one script puts the page there, in the site's own colour", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${host.url}/allowed`);
    const frame = page.frameLocator("iframe");
    await frame.locator('a[href="#nl"]').click();
    await frame.locator("#choices button").first().waitFor();
    const style = await frame.locator("html").getAttribute("style");
    expect(style).toMatch(/--accent: #[0-9a-f]{6};/);
  });

  test("the page does not show where that is not allowed", async () => {
    const { page } = await openPage(browser);
    await page.goto(`${host.url}/not-allowed`);
    await until(() => page.frames().some((one) => one.url().startsWith("chrome-error:")));
  });
});

test("what travels before a parent can tap is 20 KB at most", async () => {
  const { page, context } = await openPage(browser, phone);
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(service.url);
  await page.waitForLoadState("networkidle");
  const beforeTap = bytes;
  await start(page, "nl");
  process.stdout.write(`page: ${beforeTap} bytes before the first tap, ${bytes} until the first choices\n`);
  expect(beforeTap).toBeGreaterThan(5_000);
  expect(beforeTap).toBeLessThanOrEqual(20_480);
  expect(bytes).toBeLessThanOrEqual(30_720);
});

async function until(holds: () => boolean | Promise<boolean>, patience = 10_000) {
  const end = Date.now() + patience;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("it never came to be");
    await new Promise((soon) => setTimeout(soon, 20));
  }
}
